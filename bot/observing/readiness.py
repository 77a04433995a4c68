"""Whether the bot is alive, and ready to answer."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.health import STALE_AFTER
from index.errors import StorageError

_PATIENCE = 5.0
"""Seconds that a turn of the event loop may take."""

_STORE_PATIENCE = 2.0
"""Seconds that the store may take for a query."""

MODELS, STORE, TELEGRAM = PARTS = "models", "store", "telegram"

Check = Callable[[], str]
"""Tells why a part is not ready; nothing, if it is."""


class Readiness:
    """Knows the parts that a question needs. None is ready before its check is given."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = dict.fromkeys(PARTS, lambda: "not there yet")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_ending = False

    def check(self, part: str, check: Check) -> None:
        """From now on, a part is ready when its check says so."""
        self._checks[part] = check

    def runs_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on, the bot is alive as long as this loop turns."""
        self._loop = loop

    def end(self) -> None:
        """From now on, the bot is not ready any more: it ends."""
        self._is_ending = True

    @property
    def is_alive(self) -> bool:
        """Whether the event loop turns; before there is one, the process is enough."""
        if self._loop is None:
            return True
        turned = threading.Event()
        try:
            self._loop.call_soon_threadsafe(turned.set)
        except RuntimeError:  # It is closed.
            return False
        return turned.wait(_PATIENCE)

    def lacks(self) -> dict[str, str]:
        """The parts that are not ready, each with the reason: none, if the bot may be asked."""
        lacks = {"bot": "ending"} if self._is_ending else {}
        lacks |= {part: why for part in PARTS if (why := self.lack(part))}
        return lacks

    def lack(self, part: str) -> str:
        """Why a part is not ready; nothing, if it is."""
        return self._checks[part]()


class StoreCheck:
    """Whether the store answers. While it hangs, it is asked only once, whoever wants to know."""

    def __init__(self, ask: Callable[[], None]) -> None:
        """`ask` has it answer a query, or raises `StorageError`."""
        self._ask = ask
        self._asked: Future[None] | None = None
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store check")

    def __call__(self) -> str:
        """Why it is not ready: without the reason of the database, which may name its files."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = self._thread.submit(self._ask)
            asked = self._asked
        try:
            asked.result(_STORE_PATIENCE)
        except TimeoutError:
            return f"no answer within {_STORE_PATIENCE:.0f} seconds"
        except StorageError as error:
            return f"no answer ({type(error).__name__})"
        return ""


def heard_lately(last: Callable[[], float]) -> Check:
    """A check of Telegram, which answered last at the time (Unix time) that `last` tells."""

    def check() -> str:
        seconds = time.time() - last()
        return "" if seconds < STALE_AFTER else f"no answer within {STALE_AFTER} seconds"

    return check
