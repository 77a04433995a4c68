"""Thresholds that are fitted to judged answers: what moves them, and what does not."""

from collections.abc import Iterable

import pytest

from index.making.calibrating import CalibrationError
from index.making.fitting_thresholds import JudgedAnswers, Share
from index.making.judgements import JudgedAnswer
from index.types import Thresholds

MADE = Thresholds(answer=0.56, unsure=0.14)


def answers(*groups: tuple[float, int, int]) -> JudgedAnswers:
    """So many helpful and wrong answers at each confidence."""
    return JudgedAnswers(list(judged(groups)))


def judged(groups: Iterable[tuple[float, int, int]]) -> Iterable[JudgedAnswer]:
    for confidence, helpful, wrong in groups:
        yield from [JudgedAnswer(confidence, helpful=True)] * helpful
        yield from [JudgedAnswer(confidence, helpful=False)] * wrong


def test_what_meets_the_targets_stays() -> None:
    assert answers((0.8, 46, 4), (0.3, 4, 6)).fit(MADE) == MADE


def test_wrong_answers_raise_the_threshold_above_them() -> None:
    assert answers((0.9, 40, 2), (0.61, 5, 10)).fit(MADE) == Thresholds(0.62, 0.14)


def test_what_may_be_chance_moves_nothing() -> None:
    """84 of 100 are fewer than nine in ten, and 42 of 50 may be as many."""
    assert answers((0.9, 42, 8), (0.3, 4, 6)).fit(MADE) == MADE


def test_helpful_doubts_become_answers() -> None:
    assert answers((0.9, 120, 3), (0.41, 20, 1), (0.2, 1, 19)).fit(MADE).answer == 0.4


def test_doubts_that_are_mostly_wrong_do_not_however_good_the_answers_are() -> None:
    assert answers((0.9, 200, 2), (0.41, 4, 8)).fit(MADE).answer == 0.56


def test_wrong_doubts_become_a_no() -> None:
    assert answers((0.9, 40, 3), (0.31, 0, 40)).fit(MADE) == Thresholds(0.56, 0.32)
    assert answers((0.9, 40, 3), (0.5, 6, 4), (0.21, 1, 60)).fit(MADE) == Thresholds(0.56, 0.22)


@pytest.mark.parametrize("few", [(0.41, 9, 0), (0.31, 0, 20)])
def test_few_doubts_move_nothing(few: tuple[float, int, int]) -> None:
    assert answers((0.9, 100, 4), few, (0.15, 3, 9)).fit(MADE) == MADE


def test_what_was_refused_stays_refused() -> None:
    """However good the answers are: nothing below was shown to anybody."""
    fitted = answers((0.9, 60, 0), (0.15, 60, 10)).fit(MADE)
    assert (fitted.answer, fitted.unsure) == (0.14, 0.14)


def test_answers_that_are_never_good_enough_are_told() -> None:
    with pytest.raises(CalibrationError, match="can't mend what is wrong"):
        answers((0.9, 40, 20), (0.6, 10, 10)).fit(MADE)


@pytest.mark.parametrize(("helpful", "wrong"), [(0, 0), (39, 10), (100, 9), (9, 100)], ids=str)
def test_too_few_judged_answers_are_counted(helpful: int, wrong: int) -> None:
    with pytest.raises(CalibrationError) as refusal:
        answers((0.8, helpful, wrong))
    assert str(refusal.value).startswith(
        f"There are {helpful + wrong} judged answers of this reader, {helpful} of them helpful and "
        f"{wrong} wrong. At least 50 are needed, 10 of each kind"
    )


def test_shares_are_those_of_the_judged_answers() -> None:
    some = answers((0.8, 36, 4), (0.3, 12, 8))
    assert (some.count, some.accuracy(0.56), some.coverage(0.56)) == (
        60, Share(36, 40), Share(36, 48)
    )  # fmt: skip
    assert some.accuracy(0.9) == Share(0, 0)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    # Of R: prop.test(45, 50, correct = FALSE) and the like.
    [(Share(45, 50), 0.786, 0.957), (Share(0, 10), 0.0, 0.278), (Share(10, 10), 0.722, 1.0),
     (Share(0, 0), 0.0, 1.0)],
)  # fmt: skip
def test_a_share_lies_in_wilsons_interval(share: Share, low: float, high: float) -> None:
    assert share.interval == pytest.approx((low, high), abs=5e-4)


def test_clear_answers_leave_little_doubt_about_the_threshold() -> None:
    clear = answers((0.9, 400, 4), (0.61, 10, 100), (0.3, 0, 60))
    assert clear.spread(MADE) == (0.62, 0.62)


def test_few_answers_leave_much() -> None:
    low, high = answers((0.9, 30, 1), (0.7, 6, 3), (0.61, 5, 4), (0.4, 4, 3)).spread(MADE)
    assert low <= 0.56 < high
    assert (low, high) == answers((0.9, 30, 1), (0.7, 6, 3), (0.61, 5, 4), (0.4, 4, 3)).spread(MADE)
