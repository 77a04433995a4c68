"""The line "typing ..." that Telegram shows while an answer is made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram_adapter.sending import topic_of

_TYPING_LASTS = 4.0
"""Seconds between two of the actions; Telegram shows "typing" for five."""

_TYPING_MAY_DELAY = 1.0
"""Seconds that an answer waits for a "typing" that is being sent."""


@asynccontextmanager
async def show_typing(message: Message) -> AsyncIterator[None]:
    """Show "typing" until the work is done. If that fails, the work goes on."""
    done = asyncio.Event()

    async def keep_typing() -> None:
        with suppress(TelegramError):
            while not done.is_set():
                await _send_typing(message)
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(done.wait(), _TYPING_LASTS)

    task = asyncio.create_task(keep_typing())
    try:
        yield
    finally:
        done.set()
        # The action must arrive before the answer does, which ends it.
        await asyncio.wait({task}, timeout=_TYPING_MAY_DELAY)
        task.cancel()


async def _send_typing(message: Message) -> None:
    bot: Any = message.get_bot()
    await bot.send_chat_action(
        message.chat_id,
        ChatAction.TYPING,
        message_thread_id=topic_of(message),
        rate_limit_args=0,  # no retries: it isn't worth the wait
    )
