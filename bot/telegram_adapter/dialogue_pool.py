"""The dialogue of every chat and topic, and the threads in which they work."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from telegram import Message

from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.telegram_adapter.sending import topic_of

MAX_DIALOGUES = 1000
"""Chats in memory; of more, the least recently used one is read from the store next time."""

NewDialogue = Callable[[str], Dialogue]
"""Makes the dialogue of the chat with that key."""


class DialoguePool:
    """Runs what a message asks for in its chat's dialogue, in a thread: the models never block
    the event loop."""

    def __init__(self, new_dialogue: NewDialogue) -> None:
        self._new_dialogue = new_dialogue
        self._by_chat: OrderedDict[tuple[int, int | None], Dialogue] = OrderedDict()
        self._threads = ThreadPoolExecutor(thread_name_prefix="dialogue")

    async def run(self, message: Message, action: Callable[[Dialogue], Reply]) -> Reply:
        """The reply to an action on the dialogue of the message's chat."""
        loop = asyncio.get_running_loop()
        dialogue = await self._dialogue(message)
        return await loop.run_in_executor(self._threads, action, dialogue)

    async def _dialogue(self, message: Message) -> Dialogue:
        """The chat's, made in a thread when it is new: its article may have to be loaded."""
        key = (message.chat_id, topic_of(message))
        if key not in self._by_chat:
            loop = asyncio.get_running_loop()
            name = f"telegram:{message.chat_id}" + (f":{key[1]}" if key[1] else "")
            self._by_chat[key] = await loop.run_in_executor(self._threads, self._new_dialogue, name)
        self._by_chat.move_to_end(key)
        if len(self._by_chat) > MAX_DIALOGUES:
            self._by_chat.popitem(last=False)
        return self._by_chat[key]

    def clear(self) -> None:
        """Have every chat read from the store anew."""
        self._by_chat.clear()

    def close(self) -> None:
        """Let the running answers end."""
        self._threads.shutdown()
