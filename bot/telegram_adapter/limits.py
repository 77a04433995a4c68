"""How much one person may ask for in a while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MAX_PEOPLE = 10_000
"""People whose requests are counted. Of more, those who have asked for nothing the longest."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds somebody has to wait, and whether it is the first time that this is found:
    a flood of messages gets one word, not a flood of words."""

    seconds: float
    is_new: bool


@dataclass(slots=True)
class _Window:
    end: float
    count: int = 0


class Limit:
    """So many `times` in so many `seconds`, counted for each person from the first time on."""

    def __init__(self, times: int, seconds: float, clock: Clock = time.monotonic) -> None:
        self._times = times
        self._seconds = seconds
        self._clock = clock
        self._windows: OrderedDict[int, _Window] = OrderedDict()

    def wait(self, person: int) -> Wait | None:
        """Count one more time; None if it is within the limit."""
        now = self._clock()
        window = self._windows.pop(person, None)
        if window is None or now >= window.end:
            window = _Window(now + self._seconds)
        self._windows[person] = window
        if len(self._windows) > _MAX_PEOPLE:
            self._windows.popitem(last=False)
        window.count += 1
        if window.count <= self._times:
            return None
        return Wait(window.end - now, is_new=window.count == self._times + 1)
