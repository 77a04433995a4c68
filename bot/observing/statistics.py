"""What the bot has done, in numbers that say nothing of anybody."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from importlib.metadata import version
from typing import Protocol

from prometheus_client import Counter as Metric

from bot.intents import Work
from bot.observing import memory
from bot.observing.handling import Handling, Outcome, current, ends_as, handled
from bot.observing.metrics import Metrics
from bot.observing.readiness import PARTS, Readiness
from bot.replies.reply import READ, Reply
from index.types import Verdict

_DAY = 24 * 60 * 60

Clock = Callable[[], float]


class Cache(Protocol):
    """Indexes of articles in memory."""

    def size(self) -> tuple[int, int, int]:
        """The numbers of articles, of their sentences, and of the bytes of their vectors."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of answers by their verdicts, of articles read, and of errors."""

    answers: Counter[Verdict] = field(default_factory=Counter)
    loads: int = 0
    errors: int = 0

    def since(self, before: "Tally") -> "Tally":
        """What has come since an earlier tally."""
        return Tally(
            self.answers - before.answers, self.loads - before.loads, self.errors - before.errors
        )


class Statistics:
    """The one place that counts: from the start of the process on for Prometheus, and anew each day
    (UTC) too for `/stats`."""

    def __init__(self, clock: Clock = time.time, *, with_text: bool = False) -> None:
        """`with_text`: the log says what was asked."""
        self.metrics = Metrics()
        self.metrics.build.info({"version": version("article-bot")})
        self.metrics.children_bytes.set_function(memory.of_children)
        for verdict in Verdict:  # So that the rate of the first one can be told, too.
            self.metrics.questions.labels(_label(verdict))
        for work in Work:
            self.metrics.work_pending.labels(_label(work))
            self.metrics.work_running.labels(_label(work))
        self._with_text = with_text
        self._clock = clock
        self._started = clock()
        self._day = self._today()
        self._at_midnight = Tally()

    @property
    def since_start(self) -> Tally:
        """What was done since the start of the process."""
        questions, loads = _values(self.metrics.questions), _values(self.metrics.loads)
        return Tally(
            Counter({each: n for each in Verdict if (n := questions[(_label(each),)])}),
            sum(count for (_, outcome), count in loads.items() if outcome in READ),
            _values(self.metrics.errors).total(),
        )

    @property
    def today(self) -> Tally:
        """What was done since midnight, or since the start if that was later."""
        self._turn_day()
        return self.since_start.since(self._at_midnight)

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    def count(self, reply: Reply) -> None:
        """Count what came out of a piece of work."""
        self._turn_day()
        for answer in reply.answers:
            self.metrics.questions.labels(_label(answer.verdict)).inc()
        for load in reply.loads:
            self.metrics.loads.labels(load.kind, load.outcome).inc()
        if handling := current():
            handling.answers += reply.answers
            handling.loads += reply.loads

    def count_error(self, error: Exception | None) -> None:
        """Count an error, in the bot or on the way to Telegram."""
        self._turn_day()
        self.metrics.errors.labels(type(error).__name__).inc()
        ends_as(Outcome.FAILED)

    @contextmanager
    def handling(self, update_id: int, kind: str) -> Iterator[None]:
        """Measure how an update is handled in the block, and log it."""
        with (
            self.metrics.updates_running.track_inprogress(),
            handled(update_id, kind, self._note),
        ):
            yield

    @contextmanager
    def pending(self, work: Work) -> Iterator[None]:
        """Measure work that waits for a thread, or is done in one."""
        if handling := current():
            handling.takes(work)
        with self.metrics.work_pending.labels(_label(work)).track_inprogress():
            yield

    @contextmanager
    def running(self, work: Work) -> Iterator[None]:
        """Measure work that is done in this thread."""
        with self.metrics.work_running.labels(_label(work)).track_inprogress():
            yield

    def watch(
        self,
        waiting: Callable[[], float],
        dialogues: Callable[[], float],
        last_answer: Callable[[], float],
    ) -> None:
        """Have Prometheus told how many updates wait and how many dialogues are in memory, and when
        Telegram answered last."""
        self.metrics.updates_waiting.set_function(waiting)
        self.metrics.dialogues.set_function(dialogues)
        self.metrics.last_answer.set_function(last_answer)

    def watch_caches(self, caches: Mapping[str, Cache]) -> None:
        """Have Prometheus told what is in these caches."""
        metrics = self.metrics
        gauges = metrics.cache_articles, metrics.cache_sentences, metrics.cache_bytes
        for name, cache in caches.items():
            for row, gauge in enumerate(gauges):
                gauge.labels(name).set_function(partial(_size, cache, row))

    def watch_readiness(self, readiness: Readiness) -> None:
        """Have Prometheus told which parts of the bot are ready."""
        for part in PARTS:
            self.metrics.ready.labels(part).set_function(partial(_is_ready, readiness, part))

    def _note(self, handling: Handling) -> None:
        self.metrics.updates.labels(handling.kind, handling.outcome).inc()
        if handling.outcome is Outcome.IGNORED:
            return
        self.metrics.update_seconds.labels(handling.kind).observe(handling.seconds)
        work = _label(handling.work or Work.QUICK)
        for stage, seconds in handling.stages.items():
            self.metrics.stage_seconds.labels(work, stage).observe(seconds)
        handling.log(with_text=self._with_text)

    def _turn_day(self) -> None:
        if self._day != self._today():
            self._day, self._at_midnight = self._today(), self.since_start

    def _today(self) -> int:
        return int(self._clock() // _DAY)


def _label(value: Enum) -> str:
    return value.name.lower()


def _values(counter: Metric) -> Counter[tuple[str, ...]]:
    """The values of all series of a counter, by those of their labels."""
    [family] = counter.collect()
    return Counter({tuple(each.labels.values()): int(each.value) for each in family.samples})


def _size(cache: Cache, row: int) -> float:
    return cache.size()[row]


def _is_ready(readiness: Readiness, part: str) -> float:
    return not readiness.lack(part)
