"""Questions about something else, and the same questions asked less carefully."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.making.augmentation import disturb, exchange
from tests.index.making.test_training_data import SENTENCES


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ("Who built the harbour of Lund?", {"Ada Moor", "Holm"}),
        ("What opened in 1907?", {"1902"}),
        ("Who was the first to fish?", {"last"}),
    ],
)
def test_a_name_a_number_or_a_word_is_exchanged(question: str, allowed: set[str]) -> None:
    changed = {exchange(question, SENTENCES, (0, 2), random.Random(seed)) for seed in range(40)}
    added = {words for text in changed if text for words in allowed if words in text}
    assert added == allowed
    assert all(text is None or text != question for text in changed)


def test_a_question_without_names_numbers_and_opposites_stays() -> None:
    assert exchange("What is it?", SENTENCES, (0, 2), random.Random(0)) is None


def test_questions_are_disturbed_as_people_type() -> None:
    question = "When did the ferry of the town start?"
    disturbed = {disturb(question, random.Random(seed)) for seed in range(300)}
    assert "When did the ferry of the town start" in disturbed
    assert "When ferry town start" in disturbed
    assert any(text.startswith("hi, could you tell me") for text in disturbed)
    slips = [text for text in disturbed if len(text.split()) == 8 and text.endswith("?")]
    assert any("ferry" not in text for text in slips)


@given(st.text(), st.integers(0, 2**32))
def test_any_question_can_be_disturbed_and_exchanged(question: str, seed: int) -> None:
    disturb(question, random.Random(seed))
    exchange(question, SENTENCES, (0, 3), random.Random(seed))
