"""What came of an update."""

import asyncio
import logging
from contextlib import suppress

import pytest

from bot.intents import Work
from bot.observing.handling import Outcome, ends_as
from bot.observing.statistics import Statistics
from index.stages import stage


@pytest.fixture
def statistics() -> Statistics:
    return Statistics()


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.observing")


def counted(statistics: Statistics, outcome: Outcome) -> float | None:
    labels = {"kind": "message", "outcome": outcome}
    return statistics.metrics.registry.get_sample_value("article_bot_updates_total", labels)


def test_an_update_for_which_there_was_nothing_to_do_is_counted_and_not_logged(
    statistics: Statistics, caplog: pytest.LogCaptureFixture
) -> None:
    with statistics.handling(1, "message"):
        pass
    assert counted(statistics, Outcome.IGNORED) == 1
    assert caplog.records == []


def test_the_heaviest_work_is_what_an_update_is_called_by(
    statistics: Statistics, caplog: pytest.LogCaptureFixture
) -> None:
    with statistics.handling(1, "message"):
        for work in (Work.QUICK, Work.LOAD, Work.QUESTION):
            with statistics.pending(work), stage("finding"):
                pass
    [record] = caplog.records
    assert (record.work, record.outcome) == ("load", "done")  # type: ignore[attr-defined]
    labels = {"work": "load", "stage": "finding"}
    name = "article_bot_stage_seconds_count"
    assert statistics.metrics.registry.get_sample_value(name, labels) == 1


@pytest.mark.parametrize("outcome", [Outcome.TURNED_AWAY, Outcome.FAILED])
def test_an_outcome_that_was_told_stays(statistics: Statistics, outcome: Outcome) -> None:
    with statistics.handling(1, "message"):
        ends_as(outcome)
    assert counted(statistics, outcome) == 1


async def test_what_the_end_of_the_bot_breaks_off_is_told(statistics: Statistics) -> None:
    begun = asyncio.Event()

    async def handle() -> None:
        with statistics.handling(1, "message"):
            begun.set()
            await asyncio.sleep(3600)

    task = asyncio.create_task(handle())
    await begun.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert counted(statistics, Outcome.BROKEN_OFF) == 1


def test_outside_of_an_update_nothing_is_noted(statistics: Statistics) -> None:
    ends_as(Outcome.FAILED)
    statistics.count_error(ValueError())
    assert counted(statistics, Outcome.FAILED) is None
