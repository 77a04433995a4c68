"""Evidence -> relevance: a probability that never falls with more evidence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading import EvidenceReader
from index.types import Candidate, Page, Sentence

SENTENCE = Sentence(1, 1, 0, 8, "It rains")
PAGE = Page("Weather", (SENTENCE,))

similarities = st.floats(-1, 1)
coverages = st.floats(0, 1)
fits = st.sampled_from([-1, 0, 1])


def candidate(similarity: float, coverage: float, type_fit: int = 0) -> Candidate:
    return Candidate(SENTENCE, 0.5, similarity, coverage, type_fit)


def relevance(of: Candidate) -> float:
    (reading,) = EvidenceReader().read("question", [of], PAGE)
    return reading.relevance


@given(similarities, coverages, fits)
def test_relevance_is_a_probability(similarity: float, coverage: float, type_fit: int) -> None:
    assert 0 < relevance(candidate(similarity, coverage, type_fit)) < 1


@given(similarities, similarities, coverages, fits)
def test_a_more_similar_sentence_is_never_less_relevant(
    one: float, other: float, coverage: float, type_fit: int
) -> None:
    low, high = (candidate(s, coverage, type_fit) for s in sorted([one, other]))
    assert relevance(low) <= relevance(high)


# A sentence nearly equal to the question shares its words: no other gets so similar.
@given(st.floats(-1, 0.95), coverages, coverages, fits)
def test_a_sentence_with_more_of_the_words_is_never_less_relevant(
    similarity: float, one: float, other: float, type_fit: int
) -> None:
    low, high = (candidate(similarity, c, type_fit) for c in sorted([one, other]))
    assert relevance(low) <= relevance(high)


@given(similarities, coverages)
def test_only_a_missing_type_makes_less_relevant(similarity: float, coverage: float) -> None:
    wrong, none, right = (relevance(candidate(similarity, coverage, fit)) for fit in (-1, 0, 1))
    assert wrong < none == right


def test_nothing_in_common_is_hardly_relevant_and_everything_is() -> None:
    assert relevance(candidate(0, 0)) < 0.05
    assert relevance(candidate(0.8, 1)) > 0.6


def test_coefficients_can_be_given() -> None:
    (reading,) = EvidenceReader(0, 0, 0, 0, 0).read("question", [candidate(1, 1, -1)], PAGE)
    assert reading.relevance == pytest.approx(0.5)


def test_one_reading_a_candidate_in_their_order() -> None:
    candidates = [replace(candidate(0.1 * n, 0), score=n) for n in (3, 1, 2)]
    readings = EvidenceReader().read("question", candidates, PAGE)
    assert [reading.candidate for reading in readings] == candidates
    assert EvidenceReader().read("question", [], PAGE) == []
