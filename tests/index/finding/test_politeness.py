"""Polite words around a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.politeness import strip_politeness
from tests.growth import assert_linear


@pytest.mark.parametrize(
    ("asked", "bare"),
    [
        ("Hi! Could you tell me who won, please?", "who won?"),
        ("hi, could you please tell me when the ferry leaves", "when the ferry leaves"),
        ("Good morning! I was wondering how many people came. Thanks!", "how many people came"),
        ("Hello there, do you happen to know whether it burned?", "whether it burned?"),
        ("I'd like to know what it cost", "what it cost"),
        ("Does the article say who built it?", "who built it?"),
        ("According to the article, why did they leave?", "why did they leave?"),
        ("Please tell me about the ferry", "about the ferry"),
        ("So, who paid for it?", "who paid for it?"),
        ("Sorry to bother you, but who won?", "who won?"),
        ("Excuse me for disturbing you again, who won?", "who won?"),
        ("Sorry, who won?", "who won?"),
        ("Who won? Many thanks", "Who won?"),
        ("who won Please and thank you!", "who won"),
        ("who won thx", "who won"),
        ("who won please thanks?", "who won?"),
    ],
)  # fmt: skip
def test_padding_goes(asked: str, bare: str) -> None:
    assert strip_politeness(asked) == bare


@pytest.mark.parametrize(
    "asked",
    [
        "Who told me to leave?",
        "Do you know the way?",
        "Who said “please”?",
        "How many thanked him?",
        "What does so mean?",
        "When did Hi Records open?",
        "Hello?",
        "please",
        "Does the article have a title?",
        "Could you tell me",
        "",
    ],
)
def test_a_question_without_padding_stays(asked: str) -> None:
    assert strip_politeness(asked) == asked


@given(st.text())
def test_what_is_left_are_words_of_the_question(asked: str) -> None:
    bare = strip_politeness(asked)
    words = asked.split()
    assert all(any(word in other for other in words) for word in bare.split())


@pytest.mark.parametrize("piece", ["hi ", "please, ", "thanks ", "tell me ", " "])
def test_no_text_takes_long(piece: str) -> None:
    assert_linear(lambda times: strip_politeness("a" + piece * times), 20_000)
    assert_linear(lambda times: strip_politeness(piece * times), 20_000)
