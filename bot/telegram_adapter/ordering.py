"""The order in which updates are handled, and how their handling ends."""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import nullcontext
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.replies.article_replies import CANCEL
from bot.telegram_adapter.pastes import Pastes
from bot.telegram_adapter.receiving import Receiver

_NO_LIMIT = 1_000_000
"""Of the base class, whose slots are taken before an update waits for its chat's turn: then a few
busy chats would hold all of them."""


class PerChatUpdates(BaseUpdateProcessor):
    """Handles updates in order within one chat, and in parallel between chats.

    `max_at_once`: updates that are worked on, of all chats together. `pastes` is told of each
    update before it waits.
    """

    def __init__(self, receiver: Receiver, max_at_once: int, pastes: Pastes) -> None:
        super().__init__(_NO_LIMIT)
        self._receiver = receiver
        self._pastes = pastes
        self._slots = asyncio.Semaphore(max_at_once)
        # A chat's lock exists as long as one of its updates holds it or waits for it.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Any]] = set()
        self._stopping = False

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates, handle this one, and mark it as done.

        asyncio's locks are first come, first served.
        """
        self._pastes.arrived(update)
        async with self._turn(update), self._slots:
            if self._stopping and not self._pastes.has_taken(update):
                # It is written down, and handled after the restart.
                if isinstance(coroutine, Coroutine):
                    coroutine.close()
                return
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - the library makes a task for each update
            self._running.add(task)
            try:
                await coroutine
                if isinstance(update, Update):
                    await self._receiver.done(update.update_id)
            finally:
                self._running.discard(task)

    async def stop(self, grace: float) -> None:
        """Begin nothing more, wait `grace` seconds for what runs, and break the rest off.

        What is broken off is not done: it is handled anew after the restart.
        """
        self._stopping = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()

    async def initialize(self) -> None:
        """Prepare nothing; the base class requires this method."""

    async def shutdown(self) -> None:
        """Release nothing; the base class requires this method."""

    def _turn(self, update: object) -> Any:
        """The chat's lock. What cancels the work that holds it can't wait for it; what a guest asks
        has nothing to do with what others ask there."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or _cancels(update) or _is_of_guest(update):
            return nullcontext()
        return self._locks.setdefault(chat.id, asyncio.Lock())


def _cancels(update: object) -> bool:
    query = update.callback_query if isinstance(update, Update) else None
    return query is not None and (query.data or "").startswith(CANCEL)


def _is_of_guest(update: object) -> bool:
    return isinstance(update, Update) and update.guest_message is not None
