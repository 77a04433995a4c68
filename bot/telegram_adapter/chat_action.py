"""The line "typing ..." that Telegram shows while an answer is made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Chat, Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram_adapter.sending import topic_of

TYPING_AFTER = 0.4
"""Seconds of work before "typing" is shown: most answers are there sooner."""

_TYPING_LASTS = 4.0
"""Seconds between two of the actions; Telegram shows "typing" for five."""


@asynccontextmanager
async def show_typing(message: Message) -> AsyncIterator[None]:
    """Show "typing" in a private chat as soon as the work takes long. It never delays an answer.

    In a group it would count among the 20 messages a minute that a bot may send there.
    """
    if message.chat.type != Chat.PRIVATE:
        yield
        return
    task = asyncio.create_task(_keep_typing(message))
    try:
        yield
    finally:
        task.cancel()


async def _keep_typing(message: Message) -> None:
    await asyncio.sleep(TYPING_AFTER)
    with suppress(TelegramError):
        while True:
            await message.get_bot().send_chat_action(
                message.chat_id, ChatAction.TYPING, message_thread_id=topic_of(message)
            )
            await asyncio.sleep(_TYPING_LASTS)
