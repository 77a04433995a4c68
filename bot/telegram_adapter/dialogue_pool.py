"""The dialogues of all chats and topics, and the threads in which they work."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from telegram import Message

from bot.dialogue import Dialogue, Work
from bot.replies.reply import Reply
from bot.telegram_adapter.sending import topic_of
from index.models.turns import work_in_background

MAX_DIALOGUES = 1000
"""Dialogues in memory; beyond that, the least recently used one is dropped, and read from the store
when it is next needed."""

THREADS = {Work.QUICK: 2, Work.QUESTION: 4, Work.LOAD: 2}
"""Threads of each kind of work: what is quick never waits for what is slow."""

NewDialogue = Callable[[str], Dialogue]
"""Makes the dialogue of the chat with the given key."""


class DialoguePool:
    """Runs a chat's actions in its dialogue, in a thread: the models never block the event loop.

    `new_dialogue` makes the dialogue of a chat when its first message comes. Each topic of a forum
    has a dialogue of its own.
    """

    def __init__(self, new_dialogue: NewDialogue) -> None:
        self._new_dialogue = new_dialogue
        self._by_chat: OrderedDict[tuple[int, int | None], Dialogue] = OrderedDict()
        self._threads = {
            work: ThreadPoolExecutor(
                count,
                thread_name_prefix=work.name.lower(),
                initializer=work_in_background if work is Work.LOAD else None,
            )
            for work, count in THREADS.items()
        }

    async def run(self, message: Message, work: Work, action: Callable[[Dialogue], Reply]) -> Reply:
        """Run an action on the dialogue of the message's chat, and return its reply."""
        loop = asyncio.get_running_loop()
        dialogue = await self._dialogue(message)
        return await loop.run_in_executor(self._threads[work], action, dialogue)

    async def _dialogue(self, message: Message) -> Dialogue:
        """The dialogue of the message's chat. A new one is made in a thread: it may load an
        article."""
        key = (message.chat_id, topic_of(message))
        if key not in self._by_chat:
            loop = asyncio.get_running_loop()
            name = f"telegram:{message.chat_id}" + (f":{key[1]}" if key[1] else "")
            self._by_chat[key] = await loop.run_in_executor(
                self._threads[Work.QUESTION], self._new_dialogue, name
            )
        self._by_chat.move_to_end(key)
        if len(self._by_chat) > MAX_DIALOGUES:
            self._by_chat.popitem(last=False)
        return self._by_chat[key]

    def clear(self) -> None:
        """Drop all dialogues, so that every chat is read from the store anew."""
        self._by_chat.clear()

    def close(self) -> None:
        """Begin nothing more. What runs is not waited for."""
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)
