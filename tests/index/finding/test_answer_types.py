"""What a question asks for, and which sentences hold it: two tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.answer_types import AnswerType, contains_type, expected_answer_type
from tests.growth import assert_linear

NUMBER, TIME, SPEAKER = AnswerType.NUMBER, AnswerType.TIME, AnswerType.SPEAKER
PERSON, PLACE, REASON = AnswerType.PERSON, AnswerType.PLACE, AnswerType.REASON

QUESTIONS = [
    ("How many people came?", NUMBER),
    ("how much did it cost?", NUMBER),
    ("How long is the bridge?", NUMBER),
    ("What percentage of them voted?", NUMBER),
    ("What was the height, and how tall is he?", NUMBER),
    ("When did it happen?", TIME),
    ("WHEN?", TIME),
    ("Since when?", TIME),
    ("What year was it?", TIME),
    ("In which century did he live?", TIME),
    ("At what time does it open?", TIME),
    ("Who said that?", SPEAKER),
    ("Who has claimed it?", SPEAKER),
    ("According to whom did it happen? Who told them?", SPEAKER),
    ("Who is the minister?", PERSON),
    ("Whose house is it?", PERSON),
    ("By whom was it built?", PERSON),
    ("Which president signed it?", PERSON),
    ("Where is it?", PLACE),
    ("In which country is it?", PLACE),
    ("What city did they visit?", PLACE),
    ("Which cities did they visit?", PLACE),
    ("What countries are members?", PLACE),
    ("Why did it fail?", REASON),
    ("What caused the fire?", REASON),
    ("For what reason did he resign?", REASON),
    ("What happened?", None),
    ("How does it work?", None),
    ("Tell me about the bridge.", None),
    ("What statement did he make?", None),
    ("Which nationality has he?", None),
    ("Did it happen whenever he came?", None),
    ("", None),
    ("?", None),
]
HOLDING = {
    NUMBER: ["It cost 5 dollars.", "Two came.", "Nobody knew the seventeen.", "A third of it."],
    TIME: [
        "It opened in May 1999.",
        "It opened on Monday.",
        "It opened at 8 p.m. sharp.",
        "It opened at 10:30.",
        "It opened on Jan. 5.",
        "It opened on Dec. 24, they say.",
        "It opened on January 5.",
        "It opened three years ago.",
        "In the 1980s it was closed.",
        "It opened the day after.",
    ],
    SPEAKER: ["“No,” said the mayor.", "According to police, it fell.", "It fell, KCNA reported."],
    PERSON: ["It was opened by Ann Orr.", "Ann Orr opened it.", "Then Orr came.", "By É. Zola."],
    PLACE: ["It is in Springfield.", "It fell into the river.", "They met at the old harbour."],
    REASON: ["It fell because it was old.", "It fell due to rust.", "He came to help."],
}
NOT_HOLDING = {
    NUMBER: ["It cost a fortune.", "Nobody came.", "The tenor sang."],
    TIME: ["It rained.", "He may go.", "The marching band played.", "It cost 300 dollars."],
    SPEAKER: ["It rained.", "The saying is old.", "They met."],
    PERSON: ["The bridge fell.", "It rained again."],
    PLACE: ["It rained.", "In the morning it rained.", "He waited during the winter."],
    REASON: ["It rained.", "The bridge fell.", "Sincerity helps."],
}

ADVERSARIAL = ["A ", "a ", "in ", "in a b c d ", "one", "'", "Aa ", "who ", "how ", "said ", "1"]


@pytest.mark.parametrize(("question", "kind"), QUESTIONS)
def test_a_question_asks_for_a_type(question: str, kind: AnswerType | None) -> None:
    assert expected_answer_type(question, "en") is kind


@pytest.mark.parametrize("language", ["de", "fr", "xx", ""])
def test_no_type_is_expected_in_other_languages(language: str) -> None:
    assert expected_answer_type("When was es?", language) is None


@pytest.mark.parametrize(
    ("kind", "sentence"), [(kind, text) for kind, texts in HOLDING.items() for text in texts]
)
def test_a_sentence_holds_a_type(kind: AnswerType, sentence: str) -> None:
    assert contains_type(sentence, kind)


@pytest.mark.parametrize(
    ("kind", "sentence"), [(kind, text) for kind, texts in NOT_HOLDING.items() for text in texts]
)
def test_a_sentence_holds_no_such_type(kind: AnswerType, sentence: str) -> None:
    assert not contains_type(sentence, kind)


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_no_text_takes_long(piece: str) -> None:
    def look_for_types(times: int) -> None:
        assert expected_answer_type(piece * times, "en") in (None, PERSON, SPEAKER)
        assert all(contains_type(piece * times, kind) in (True, False) for kind in AnswerType)

    assert_linear(look_for_types, 50_000)


@given(st.text())
def test_an_empty_sentence_holds_nothing_and_any_question_is_taken(text: str) -> None:
    assert expected_answer_type(text, "en") in (None, *AnswerType)
    assert not any(contains_type("", kind) for kind in AnswerType)
