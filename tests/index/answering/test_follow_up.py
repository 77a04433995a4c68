"""Questions that mean something only after an answer, and those that stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.follow_up import is_follow_up, passage
from index.types import Sentence

FOLLOW_UPS = [
    "When?",
    "And when?",
    "when exactly",
    "When was that?",
    "When did it happen?",
    "On what date was this?",
    "At what time?",
    "Since when?",
    "Where?",
    "And where was it?",
    "Where did he come from?",
    "What place?",
    "Who?",
    "Who was it?",
    "By whom?",
    "Who said so?",
    "Who reported that?",
    "Why?",
    "And why is that?",
    "How many?",
    "How many of them were there?",
    "How long ago was it?",
    "How long did it take?",
    "OK, and when, please?",
    "Who’s that?",
    "Who's he?",
    "Where's that?",
    "When's that?",
]
QUESTIONS_OF_THEIR_OWN = [
    "",
    "?",
    "And?",
    "Really?",
    "OK",
    "What?",
    "What happened?",
    "Why not tell us more about the harbour?",
    "When was the parade?",
    "Who released the photos?",
    "Who's Kim?",
    "Where is Paris?",
    "How many missiles were fired?",
    "And when was the bridge opened?",
    "When did they take it and when was it that it was done?",
]


def sentences(*paragraphs: int) -> list[Sentence]:
    return [Sentence(n, paragraph, n, n + 1, "x") for n, paragraph in enumerate(paragraphs, 1)]


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_a_question_that_names_nothing_follows_up(question: str) -> None:
    assert is_follow_up(question, "en")


@pytest.mark.parametrize("question", QUESTIONS_OF_THEIR_OWN)
def test_a_question_that_says_what_it_is_about_stands_alone(question: str) -> None:
    assert not is_follow_up(question, "en")


def test_only_english_follow_ups_are_known() -> None:
    assert not is_follow_up("And when?", "de")


@pytest.mark.parametrize(
    ("paragraphs", "cited", "rows"),
    [
        ((1,), 1, [0]),
        ((1, 1, 1), 1, [0, 1, 2]),
        ((1, 1, 1), 2, [1, 2, 0]),
        ((1, 1, 1, 1, 1), 3, [2, 3, 1, 4, 0]),
        ((1, 2, 2, 3), 3, [2, 1]),
        ((1, 2, 3), 2, [1]),
    ],
)
def test_a_follow_up_is_answered_nearby_in_the_paragraph(
    paragraphs: tuple[int, ...], cited: int, rows: list[int]
) -> None:
    article = sentences(*paragraphs)
    assert passage(article[cited - 1], article) == rows


@given(st.text())
def test_any_text_follows_up_or_does_not(text: str) -> None:
    assert is_follow_up(text, "en") in (True, False)
