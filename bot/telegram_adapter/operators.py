"""What only the people who run the bot may ask."""

import asyncio
import os
from importlib.metadata import version
from pathlib import Path

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.replies import operator_replies
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_adapter.sending import Sender
from bot.telegram_adapter.statistics import Statistics
from index.errors import StorageError
from index.keeping.store import Store

_MEMORY = Path("/proc/self/statm")
"""Where Linux tells the pages of memory of a process; the second number is of those in use."""


class Operators:
    """The handlers of their commands. Others' never reach them."""

    def __init__(
        self, statistics: Statistics, store: Store, receiver: Receiver, sender: Sender
    ) -> None:
        self._statistics = statistics
        self._store = store
        self._receiver = receiver
        self._sender = sender

    async def on_stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell how the bot is."""
        message = update.message
        if not isinstance(message, Message):
            return
        self._sender.saw(message.chat_id, message.message_id)
        statistics = self._statistics
        reply = operator_replies.stats(
            version("article-bot"),
            uptime=statistics.uptime,
            megabytes=_megabytes(),
            kept=await asyncio.to_thread(self._kept),
            waiting=self._receiver.waiting_count - 1,  # This one is being answered.
            today=statistics.today,
            since_start=statistics.since_start,
        )
        await self._sender.send(message, reply)

    def _kept(self) -> tuple[int, int] | None:
        try:
            return self._store.counts()
        except StorageError:
            return None


def _megabytes() -> int | None:
    """The memory of this process; None where the system does not tell it so."""
    try:
        pages = int(_MEMORY.read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000)
