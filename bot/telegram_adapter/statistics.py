"""What the bot has done, in numbers that say nothing of anybody."""

import time
from collections import Counter
from dataclasses import dataclass, field

from bot.intents import Work
from bot.replies.reply import Reply
from bot.telegram_adapter.limits import Clock
from index.types import Verdict

_DAY = 24 * 60 * 60


@dataclass(slots=True)
class Tally:
    """The numbers of answers by their verdicts, of loads, and of errors."""

    answers: Counter[Verdict] = field(default_factory=Counter)
    loads: int = 0
    errors: int = 0


class Statistics:
    """Counts from the start of the process on, and anew each day (UTC)."""

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock
        self._started = clock()
        self._day = self._today()
        self._since_midnight = Tally()
        self.since_start = Tally()

    @property
    def today(self) -> Tally:
        """What was done since midnight, or since the start if that was later."""
        if self._day != self._today():
            self._day, self._since_midnight = self._today(), Tally()
        return self._since_midnight

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    def count(self, work: Work, reply: Reply) -> None:
        """Count a piece of work and what came out of it."""
        for tally in (self.today, self.since_start):
            tally.loads += work is Work.LOAD
            tally.answers.update(answer.verdict for answer in reply.answers)

    def count_error(self) -> None:
        """Count an error, in the bot or on the way to Telegram."""
        for tally in (self.today, self.since_start):
            tally.errors += 1

    def _today(self) -> int:
        return int(self._clock() // _DAY)
