"""How the time of a piece of work grows with its size: in CPU time, for others may be busy."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

FACTOR = 4
"""The sizes that are compared: quadratic work takes sixteen times as long."""

MOST = 9.0
"""Times as long; linear work takes four, and a little more where memory is slower."""

SLACK = 0.05
"""Seconds: what is this short is not worth measuring."""

_HANGING = 120
"""Seconds of CPU time after which work is broken off."""


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """`work(n)`, for n up to `size`, takes time in proportion to n."""
    small = min(_cpu_seconds(work, size // FACTOR) for _ in range(2))
    large = _cpu_seconds(work, size)
    assert large <= MOST * small + SLACK, f"{FACTOR} times the size took {large / small:.1f} times"


def _cpu_seconds(work: Callable[[int], object], size: int) -> float:
    with _broken_off():
        began = time.process_time()
        work(size)
        return time.process_time() - began


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
