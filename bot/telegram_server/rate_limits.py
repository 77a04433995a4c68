"""How often a bot may send: all in all, in one chat, and in one group.

Telegram names these numbers in its FAQ for bots, and says of one message a second in a chat only
that short bursts may be allowed: here, ten at once.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.telegram_server.errors import too_many_requests

COUNTED = ("send", "edit", "copy", "forward")


@dataclass(slots=True)
class _Window:
    """At most `count` calls in any `seconds`."""

    count: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until there is room for a call."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return self.times[0] + self.seconds - now if len(self.times) >= self.count else 0.0


class RateLimits:
    """The calls of one bot, against Telegram's limits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._overall = _Window(30, 1.0)
        self._chats: dict[int, _Window] = {}

    def count(self, method: str, chat_id: int) -> None:
        """Count a call to a chat, 0 if it is to none. Raises ApiError (429) if it is one too many;
        such a call counts nothing."""
        if not method.lower().startswith(COUNTED):
            return
        windows = [self._overall, self._chat(chat_id)] if chat_id else [self._overall]
        now = self._clock()
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for window in windows:
            window.times.append(now)

    def _chat(self, chat_id: int) -> _Window:
        if chat_id not in self._chats:
            self._chats[chat_id] = _Window(20, 60.0) if chat_id < 0 else _Window(10, 10.0)
        return self._chats[chat_id]
