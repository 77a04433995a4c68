"""What only the people who run the bot may ask."""

import asyncio
from importlib.metadata import version

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.observing import memory
from bot.observing.statistics import Statistics
from bot.replies import operator_replies
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_adapter.sending import Sender
from index.errors import StorageError
from index.keeping.store import Store


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
    resident = memory.resident()
    return None if resident is None else round(resident / 1_000_000)
