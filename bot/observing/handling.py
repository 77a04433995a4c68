"""What comes of an update while it is handled: one event in the log, with an ID through all stages.

Neither who wrote nor where is in it: the ID is that of the update, which tells nothing of anybody.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter

from structlog.contextvars import bound_contextvars

from bot.intents import Work
from bot.replies.reply import Load
from index.stages import heard_by
from index.types import Answer

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How the handling of an update has ended."""

    DONE = "done"
    IGNORED = "ignored"
    """Nothing was to be done: people talked to each other."""
    TURNED_AWAY = "turned_away"
    """The bot does not work for them, or they asked for too much at once."""
    FAILED = "failed"
    BROKEN_OFF = "broken_off"
    """The bot was stopped. The update is handled after the restart."""


@dataclass(slots=True)
class Handling:
    """An update that is handled, and what has come of it."""

    kind: str
    work: Work | None = None
    outcome: Outcome = Outcome.DONE
    seconds: float = 0.0
    stages: Counter[str] = field(default_factory=Counter)
    answers: list[Answer] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)

    def heard(self, stage: str, seconds: float) -> None:
        """Note what a stage took."""
        self.stages[stage] += seconds  # type: ignore[assignment]  # Counters count anything.

    def takes(self, work: Work) -> None:
        """Note that it takes such work: the heaviest is what it is called by."""
        self.work = max(self.work or work, work, key=lambda each: each.value)

    def log(self, *, with_text: bool) -> None:
        """Write the event; `with_text`, with what was asked and where it was answered."""
        fields: dict[str, object] = {
            "kind": self.kind,
            "outcome": self.outcome,
            "work": (self.work or Work.QUICK).name.lower(),
            "seconds": round(self.seconds, 4),
            "stages": {name: round(seconds, 4) for name, seconds in self.stages.items()},
        }
        if self.answers:
            fields["verdicts"] = [answer.verdict.value for answer in self.answers]
        if self.loads:
            fields["loads"] = [f"{load.kind}: {load.outcome}" for load in self.loads]
        if with_text and self.answers:
            fields["questions"] = [answer.question for answer in self.answers]
            fields["sentences"] = [[c.sentence for c in a.citations] for a in self.answers]
        _log.info("An update was handled", extra=fields)


_current: ContextVar[Handling | None] = ContextVar("handling", default=None)


def current() -> Handling | None:
    """The update that is handled in this context, if it is one."""
    return _current.get()


def ends_as(outcome: Outcome) -> None:
    """Note how the update that is handled in this context ends, if it is one."""
    if handling := current():
        handling.outcome = outcome


@contextmanager
def handled(update_id: int, kind: str, ended: Callable[[Handling], None]) -> Iterator[None]:
    """Handle an update in the block, and in the tasks and threads that copy its context; `ended` is
    told what has come of it."""
    handling = Handling(kind)
    before, begin = _current.set(handling), perf_counter()
    with bound_contextvars(update=update_id), heard_by(handling.heard):
        try:
            yield
            if handling.outcome is Outcome.DONE and not (handling.work or handling.stages):
                ends_as(Outcome.IGNORED)
        except BaseException:
            ends_as(Outcome.BROKEN_OFF)
            raise
        finally:
            handling.seconds = perf_counter() - begin
            ended(handling)
            _current.reset(before)
