"""Who computes next: an answer that somebody waits for, before an article that is being indexed."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LINGER = 0.005
"""Seconds after a run of the foreground in which its next one is expected: a question takes some
twenty, one behind the other."""

_PATIENCE = 0.1
"""Seconds that a run of the background waits at most, so that it gets on however much is asked."""

_NICENESS = 10
"""Of a background thread, as `nice` has it: what it does beside its runs gives way as well."""

_thread = threading.local()


def work_in_background() -> None:
    """Have the current thread, and the processes that it starts, give way to all others."""
    _thread.in_background = True
    with suppress(AttributeError, OSError):  # only Linux has a niceness for each thread
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


class Turns:
    """Slots for runs, so many at a time; the background takes them when nobody else does."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._changed = threading.Condition()
        self._foreground = 0
        self._overdue = 0
        self._last_foreground = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a slot, and hold it for a run."""
        if getattr(_thread, "in_background", False):
            self._wait_in_background()
            try:
                yield
            finally:
                self._release()
            return
        with self._changed:
            self._foreground += 1
            self._changed.wait_for(lambda: self._free > self._overdue)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._foreground -= 1
                self._last_foreground = time.monotonic()
            self._release()

    def _wait_in_background(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        with self._changed:
            while (self._free == 0 or self._is_expected()) and time.monotonic() < deadline:
                self._changed.wait(_LINGER)
            self._overdue += 1  # The next slot is its own.
            self._changed.wait_for(lambda: self._free > 0)
            self._overdue -= 1
            self._free -= 1

    def _is_expected(self) -> bool:
        """Whether a run of the foreground waits, or may come soon."""
        return self._foreground > 0 or time.monotonic() - self._last_foreground < _LINGER

    def _release(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()
