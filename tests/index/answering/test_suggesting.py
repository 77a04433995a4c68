"""Questions made from sentences, and the sentences from which none is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.suggesting import candidate_questions
from tests.growth import assert_linear

ASKED = [
    ("The harbour bridge was built by Ada Moor in 1902.", "When was the harbour bridge built?"),
    ("The harbour bridge was built by Ada Moor in 1902.", "Who built the harbour bridge?"),
    ("On Friday, Ada Moor was arrested near Holm.", "When was Ada Moor arrested?"),
    ("Ada Moor (1870-1950) was born in London on 3 May 1870.", "Where was Ada Moor born?"),
    ("Ada Moor died in 1950.", "When did Ada Moor die?"),
    ("In 1902, Ada Moor joined the Lund Council.", "When did Ada Moor join the Lund Council?"),
    (
        "The photos of Lund, released by KCNA on Friday, show it.",
        "Who released the photos of Lund?",
    ),
    ("Ada Moor is an American engineer.", "Who is Ada Moor?"),
    ("Most agreed with Bo Ek, director of the museum.", "Who is Bo Ek?"),
    ("Lund's Mayor, Bo Ek, opened it.", "Who is Lund's Mayor?"),
    ("The Lund Museum is a museum in Sweden.", "What is the Lund Museum?"),
    ("A bridge is a structure that spans a river.", "What is a bridge?"),
    ("The Lund bridge is made of iron.", "What is the Lund bridge made of?"),
    ("The harbour bridge requires a lot of paint.", "What does the harbour bridge require?"),
    ("Forty people were killed in the fire.", "How many people were killed in the fire?"),
    ("About 40% of the ships were lost.", "What percentage of the ships were lost?"),
    ("The Lund Museum has 40 old ships.", "How many old ships does the Lund Museum have?"),
    ('"It is late," said Bo Ek, 45, a clerk.', "How old is Bo Ek?"),
    ("The harbour bridge was closed because of a storm.", "Why was the harbour bridge closed?"),
    ("Ada Moor said that the bridge was safe.", "What did Ada Moor say about the bridge?"),
    ("It is said that the Lund bridge was sold in 1902.", "When was the Lund bridge sold?"),
]
NOT_ASKED = [
    "",
    "The The was in 1902.",
    "It was built in 1902.",
    "He died in 1950.",
    "This was closed because of a storm.",
    "The ferry was built in 1902.",
    "Several were built in 1902.",
    "Workers were arrested in 1902.",
    "When Ada Moor died in 1950, all wept.",
    "Was the harbour bridge built in 1902?",
    "The harbour bridge was built in 1902",
    "Ada Moor said it was safe.",
    "The harbour bridge and its tower were built in 1902.",
    "The harbour bridge was closed because" + " of a storm and" * 30 + " rain.",
    "The Royal and Imperial Bridge of the Most Ancient and Noble City of Lund was built in 1902.",
]


def questions(*sentences: str, title: str = "The bridge of Ada Moor") -> list[str]:
    return [question for question, _ in candidate_questions(sentences, title)]


@pytest.mark.parametrize(("sentence", "question"), ASKED)
def test_a_sentence_is_asked_about(sentence: str, question: str) -> None:
    assert question in questions(sentence)


@pytest.mark.parametrize("sentence", NOT_ASKED)
def test_what_might_become_a_bad_question_is_not_asked(sentence: str) -> None:
    assert questions(sentence) == []


def test_a_bare_noun_is_asked_about_if_the_article_is_about_it() -> None:
    sentence = "The ferry was built in 1902."
    assert questions(sentence, title="A ferry to Holm") == ["When was the ferry built?"]
    thrice = (sentence, "A ferry came.", "They saw the ferry.")
    assert questions(*thrice) == ["When was the ferry built?"]


def test_a_word_that_is_also_written_small_is_no_name() -> None:
    assert questions("Workers died in 1902.", "They mourned the workers.") == []
    assert questions("Lund burned.", "Nobody in Holm slept.", "Holm fell.") == []
    assert questions("We saw Holm.", "Holm was founded in 1902.") == ["When was Holm founded?"]


def test_early_sentences_come_first_and_those_about_the_title_before() -> None:
    sentences = [
        "Bo Ek was born in 1880.",
        "The harbour bridge was opened in 1903.",
        "The Lund Museum was founded in 1902.",
    ]
    assert candidate_questions(sentences, "A harbour") == [
        ("When was the harbour bridge opened?", 2),
        ("When was Bo Ek born?", 1),
        ("When was the Lund Museum founded?", 3),
    ]


def test_a_question_that_two_sentences_make_belongs_to_the_first() -> None:
    twice = ["Bo Ek was born in 1880.", "Bo Ek was born in May 1880."]
    assert candidate_questions(twice, "Bo Ek") == [("When was Bo Ek born?", 1)]


@given(st.lists(st.text()), st.text())
def test_any_text_gives_short_questions(sentences: list[str], title: str) -> None:
    for question, number in candidate_questions(sentences, title):
        assert len(question) <= 60
        assert 1 <= number <= len(sentences)


@given(
    st.lists(st.sampled_from(["A", "The", "the", "of", "Bo", "was", "in", "1902", "built", ","]))
)
def test_any_words_give_short_questions(words: list[str]) -> None:
    assert all(len(question) <= 60 for question in questions(" ".join(words) + "."))


def test_a_long_article_takes_no_longer_than_its_sentences() -> None:
    sentence = "The old harbour bridge number {} of Lund was built by Bo Ek in 1902."
    assert_linear(lambda n: questions(*(sentence.format("x" * (i % 90)) for i in range(n))), 4000)
