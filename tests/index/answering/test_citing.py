"""Readings -> an answer, a doubt or an honest no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.citing import MAX_CITATIONS, MIN_FURTHER_RELEVANCE, abstain, cite
from index.types import Answer, Candidate, Reading, Sentence, Span, Thresholds, Verdict

BORDERS = Thresholds(answer=0.6, unsure=0.2)


def readings(
    *relevances: float, confidence: float = 1.0, numbers: tuple[int, ...] = ()
) -> list[Reading]:
    """One sentence a relevance, best first; `numbers`: where they stand in the article."""
    made = []
    for place, relevance in enumerate(relevances, start=1):
        number = numbers[place - 1] if numbers else place
        sentence = Sentence(number, 2 * number, 10 * number, 10 * number + 5, f"text{number}")
        candidate = Candidate(sentence, 0.5, 0.5, 0.5, 0)
        made.append(Reading(candidate, 1 - 0.001 * (place - 1), relevance, confidence))
    return made


def cited(answer: Answer) -> list[int]:
    return [citation.sentence for citation in answer.citations]


@pytest.mark.parametrize(
    ("confidence", "verdict"),
    [
        (1.0, Verdict.ANSWERED),
        (BORDERS.answer, Verdict.ANSWERED),
        (BORDERS.answer - 0.001, Verdict.UNSURE),
        (BORDERS.unsure, Verdict.UNSURE),
        (BORDERS.unsure - 0.001, Verdict.NOT_IN_ARTICLE),
        (0.0, Verdict.NOT_IN_ARTICLE),
    ],
)
def test_the_confidence_in_the_first_sentence_decides(confidence: float, verdict: Verdict) -> None:
    answer = cite("Who?", readings(0.9, 0.9, confidence=confidence), BORDERS)
    assert answer.verdict is verdict
    assert answer.confidence == confidence
    assert answer.answered is (verdict is Verdict.ANSWERED) is bool(answer.citations)


@pytest.mark.parametrize(
    ("relevances", "expected"),
    [
        ((0.9,), [1]),
        ((0.9, MIN_FURTHER_RELEVANCE, 1.0), [1, 2, 3]),
        ((0.9, MIN_FURTHER_RELEVANCE - 0.01, 1.0), [1, 3]),
        ((0.9, 0.0), [1]),
        ((0.0, 1.0), [1, 2]),
        ((0.9, 0.1, 0.1, 1.0), [1]),
    ],
)
def test_further_sentences_are_cited_if_they_answer_by_themselves(
    relevances: tuple[float, ...], expected: list[int]
) -> None:
    assert cited(cite("Who?", readings(*relevances), BORDERS)) == expected


def test_further_sentences_follow_the_best_in_the_order_of_the_article() -> None:
    assert cited(cite("Who?", readings(1, 1, 1, numbers=(7, 9, 2)), BORDERS)) == [7, 2, 9]


@pytest.mark.parametrize(
    ("top", "expected"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (9, [1, 2, 3, 4])]
)
def test_no_more_than_asked_for_are_cited(top: int, expected: list[int]) -> None:
    assert cited(cite("Who?", readings(1, 1, 1, 1), BORDERS, top)) == expected


def test_by_default_an_answer_is_short() -> None:
    assert len(cite("Who?", readings(*[1.0] * 10), BORDERS).citations) == MAX_CITATIONS == 3


def test_a_citation_is_the_sentence_with_its_place_and_score() -> None:
    (citation,) = cite("Who?", readings(0.9), BORDERS).citations
    assert (citation.sentence, citation.paragraph) == (1, 2)
    assert (citation.start, citation.end, citation.text) == (10, 15, "text1")
    assert citation.score == 1.0


@pytest.mark.parametrize(("words", "in_article"), [(None, None), ((0, 4), (10, 14))])
def test_the_answers_words_are_told_by_their_place_in_the_article(
    words: Span | None, in_article: Span | None
) -> None:
    sentence = Sentence(1, 1, 10, 15, "text1")
    reading = Reading(Candidate(sentence, 0.5, 0.5, 0.5, 0), 1.0, 1.0, 1.0, words)
    (citation,) = cite("Who?", [reading], BORDERS).citations
    assert citation.highlight == in_article


def test_an_answer_tells_its_question_and_all_that_was_ranked() -> None:
    answer = cite("Who?", readings(0.9, 0.1), BORDERS)
    assert answer.question == "Who?"
    assert [citation.sentence for citation in answer.ranked] == [1, 2]
    assert answer.nearest is None


@pytest.mark.parametrize("confidence", [BORDERS.unsure, 0.0])
def test_what_is_not_answered_tells_the_nearest_passage(confidence: float) -> None:
    answer = cite("Who?", readings(0.2, 0.1, confidence=confidence), BORDERS)
    assert answer.nearest == answer.ranked[0]
    assert answer.nearest.sentence == 1


def test_abstaining_cites_nothing_whatever_the_readings_say() -> None:
    answer = abstain("Who?", readings(0.99, 0.98))
    assert answer.verdict is Verdict.NOT_IN_ARTICLE
    assert answer.confidence == 0
    assert answer.nearest == answer.ranked[0]
    assert abstain("Who?", []).nearest is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.floats(0, 1), st.integers(1, 10))
def test_what_is_cited_is_ranked_and_relevant(
    relevances: list[float], confidence: float, top: int
) -> None:
    answer = cite("Who?", readings(*relevances, confidence=confidence), BORDERS, top)
    assert set(answer.citations) <= set(answer.ranked[:top])
    assert all(relevances[n - 1] >= MIN_FURTHER_RELEVANCE for n in cited(answer)[1:])
    assert answer.answered is (confidence >= BORDERS.answer)
    assert cited(answer)[1:] == sorted(cited(answer)[1:])
