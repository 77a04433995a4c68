"""Several processes behind one webhook: each chat's updates are handled by one of them.

Whoever gets an update writes it down, and tells the process whose chat it is. That one takes all
that waits of the chat, in order, and handles it as if there were no others: a long text that came
in parts, a button that stops a load, and all that is in memory are where they are needed. The chats
of a process that ended are taken over with what waits of them.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from bot.telegram_adapter.receiving import Json, Receiver
from index.errors import StorageError
from index.keeping.replica import Replica

_log = logging.getLogger(__name__)

LOOK_INTERVAL = 2.0
"""Seconds between two looks for what nobody works on."""

IDLE_SECONDS = 10 * 60.0
"""Seconds after which a chat in which nothing happens is left to whoever gets its next update: so
that a new process gets chats too."""

Take = Callable[[Json], Awaitable[None]]
"""Has an update handled in this process."""

Drop = Callable[[Callable[[str], bool]], None]
"""Removes from memory the chats whose keys are such."""


class Replicas:
    """This process among those that share a database.

    `replica` knows whose a chat is, `receiver` what waits. `take` has an update handled,
    `break_off` ends all handling at once, `drop` removes chats from memory.
    """

    def __init__(
        self,
        replica: Replica,
        receiver: Receiver,
        take: Take,
        break_off: Callable[[], None],
        drop: Drop,
    ) -> None:
        self._replica = replica
        self._receiver = receiver
        self._take = take
        self._break_off = break_off
        self._drop = drop
        # The chats of this process, and when something came of them. Another dictionary takes its
        # place when they are lost.
        self._own: dict[str, float] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._beside: set[asyncio.Task[None]] = set()

    async def join(self) -> None:
        """Be one of them.

        Raises:
            StorageError: the database can't be used.
        """
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(
            self._replica.join,
            lambda chat: loop.call_soon_threadsafe(self._told, chat),
            lambda: loop.call_soon_threadsafe(self._lose),
        )

    async def leave(self) -> None:
        """Leave all chats to the others."""
        await asyncio.to_thread(self._replica.leave)

    async def arrived(self, chat: str) -> None:
        """Have what waits of a chat handled by the process whose chat it is: this one, if it is
        nobody's."""
        own = self._own
        async with self._locks.setdefault(chat, asyncio.Lock()):
            if chat not in own and not await self._claim(chat):
                return
            # Every time all that waits: another process may have written down what came before.
            waiting = await self._receiver.waiting(chat)
            if own is not self._own:  # They were lost meanwhile.
                return
            if chat not in own:
                self._drop(lambda key: _chat_of(key) == chat)
            own[chat] = time.monotonic()
            for update in waiting:
                self._receiver.hold(update)
                await self._take(update.payload)

    async def watch(self) -> None:
        """Take over what nobody works on, leave what is idle, and come back after the connection
        was lost: all of that again and again."""
        while True:
            try:
                await self._look()
            except StorageError as error:
                _log.debug("The other processes can't be reached: %s", error)
            except Exception:  # Whatever it is, nobody else would look again.
                _log.exception("What nobody works on could not be looked for")
            await asyncio.sleep(LOOK_INTERVAL)

    async def _look(self) -> None:
        if not self._replica.has_joined:
            await self.join()
            _log.info("The database is back.")
        await self._receiver.mark()
        waiting = await asyncio.to_thread(self._replica.unattended)
        chats = {chat for chat, update_id in waiting if not self._receiver.holds(update_id)}
        await asyncio.gather(*map(self.arrived, chats))
        await self._leave_idle()
        self._drop(lambda key: _chat_of(key) not in (None, *self._own))

    async def _claim(self, chat: str) -> bool:
        """Whether a chat is this process's now. If that can't be known, somebody finds what waits
        of it later."""
        try:
            return await asyncio.to_thread(self._replica.claim, chat)
        except StorageError as error:
            _log.debug("Whose a chat is can't be known: %s", error)
            return False

    async def _leave_idle(self) -> None:
        own, before = self._own, time.monotonic() - IDLE_SECONDS
        for chat in [chat for chat, used in own.items() if used < before]:
            async with self._locks.setdefault(chat, asyncio.Lock()):
                if own.get(chat, before) < before and not self._receiver.holds_some_of(chat):
                    del own[chat]
                    await asyncio.to_thread(self._replica.release, chat)

    def _told(self, chat: str) -> None:
        """Another process has written down something of a chat of this one."""
        self._run_beside(self.arrived(chat))

    def _lose(self) -> None:
        """For the others, this process has ended: they take over its chats, as it is to do with
        what it finds when it comes back."""
        _log.warning("The connection to the database is lost. What is being done begins anew.")
        self._own = {}
        self._receiver.let_go()
        self._break_off()
        self._drop(lambda key: _chat_of(key) is not None)

    def _run_beside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _chat_of(key: str) -> str | None:
    """The chat of a dialogue's key, as the inbox names it; None if it is no chat's."""
    transport, _, chat = key.partition(":")
    return chat.partition(":")[0] if transport == "telegram" else None
