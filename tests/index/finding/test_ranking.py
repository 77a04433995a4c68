"""Evidence -> order: hand-made evidence, and what holds for any."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.ranking import (
    CONTEXT_WINDOW,
    MAX_CANDIDATES,
    MIN_CANDIDATES,
    SCORE_MARGIN,
    Evidence,
    EvidenceWeights,
    candidate_rows,
    fuse,
    top_rows,
)
from index.types import Scores

KINDS = ["similarity", "lexical", "type_fit"]

ONLY = {
    "similarity": EvidenceWeights(1, 0, 0, 0, 0),
    "lexical": EvidenceWeights(0, 0, 1, 0, 0),
    "type_fit": EvidenceWeights(0, 0, 0, 0, 1),
}

shares = st.floats(0, 1, width=32)


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


def evidence(rows: int, **fields: Scores) -> Evidence:
    nothing = dict.fromkeys(KINDS, np.zeros(rows, dtype=np.float32))
    return Evidence(**{**nothing, **fields})


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    rows = draw(st.integers(1, 8))
    column = st.lists(shares, min_size=rows, max_size=rows).map(lambda values: scores(*values))
    return Evidence(*(draw(column) for _ in KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_evidence_counts_by_its_weight(kind: str) -> None:
    given_evidence = evidence(3, **{kind: scores(0, 1, 0.5)})
    np.testing.assert_allclose(fuse(given_evidence, ONLY[kind]), [0, 1, 0.5])


def test_the_score_is_the_weighted_mean() -> None:
    given_evidence = Evidence(scores(0.5), scores(3), scores(1))
    fused = fuse(given_evidence, EvidenceWeights(1, 2, 3, 4, 5))
    # BM25 counts relative to its best; around a single sentence there is only itself.
    np.testing.assert_allclose(fused, [(0.5 + 2 * 0.5 + 3 + 4 + 5) / 15], rtol=1e-6)


def test_all_evidence_at_its_best_scores_one() -> None:
    best = Evidence(*(scores(1, 1) for _ in KINDS))
    np.testing.assert_allclose(fuse(best, EvidenceWeights()), [1, 1], rtol=1e-6)


def test_no_evidence_scores_nothing() -> None:
    assert fuse(evidence(3), EvidenceWeights()).tolist() == [0, 0, 0]


def test_words_count_relative_to_the_best_row() -> None:
    few = fuse(evidence(2, lexical=scores(1, 2)), EvidenceWeights())
    many = fuse(evidence(2, lexical=scores(10, 20)), EvidenceWeights())
    np.testing.assert_allclose(few, many)


def test_a_sentence_profits_from_words_around_it() -> None:
    words = scores(2, *[0] * (CONTEXT_WINDOW + 1))
    fused = fuse(evidence(len(words), lexical=words), EvidenceWeights())
    assert fused[0] > fused[1] == fused[CONTEXT_WINDOW] > fused[CONTEXT_WINDOW + 1] == 0


def test_a_sentence_profits_from_the_mean_around_it() -> None:
    like = evidence(6, similarity=scores(0, 0, 0, 0.6, 0, 0))
    fused = fuse(like, EvidenceWeights(0, 1, 0, 0, 0))
    # At the ends there are fewer sentences to take the mean of.
    np.testing.assert_allclose(fused, [0, 0.15, 0.12, 0.12, 0.15, 0.2], rtol=1e-6)


@given(any_evidence(), st.sampled_from(KINDS), st.integers(0, 7), shares)
def test_more_evidence_never_lowers_a_score(
    before: Evidence, kind: str, row: int, more: float
) -> None:
    column = getattr(before, kind).copy()
    row %= len(column)
    column[row] += more
    after = replace(before, **{kind: column})
    low, high = (fuse(each, EvidenceWeights())[row] for each in (before, after))
    assert high >= low - 1e-6


@given(any_evidence())
def test_scores_lie_between_nothing_and_one(given_evidence: Evidence) -> None:
    fused = fuse(given_evidence, EvidenceWeights())
    assert fused.shape == given_evidence.similarity.shape
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()


@pytest.mark.parametrize(
    ("values", "count", "rows"),
    [
        ((0.1, 0.3, 0.2), 3, [1, 2, 0]),
        ((0.1, 0.3, 0.2), 2, [1, 2]),
        ((0.1, 0.3, 0.2), 9, [1, 2, 0]),
        ((0.5, 0.5, 0.7, 0.5), 4, [2, 0, 1, 3]),
        ((-0.1, 0.0), 1, [1]),
        ((), 3, []),
    ],
)
def test_the_best_rows_come_first_and_equals_as_they_stand(
    values: tuple[float, ...], count: int, rows: list[int]
) -> None:
    assert top_rows(scores(*values), count).tolist() == rows


@given(st.lists(st.floats(0, 1, width=32), max_size=80))
def test_what_comes_near_the_best_is_worth_reading(values: list[float]) -> None:
    given_scores = scores(*values)
    rows = candidate_rows(given_scores)
    assert rows.tolist() == top_rows(given_scores, len(values)).tolist()[: len(rows)]
    near = given_scores >= given_scores.max(initial=0) - SCORE_MARGIN
    assert len(rows) == min(max(int(near.sum()), MIN_CANDIDATES), MAX_CANDIDATES, len(values))
