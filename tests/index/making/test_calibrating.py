"""Logits -> what they are worth."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from index.making.calibrating import (
    NEUTRAL,
    CalibrationError,
    JudgedReadings,
    collect_readings,
    equal_shares,
    features_of,
    fit,
    thresholds,
    thresholds_for,
)
from index.making.evaluation import GoldArticle, GoldQuestion
from index.reading.readers import EvidenceReader
from index.types import Candidate, Embedder, Reading, Sentence

TEXT = (
    "The harbour opened in 1902. It was built by Ada Moor.\n\n"
    "The ferry runs twice a day. A ticket costs three crowns.\n\n"
    "In winter the ice is thick. Nobody fishes then."
)
PRICE = TEXT.index("three")
GOLD = GoldArticle(
    "harbour",
    "The harbour",
    TEXT,
    "en",
    (
        GoldQuestion("1", "What does a ticket cost?", True, ((PRICE, PRICE + 1),), (55, 111)),
        GoldQuestion("2", "What does a boat cost?", False, (), (55, 111)),
    ),
)
STRANGER = GoldArticle("sky", "The sky", "The sky is blue. Birds fly there.", "en", ())


def reading(logit: float, score: float = 0.5, *, type_fit: int = 0) -> Reading:
    sentence = Sentence(1, 1, 0, 4, "text")
    probability = 1 / (1 + np.exp(-logit))
    candidate = Candidate(sentence, score, 0.5, 0.5, type_fit)
    return Reading(candidate, logit, probability, probability)


def test_a_question_is_asked_in_every_kind_with_and_without_an_answer(embedder: Embedder) -> None:
    asked = collect_readings([GOLD, STRANGER], embedder, EvidenceReader())
    kinds = [(a.kind, any(a.right)) for a in asked]
    assert kinds == [
        ("article", True),
        ("article", False),
        ("passage", True),
        ("passage", False),
        ("paragraph", True),
        ("paragraph", False),
    ]
    for a in asked:
        right = [
            r.candidate.sentence.text
            for r, is_right in zip(a.readings, a.right, strict=True)
            if is_right
        ]
        assert right in ([], ["A ticket costs three crowns."])


def test_an_article_is_no_stranger_to_itself(embedder: Embedder) -> None:
    asked = collect_readings([GOLD], embedder, EvidenceReader())
    assert [(a.kind, any(a.right)) for a in asked if a.kind == "article"] == [("article", True)]


def test_a_question_asked_twice_is_read_twice(embedder: Embedder) -> None:
    """The index remembers what was asked: the second must not get the readings of another."""
    first, other = GOLD.questions
    twice = replace(GOLD, questions=(first, other, first))
    asked = collect_readings([twice, STRANGER], embedder, EvidenceReader())
    assert asked[-5:] == asked[:5]


def test_what_the_reader_is_not_asked_about_is_left_out(embedder: Embedder) -> None:
    class English:
        languages = frozenset({"en"})

        def __getattr__(self, name: str) -> Any:
            return getattr(embedder, name)

    golds = [GOLD, STRANGER]
    assert collect_readings(golds, English(), EvidenceReader())
    assert not collect_readings(
        [replace(g, language="de") for g in golds], English(), EvidenceReader()
    )
    with pytest.raises(CalibrationError):
        fit([])


def test_progress_is_told(embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    collect_readings([GOLD, STRANGER], embedder, EvidenceReader(), lambda *now: told.append(now))
    assert told == [(1, 2), (2, 2)]


def test_every_kind_counts_the_same() -> None:
    asked = [JudgedReadings(kind, (), ()) for kind in ("a", "a", "a", "b")]
    assert equal_shares(asked) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_the_margin_is_the_log_odds_of_a_neutral_confidence() -> None:
    margin, *evidence = features_of(reading(1.25, 0.3, type_fit=-1))
    assert margin == pytest.approx(1.25)
    assert evidence == [0.3, 0.5, 0.5, 1.0]
    assert NEUTRAL.confidence(reading(0).candidate, 1.25) == pytest.approx(1 / (1 + np.exp(-1.25)))


@pytest.mark.parametrize("right", [True, False])
def test_too_few_questions_are_a_clear_error(right: bool) -> None:
    with pytest.raises(CalibrationError, match="more data"):
        fit([JudgedReadings("article", (reading(1.0),), (right,))] * 3)


def test_a_reader_that_errs_is_corrected_by_the_ranking() -> None:
    """The logits always prefer the second sentence, the ranking the first, which is right."""
    pair = (reading(1.0, 0.6), reading(2.0, 0.4))
    asked = [JudgedReadings("article", pair, (True, False))] * 20 + [
        JudgedReadings("article", (reading(-3.0), reading(-4.0)), (False, False))
    ] * 20
    assert fit(asked).prior * 0.2 >= 1.0


def test_the_confidence_is_as_often_right_as_it_says() -> None:
    chance = np.random.default_rng(0)
    asked = []
    for _ in range(4000):
        logit = float(chance.normal(0, 3))
        right = bool(chance.random() < 1 / (1 + np.exp(-(0.5 * logit + 1))))
        asked.append(JudgedReadings("article", (reading(logit),), (right,)))
    asked.append(JudgedReadings("article", (reading(0.0),), (True,)))
    calibration = fit(asked)
    for logit in (-4.0, 0.0, 3.0):
        expected = 1 / (1 + np.exp(-(0.5 * logit + 1)))
        assert calibration.confidence(reading(0).candidate, logit) == pytest.approx(
            expected, abs=0.05
        )


def test_the_thresholds_are_where_the_targets_are_met() -> None:
    """Right in 0, 60, 90 and 100 of 100: from 0.55 on 95% are right, from 0.35 on 83%."""
    confidences = np.repeat([0.15, 0.35, 0.55, 0.95], 100)
    right = np.concatenate([np.arange(100) < count for count in (0, 60, 90, 100)])
    found = thresholds(confidences, right, np.ones(400))
    assert 0.35 < found.answer <= 0.55
    assert 0.15 < found.unsure <= 0.35


def test_a_share_that_counts_more_moves_the_border() -> None:
    confidences = np.repeat([0.35, 0.95], 100)
    right = np.concatenate([np.arange(100) < 60, np.ones(100, dtype=bool)])
    alike, shares = np.ones(200), np.repeat([1.0, 9.0], 100)
    assert thresholds(confidences, right, alike).answer > 0.35
    assert thresholds(confidences, right, shares).answer < 0.35


def test_where_nothing_is_right_enough_hardly_anything_is_an_answer() -> None:
    found = thresholds(np.full(10, 0.5), np.arange(10) < 5, np.ones(10))
    assert found.answer > 0.9
    assert found.unsure <= 0.5


def test_the_thresholds_follow_from_the_calibrated_confidence() -> None:
    """Logits -3, 1 and 3 are confidences 0.05, 0.73 and 0.95."""
    asked = [JudgedReadings("article", (reading(-3.0),), (False,))] * 10
    asked += [
        JudgedReadings("article", (reading(1.0),), (right,)) for right in [True] * 8 + [False] * 2
    ]
    asked += [JudgedReadings("article", (reading(3.0),), (True,))] * 10
    assert 0.05 < thresholds_for(asked, NEUTRAL).answer < 0.73
    asked += [JudgedReadings("article", (reading(1.0),), (False,))] * 3
    assert 0.73 < thresholds_for(asked, NEUTRAL).answer < 0.95
