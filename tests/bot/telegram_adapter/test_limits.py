"""So many times in so many seconds."""

import pytest

from bot.telegram_adapter import limits
from bot.telegram_adapter.limits import Limit, Wait
from tests.bot.telegram_adapter.running import ANN, BEN


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_within_the_limit_nobody_waits(clock: Clock) -> None:
    limit = Limit(3, 60, clock)
    assert [limit.wait(ANN) for _ in range(3)] == [None] * 3


def test_beyond_it_one_waits_until_the_while_is_over_and_hears_it_once(clock: Clock) -> None:
    limit = Limit(2, 60, clock)
    limit.wait(ANN)
    clock.now += 15
    limit.wait(ANN)
    assert limit.wait(ANN) == Wait(45, is_new=True)
    clock.now += 5
    assert limit.wait(ANN) == Wait(40, is_new=False)
    clock.now += 40
    assert limit.wait(ANN) is None


def test_people_are_counted_apart(clock: Clock) -> None:
    limit = Limit(1, 60, clock)
    limit.wait(ANN)
    assert limit.wait(ANN) is not None
    assert limit.wait(BEN) is None


def test_only_so_many_people_are_remembered(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MAX_PEOPLE", 2)
    limit = Limit(1, 60, clock)
    for person in (1, 2, 1, 3):
        limit.wait(person)
    assert limit.wait(1) is not None
    assert limit.wait(2) is None
