"""How the time of a piece of work grows with its size: in CPU time, for others may be busy."""

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

FACTOR = 8
"""Between the sizes that are compared. Linear work takes eight times as long, quadratic 64."""

MOST = 24.0
"""Times as long: caches and other processes may treble it."""

SLACK = 0.05
"""Seconds: what is this short is not worth measuring."""

_HANGING = 120
"""Seconds of CPU time after which work is broken off."""


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """`work(n)`, for n up to `size`, takes time in proportion to n."""
    small = min(_cpu_seconds(work, size // FACTOR) for _ in range(2))
    large = _cpu_seconds(work, size)
    assert large <= MOST * small + SLACK, (
        f"{FACTOR} times the size took {large / max(small, 1e-9):.1f} times"
    )


def _cpu_seconds(work: Callable[[int], object], size: int) -> float:
    """Without the garbage collector, which looks at all that other tests have left, too."""
    collects = gc.isenabled()
    gc.disable()
    try:
        with _broken_off():
            began = time.process_time()
            work(size)
            return time.process_time() - began
    finally:
        if collects:
            gc.enable()


@contextmanager
def _broken_off() -> Iterator[None]:
    """Exponential work would never end."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {_HANGING} seconds of CPU time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _HANGING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
