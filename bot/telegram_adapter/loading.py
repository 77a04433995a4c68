"""How far the reading of an article is: a message that grows, with a button to stop it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from telegram import Chat, Message, User
from telegram.error import TelegramError

from bot.rendering.telegram_html import telegram_messages
from bot.replies import article_replies
from bot.replies.reply import Reply
from bot.taking import Cancelled
from bot.telegram_adapter.sending import Sender, keyboard, spoken_to, topic_of

SHOWN_AFTER = 1.0
"""Seconds of reading before the message is sent: most articles are read sooner."""

_STEP = 2.0
_STEP_IN_GROUPS = 10.0
"""Seconds between two changes of the message. A group takes 20 messages a minute, edits too."""


_SENDING_MAY_DELAY = 5.0
"""Seconds that the reply waits for a message that is being sent."""


class Load:
    """A load that is under way. `message_id`: the message that shows it, if it is shown."""

    def __init__(self, person: User | None) -> None:
        self.person = person
        self.key = secrets.token_hex(4)  # A button of an earlier process stops nothing of this one.
        self.message_id: int | None = None
        self.sending: asyncio.Task[None] | None = None
        self.share: float | None = None
        self._cancelled = False

    def on_progress(self, done: int, total: int) -> None:
        """Note how far it is. Called in the thread that loads.

        Raises:
            Cancelled: it was cancelled.
        """
        if self._cancelled:
            raise Cancelled
        self.share = done / total if total else None

    def cancel(self) -> None:
        """Have it end at its next step."""
        self._cancelled = True


class Loads:
    """All loads that are under way."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._by_key: dict[str, Load] = {}

    @asynccontextmanager
    async def shown(self, message: Message, person: User | None) -> AsyncIterator[Load]:
        """A load that a person asks for, shown in the message's chat while it takes long."""
        load = Load(person)
        self._by_key[load.key] = load
        task = asyncio.create_task(self._show(message, load))
        try:
            yield load
        finally:
            load.cancel()  # If nobody waits for it any more, it must not go on.
            task.cancel()
            if load.sending:  # Cut off in the middle, it might arrive, and nobody know its ID.
                await asyncio.wait({load.sending}, timeout=_SENDING_MAY_DELAY)
            del self._by_key[load.key]

    def is_of(self, key: str, person: User) -> bool:
        """Whether that person has asked for the load with that key."""
        load = self._by_key.get(key)
        return load is not None and load.person is not None and load.person.id == person.id

    def cancel(self, key: str) -> bool:
        """Cancel the load with that key; False if there is none any more."""
        load = self._by_key.get(key)
        if load:
            load.cancel()
        return load is not None

    async def _show(self, message: Message, load: Load) -> None:
        """Send the message, and change it as the load goes on."""
        await asyncio.sleep(SHOWN_AFTER)
        step = _STEP if message.chat.type == Chat.PRIVATE else _STEP_IN_GROUPS
        with suppress(TelegramError):
            await _unbroken(load, self._send(message, load))
            shown = load.share
            while True:
                await asyncio.sleep(step)
                if load.share != shown:
                    shown = load.share
                    await _unbroken(load, _edit(message, load))

    async def _send(self, message: Message, load: Load) -> None:
        reply = _progress(load)
        sent = await message.get_bot().send_message(
            message.chat_id,
            telegram_messages(reply)[0],
            message_thread_id=topic_of(message),
            reply_markup=keyboard(reply),
        )
        load.message_id = sent.message_id
        self._sender.saw(sent.chat_id, sent.message_id)


async def _unbroken(load: Load, sending: Coroutine[Any, Any, None]) -> None:
    """Send something that must not arrive behind the reply to the load, which waits for it."""
    load.sending = asyncio.create_task(sending)
    await asyncio.shield(load.sending)


def _progress(load: Load) -> Reply:
    return spoken_to(article_replies.reading(load.share, load.key), load.person)


async def _edit(message: Message, load: Load) -> None:
    reply = _progress(load)
    await message.get_bot().edit_message_text(
        telegram_messages(reply)[0],
        message.chat_id,
        load.message_id,
        reply_markup=keyboard(reply),
    )
