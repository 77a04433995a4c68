"""The dialogues of all chats and topics, and the threads in which they work."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from telegram import Message

from bot.dialogue import Dialogue
from bot.intents import Work
from bot.observing.statistics import Statistics
from bot.replies.reply import Reply
from bot.telegram_adapter.sending import topic_of
from index.models.turns import work_in_background

MAX_DIALOGUES = 1000
"""Dialogues in memory; beyond that, the least recently used one is dropped, and read from the store
when it is next needed."""

THREADS = {Work.QUICK: 2, Work.QUESTION: 4, Work.LOAD: 2}
"""Threads of each kind of work: what is quick never waits for what is slow."""

Result = TypeVar("Result")

NewDialogue = Callable[[str], Dialogue]
"""Makes the dialogue of the chat with the given key."""


def key_of(chat_id: int, topic: int | None = None) -> str:
    """The key of a chat, or of a forum's topic, under which its articles are kept."""
    return f"telegram:{chat_id}:{topic}" if topic else f"telegram:{chat_id}"


def chat_of(message: Message) -> str:
    """The key of a message's chat, or of its topic."""
    return key_of(message.chat_id, topic_of(message))


_GROUPS = "telegram:-"
"""How the keys of groups begin, whose IDs are negative."""


class DialoguePool:
    """Runs a chat's actions in its dialogue, in a thread: the models never block the event loop.

    `new_dialogue` makes the dialogue of a chat when its first message comes. Each topic of a forum
    has a dialogue of its own. `statistics` is told of what was done.
    """

    def __init__(self, new_dialogue: NewDialogue, statistics: Statistics) -> None:
        self._statistics = statistics
        self._new_dialogue = new_dialogue
        self._by_key: OrderedDict[str, Dialogue] = OrderedDict()
        self._being_made: dict[str, asyncio.Future[Dialogue]] = {}
        self._new_ids: dict[int, int] = {}
        self._threads = {
            work: ThreadPoolExecutor(
                count,
                thread_name_prefix=work.name.lower(),
                initializer=work_in_background if work is Work.LOAD else None,
            )
            for work, count in THREADS.items()
        }

    async def run(
        self, message: Message, work: Work, action: Callable[[Dialogue], Result]
    ) -> Result:
        """Run an action on the dialogue of the message's chat, and return what it gives."""
        return await self.run_in(self._key(message), work, action)

    async def run_in(self, key: str, work: Work, action: Callable[[Dialogue], Result]) -> Result:
        """Run an action on the dialogue with that key, and return what it gives."""
        loop = asyncio.get_running_loop()
        dialogue = await self._dialogue(key)

        def act() -> Result:
            with self._statistics.running(work):
                return action(dialogue)

        with self._statistics.pending(work):
            result = await loop.run_in_executor(self._threads[work], copy_context().run, act)
        if isinstance(result, Reply):
            self._statistics.count(result)
        return result

    def __len__(self) -> int:
        """The number of dialogues in memory."""
        return len(self._by_key)

    async def _dialogue(self, key: str) -> Dialogue:
        """The dialogue with that key. A new one is made in a thread: it may load an article."""
        if key not in self._by_key:
            if key not in self._being_made:
                loop = asyncio.get_running_loop()
                self._being_made[key] = loop.run_in_executor(
                    self._threads[Work.QUESTION], copy_context().run, self._new_dialogue, key
                )
            try:
                self._by_key[key] = await asyncio.shield(self._being_made[key])
                self._by_key[key].in_group = key.startswith(_GROUPS)
            finally:
                self._being_made.pop(key, None)
        dialogue = self._by_key[key]
        self._by_key.move_to_end(key)
        if len(self._by_key) > MAX_DIALOGUES:
            self._by_key.popitem(last=False)
        return dialogue

    def rename(self, chat_id: int, new_id: int) -> None:
        """Read a chat from the store anew, under its new ID. The old one, which messages from
        before have, stands for it from now on."""
        self._new_ids[chat_id] = new_id
        chats = f"{key_of(chat_id)}:", f"{key_of(new_id)}:"
        for key in [key for key in self._by_key if f"{key}:".startswith(chats)]:
            del self._by_key[key]

    def _key(self, message: Message) -> str:
        return key_of(self._new_ids.get(message.chat_id, message.chat_id), topic_of(message))

    def drop(self, is_gone: Callable[[str], bool] = lambda key: True) -> None:
        """Drop the dialogues with such keys, or all: they are read from the store anew."""
        self._by_key = OrderedDict(
            (key, dialogue) for key, dialogue in self._by_key.items() if not is_gone(key)
        )

    def close(self) -> None:
        """Begin nothing more. What runs is not waited for."""
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)
