"""Readings -> an answer or an abstention."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.citing import MAX_CITATIONS, THRESHOLD, abstain, cite
from index.types import Answer, Candidate, Reading, Sentence


def readings(*relevances: float, step: float = 0.001) -> list[Reading]:
    """One sentence a relevance, in their order; each ranks a step below the one before."""
    made = []
    for number, relevance in enumerate(relevances, start=1):
        sentence = Sentence(number, 2 * number, 10 * number, 10 * number + 5, f"text{number}")
        made.append(Reading(Candidate(sentence, 1 - step * (number - 1), 0.5, 0.5, 0), relevance))
    return made


def cited(answer: Answer) -> list[int]:
    return [citation.sentence for citation in answer.citations]


@pytest.mark.parametrize(
    ("relevances", "expected"),
    [
        ((0.9,), [1]),
        ((THRESHOLD,), [1]),
        ((THRESHOLD - 0.001,), []),
        ((0.1, 0.9), []),
        ((0.9, 0.88, 0.86), [1, 2, 3]),
        ((0.9, 0.8, 0.88), [1, 3]),
        ((0.9, 0.5), [1]),
        ((THRESHOLD, THRESHOLD, THRESHOLD - 0.001), [1, 2]),
        ((0.5, 0.6, 0.7, 0.8), [1, 2, 3]),
        ((0.9, 0.1, 0.1, 0.9), [1]),
    ],
)
def test_the_best_is_cited_with_those_that_are_worth_as_much(
    relevances: tuple[float, ...], expected: list[int]
) -> None:
    answer = cite("Who?", readings(*relevances))
    assert cited(answer) == expected
    assert answer.answered is bool(expected)


@pytest.mark.parametrize(
    ("top", "expected"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (9, [1, 2, 3, 4])]
)
def test_no_more_than_asked_for_are_cited(top: int, expected: list[int]) -> None:
    assert cited(cite("Who?", readings(0.9, 0.9, 0.9, 0.9), top)) == expected


def test_a_citation_is_the_sentence_with_its_place_and_score() -> None:
    (citation,) = cite("Who?", readings(0.9)).citations
    assert (citation.sentence, citation.paragraph) == (1, 2)
    assert (citation.start, citation.end, citation.text) == (10, 15, "text1")
    assert citation.score == 1.0


def test_an_answer_tells_its_question_confidence_and_all_that_was_ranked() -> None:
    answer = cite("Who?", readings(0.9, 0.1))
    assert answer.question == "Who?"
    assert answer.confidence == 0.9
    assert [citation.sentence for citation in answer.ranked] == [1, 2]
    assert answer.nearest is None


def test_a_refusal_tells_the_nearest_passage() -> None:
    answer = cite("Who?", readings(0.2, 0.1))
    assert answer.confidence == 0.2
    assert answer.nearest == answer.ranked[0]
    assert answer.nearest.sentence == 1


def test_abstaining_cites_nothing_whatever_the_readings_say() -> None:
    answer = abstain("Who?", readings(0.99, 0.98))
    assert not answer.answered
    assert answer.confidence == 0
    assert answer.nearest == answer.ranked[0]
    assert abstain("Who?", []).nearest is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.integers(1, 10))
def test_what_is_cited_is_ranked_and_relevant(relevances: list[float], top: int) -> None:
    answer = cite("Who?", readings(*relevances), top)
    assert set(answer.citations) <= set(answer.ranked[:top])
    assert all(relevances[number - 1] >= THRESHOLD for number in cited(answer))
    assert answer.answered is (relevances[0] >= THRESHOLD)
    assert cited(answer) == sorted(cited(answer))


def test_what_ranks_far_below_is_not_cited_however_relevant() -> None:
    assert cited(cite("Who?", readings(0.8, 0.9, step=0.1))) == [1]


def test_by_default_an_answer_is_short() -> None:
    assert len(cite("Who?", readings(*[0.9] * 10)).citations) == MAX_CITATIONS == 3
