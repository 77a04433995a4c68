"""What was deleted is erased from the database's files: at once, or as soon as that can be."""

import threading
from collections.abc import Callable

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
"""Seconds between two tries; each pause is twice the one before."""

Erase = Callable[[float], bool]
"""Erases what was deleted, waiting so many seconds for others; returns whether it could."""


class Erasing:
    """Erases by `erase`, and goes on trying in a thread of its own where it can't be done at once.

    Safe to use from several threads. A process that ends before has it done by the next one.
    """

    def __init__(self, erase: Erase) -> None:
        self._erase = erase
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self.is_pending = False
        """Whether traces of what was deleted may be left."""

    def begin(self, wait_seconds: float) -> None:
        """Erase now; if others are in the way for longer than that, later."""
        with self._lock:
            self.is_pending = not self._erase(wait_seconds)
            if self.is_pending and self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="erasing", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Try no more."""
        self._stopped.set()
        if thread := self._thread:
            thread.join()

    def _go_on(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.wait(pause):
            with self._lock:
                self.is_pending = not self._erase(0)
                if not self.is_pending:
                    self._thread = None
                    return
            pause = min(2 * pause, _LONGEST_PAUSE)
