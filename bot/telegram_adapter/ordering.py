"""The order in which updates are handled, and how their handling ends."""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import nullcontext
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.replies.article_replies import CANCEL
from bot.telegram_adapter.groups import addressed_text
from bot.telegram_adapter.pastes import Pastes
from bot.telegram_adapter.receiving import Receiver

_NO_LIMIT = 1_000_000
"""Of the base class, whose slots are taken before an update waits for its chat's turn: then a few
busy chats would hold all of them."""


MAX_WAITING = 20
"""Updates of a chat that wait for their turn. People write no faster than they are answered for
long; a flood would keep them waiting, and be answered long after anybody cares."""


class _Queue:
    """A chat's turn, and how many updates wait for it. asyncio's locks are first come, first
    served."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting_count = 0

    @property
    def is_full(self) -> bool:
        return self._waiting_count >= MAX_WAITING

    async def __aenter__(self) -> None:
        self._waiting_count += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting_count -= 1

    async def __aexit__(self, *_: object) -> None:
        self._turn.release()


class PerChatUpdates(BaseUpdateProcessor):
    """Handles updates in order within one chat, and in parallel between chats.

    `max_at_once`: updates that are worked on, of all chats together. `pastes` is told of each
    update before it waits. An update that finds `MAX_WAITING` others of its chat waiting gets no
    turn: it is handled at once, for somebody to say so.
    """

    def __init__(self, receiver: Receiver, max_at_once: int, pastes: Pastes) -> None:
        super().__init__(_NO_LIMIT)
        self._receiver = receiver
        self._pastes = pastes
        self._slots = asyncio.Semaphore(max_at_once)
        # A chat's queue exists as long as one of its updates has its turn or waits for it.
        self._queues: WeakValueDictionary[int, _Queue] = WeakValueDictionary()
        self._turned_away: set[int] = set()
        self._running: set[asyncio.Task[Any]] = set()
        self._stopping = False

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates, handle this one, and mark it as done."""
        self._pastes.arrived(update)
        async with self._turn(update), self._slots:
            if (self._stopping and not self._pastes.has_taken(update)) or self._is_left(update):
                # It is written down, and handled after the restart, or by another process.
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
                if isinstance(update, Update):
                    self._turned_away.discard(update.update_id)

    async def stop(self, grace: float) -> None:
        """Begin nothing more, wait `grace` seconds for what runs, and break the rest off.

        What is broken off is not done: it is handled anew after the restart.
        """
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
            self.break_off()

    def break_off(self) -> None:
        """Break off all that runs. It is not done."""
        for task in self._running:
            task.cancel()

    async def initialize(self) -> None:
        """Prepare nothing; the base class requires this method."""

    async def shutdown(self) -> None:
        """Release nothing; the base class requires this method."""

    def is_turned_away(self, update: Update) -> bool:
        """Whether an update that is being handled has not got its chat's turn."""
        return update.update_id in self._turned_away

    def _is_left(self, update: object) -> bool:
        """Whether an update that was written down is not, or not any more, this process's."""
        if not isinstance(update, Update) or update.inline_query:
            return False
        return _is_bare(update) or not self._receiver.holds(update.update_id)

    def _turn(self, update: object) -> Any:
        """The chat's turn. What cancels the work that has it can't wait for it; what a guest asks
        has nothing to do with what others ask there, and nobody waits for what people say to each
        other. The parts of a long text wait as one."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or _cancels(update) or _is_of_guest(update) or _is_for_others(update):
            return nullcontext()
        queue = self._queues.setdefault(chat.id, _Queue())
        if queue.is_full and isinstance(update, Update) and not self._pastes.is_part(update):
            self._turned_away.add(update.update_id)
            return nullcontext()
        return queue


def _is_bare(update: Update) -> bool:
    """Whether nothing is left of an update but its ID: it came again, or is handled elsewhere."""
    return not update.api_kwargs and not any(getattr(update, kind) for kind in Update.ALL_TYPES)


def _cancels(update: object) -> bool:
    query = update.callback_query if isinstance(update, Update) else None
    return query is not None and (query.data or "").startswith(CANCEL)


def _is_of_guest(update: object) -> bool:
    return isinstance(update, Update) and update.guest_message is not None


def _is_for_others(update: object) -> bool:
    message = update.message if isinstance(update, Update) else None
    if message is None or not (message.text or message.caption):
        return False
    return addressed_text(message, message.get_bot()) is None
