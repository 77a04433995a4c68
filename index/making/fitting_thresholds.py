"""Judged answers -> the thresholds that fit one's own users, and how sure that is.

The targets are those of a reader's own calibration (`calibrating.py`). But people judge only what
they were shown, and few of them do. So nothing is known of what was refused, and a threshold moves
only where the judged answers leave no doubt that it misses its target.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from index.making.calibrating import (
    RIGHT_OF_ANSWERS,
    RIGHT_OF_REFUSALS,
    STEPS,
    CalibrationError,
)
from index.making.judgements import JudgedAnswer
from index.types import Thresholds

MIN_JUDGED = 50
"""Judged answers from which on thresholds are fitted. Of fifty, a share of nine in ten is known to
about eight percent on either side: enough to tell it from three in four, and of fewer it is not."""

MIN_OF_EACH = 10
"""Helpful and wrong answers from which on thresholds are fitted. As many must be judged of what
stays an answer, and of the doubts that become answers. With fewer, each single tap would move a
threshold."""

_MOSTLY = 0.5
"""The share of helpful ones above which doubts may become answers, however good the answers are:
those are judged more often than doubts, and would outvote them."""

_RESAMPLES = 1000
_CERTAINTY = 95
"""Percent of the intervals."""

_Z = 1.96
"""The standard normal quantile that belongs to it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A number of judged answers among others."""

    part: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, with a certainty of 95 percent (Wilson 1927)."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.part / self.of, _Z**2 / self.of
        middle = share + square / 2
        around = _Z * sqrt(share * (1 - share) / self.of + square / (4 * self.of))
        return (middle - around) / (1 + square), (middle + around) / (1 + square)


class JudgedAnswers:
    """All judged answers that thresholds are fitted to."""

    def __init__(self, answers: Sequence[JudgedAnswer]) -> None:
        """Take the answers of one reader.

        Raises:
            CalibrationError: there are too few to fit anything.
        """
        self._confidences = np.array([each.confidence for each in answers])
        self._helpful = np.array([each.helpful for each in answers], dtype=bool)
        helpful = int(self._helpful.sum())
        wrong = len(answers) - helpful
        if len(answers) < MIN_JUDGED or min(helpful, wrong) < MIN_OF_EACH:
            raise CalibrationError(
                f"There are {len(answers)} judged answers of this reader, {helpful} of them "
                f"helpful and {wrong} wrong. At least {MIN_JUDGED} are needed, {MIN_OF_EACH} of "
                "each kind: fewer would fit the thresholds to chance. Nothing was changed."
            )

    @property
    def count(self) -> int:
        """The number of answers."""
        return len(self._confidences)

    def fit(self, made: Thresholds) -> Thresholds:
        """The thresholds that meet the targets on these answers; `made` are the reader's own.

        Raises:
            CalibrationError: no threshold of an answer meets its target.
        """
        answer = _answer_threshold(self._confidences, self._helpful, made)
        if answer is None:
            raise CalibrationError(
                f"From no confidence on are {RIGHT_OF_ANSWERS:.0%} of the judged answers helpful, "
                "so thresholds can't mend what is wrong. Nothing was changed."
            )
        unsure = _unsure_threshold(self._confidences, self._helpful, made, answer)
        return Thresholds(answer, unsure)

    def spread(self, made: Thresholds) -> tuple[float, float]:
        """Where the threshold of an answer would lie for other people like these.

        It is fitted to resamples of the answers (bootstrap): a range that holds 95 percent of them.
        Where none meets the target, it counts as 1: nothing is an answer.
        """
        chance = np.random.default_rng(0)
        fitted = []
        for _ in range(_RESAMPLES):
            rows = chance.integers(self.count, size=self.count)
            found = _answer_threshold(self._confidences[rows], self._helpful[rows], made)
            fitted.append(1.0 if found is None else found)
        tail = (100 - _CERTAINTY) / 2
        low, high = np.percentile(fitted, [tail, 100 - tail], method="nearest")
        return float(low), float(high)

    def accuracy(self, threshold: float) -> Share:
        """The helpful ones among the answers from this confidence on."""
        return _share(self._helpful[self._confidences >= threshold])

    def coverage(self, threshold: float) -> Share:
        """The answers from this confidence on among the helpful ones."""
        return _share(self._confidences[self._helpful] >= threshold)


def _answer_threshold(
    confidences: npt.NDArray[np.float64], helpful: npt.NDArray[np.bool_], made: Thresholds
) -> float | None:
    """The lowest confidence from which on enough are helpful; None if there is none.

    It stays where it is unless the answers from there on are certainly worse than the target, or
    certainly better.
    """
    low, high = _share(helpful[confidences >= made.answer]).interval
    if high < RIGHT_OF_ANSWERS:
        return _raised(confidences, helpful, made)
    return _lowered(confidences, helpful, made) if low > RIGHT_OF_ANSWERS else made.answer


def _raised(
    confidences: npt.NDArray[np.float64], helpful: npt.NDArray[np.bool_], made: Thresholds
) -> float | None:
    for step in STEPS[made.answer < STEPS].tolist():
        given = helpful[confidences >= step]
        if len(given) >= MIN_OF_EACH and given.mean() >= RIGHT_OF_ANSWERS:
            return float(step)
    return None


def _lowered(
    confidences: npt.NDArray[np.float64], helpful: npt.NDArray[np.bool_], made: Thresholds
) -> float:
    """It sinks no further than to a judged doubt, and only past enough of them."""
    judged = _steps_below(confidences)
    for step in judged[(judged >= made.unsure) & (judged < made.answer)].tolist():
        given = confidences >= step
        passed = helpful[given & (confidences < made.answer)]
        enough = len(passed) >= MIN_OF_EACH and passed.mean() > _MOSTLY
        if enough and helpful[given].mean() >= RIGHT_OF_ANSWERS:
            return float(step)
    return made.answer


def _unsure_threshold(
    confidences: npt.NDArray[np.float64],
    helpful: npt.NDArray[np.bool_],
    made: Thresholds,
    answer: float,
) -> float:
    """The highest confidence below which nearly all are certainly wrong.

    It rises no further than past a judged answer, and never sinks: what the reader refuses was
    shown to nobody.
    """
    found = made.unsure
    for step in (_steps_below(confidences) + STEPS[0]).round(2).tolist():
        _, high = _share(helpful[confidences < step]).interval
        if made.unsure < step <= answer and high <= RIGHT_OF_REFUSALS:
            found = float(step)
    return found


def _share(helpful: npt.NDArray[np.bool_]) -> Share:
    return Share(int(helpful.sum()), len(helpful))


def _steps_below(confidences: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The steps nearest below judged answers, each once and in order."""
    rows = np.searchsorted(STEPS, confidences, side="right")
    return np.unique(STEPS[np.maximum(rows, 1) - 1])
