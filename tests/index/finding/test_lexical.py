"""Words, names and numbers in common."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.lexical import LexicalIndex
from tests.growth import assert_linear

TEXTS = [
    "The photos were released by the agency on Saturday.",
    "Kim's visits took three days, the agency reported.",
    "The Hwasong-17 is a liquid-fueled missile.",
    "",
    "* * *",
]

BEST_ROWS = [
    ("Who releases a photo?", 0),
    ("SATURDAY", 0),
    ("What did Kim visit?", 1),
    ("How many days?", 1),
    ("Which missiles are fueled by liquid?", 2),
    ("hwasong", 2),
    ("17", 2),
]
NOTHING_IN_COMMON = ["", "???", "zebra", "Who is the ... of the?", "\ud800", "\0"]

# What is asked, and the share of it that the first text holds.
COVERAGE = [
    ("Who released the photos?", 1.0),
    ("Who released the films?", 0.5),
    ("Did the agency release photos of zebras?", 0.75),
    ("photos photos photos zebra", 0.5),
    ("zebra", 0.0),
    ("Who is it?", 0.0),
    ("", 0.0),
]
CONTRACTIONS = [
    ("Who's the agency?", "Who is the agency?"),
    ("What's Saturday?", "What is Saturday?"),
    ("Where's the zebra agency?", "Where is the zebra agency?"),
    ("Why didn't the agency release zebras?", "Why did the agency not release zebras?"),
    ("Who've they released?", "Who have they released?"),
]

words = st.lists(st.sampled_from(["photo", "agency", "Kim's", "the", "zebra", "3", "é", "日本"]))
texts = st.one_of(words.map(" ".join), st.text())
languages = st.sampled_from(["en", "de", "zh", "tr", "xx", "", "日本"])


@pytest.fixture(scope="module")
def english() -> LexicalIndex:
    return LexicalIndex(TEXTS, "en")


@pytest.mark.parametrize(("question", "row"), BEST_ROWS)
def test_the_row_with_the_words_is_best(english: LexicalIndex, question: str, row: int) -> None:
    scores = english.scores(question)
    assert scores.shape == (len(TEXTS),)
    assert np.argmax(scores) == row
    assert scores[row] > 0


@pytest.mark.parametrize("question", NOTHING_IN_COMMON)
def test_nothing_in_common_scores_nothing(english: LexicalIndex, question: str) -> None:
    assert english.scores(question).tolist() == [0.0] * len(TEXTS)


def test_a_rare_word_counts_more_than_a_frequent_one(english: LexicalIndex) -> None:
    agency, saturday = english.scores("agency")[0], english.scores("Saturday")[0]
    assert 0 < agency < saturday


@pytest.mark.parametrize(("question", "share"), COVERAGE)
def test_coverage_is_the_share_of_content_words(
    english: LexicalIndex, question: str, share: float
) -> None:
    assert english.coverage(question, [0])[0] == pytest.approx(share)


@pytest.mark.parametrize(("short", "long"), CONTRACTIONS)
def test_a_contraction_holds_no_content_word(english: LexicalIndex, short: str, long: str) -> None:
    assert english.coverage(short, [0])[0] == english.coverage(long, [0])[0]
    assert english.scores(short).tolist() == english.scores(long).tolist()


@pytest.mark.parametrize(("language", "piece"), [("de", "ö"), ("sr", "ост"), ("en", "ation")])
def test_no_word_takes_more_than_linear_time(language: str, piece: str) -> None:
    assert_linear(lambda times: LexicalIndex([piece * times], language), 80_000)


@pytest.mark.parametrize("name", ["O'Brien", "d'Artagnan", "o'clock"])
def test_an_apostrophe_within_a_name_is_no_contraction(name: str) -> None:
    index = LexicalIndex([f"It was {name}.", "It was he."], "en")
    assert index.coverage(f"Was it {name}?", [0])[0] == 1
    assert index.scores(name)[0] > 0


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("de", "Die Häuser wurden verkauft.", "Welches Haus?"),
        ("fr", "Les maisons sont vendues.", "Quelle maison ?"),
        ("es", "Las casas eran blancas.", "¿Qué casa?"),
        ("ru", "Новые дома построены.", "Какой дом?"),
    ],
)
def test_words_are_stemmed_by_the_language(language: str, text: str, question: str) -> None:
    assert LexicalIndex([text, ""], language).scores(question)[0] > 0
    assert LexicalIndex([text, ""], "xx").scores(question)[0] == 0


def test_german_stop_words_do_not_count() -> None:
    assert LexicalIndex(["Die Häuser sind das."], "de").scores("Was ist die und das?")[0] == 0


@pytest.mark.parametrize("language", ["xx", "", "日本"])
def test_an_unknown_language_is_searched_by_exact_words(language: str) -> None:
    index = LexicalIndex(TEXTS, language)
    assert index.scores("photos")[0] > 0
    assert index.scores("photo")[0] == 0
    assert index.coverage("photos Saturday", [0])[0] == 1


@pytest.mark.parametrize("texts", [[""], ["", ""], ["the of and"], ["* * *", "?"]])
def test_texts_without_words_are_rows_too(texts: list[str]) -> None:
    index = LexicalIndex(texts, "en")
    assert index.scores("photo").tolist() == [0.0] * len(texts)
    assert index.coverage("photo", [0])[0] == 0


@given(st.lists(texts, min_size=1, max_size=5), texts, languages)
def test_any_question_has_a_score_and_a_coverage_for_every_row(
    rows: list[str], question: str, language: str
) -> None:
    index = LexicalIndex(rows, language)
    scores = index.scores(question)
    assert scores.shape == (len(rows),)
    assert scores.dtype == np.float32
    assert (scores >= 0).all()
    for row in range(len(rows)):
        [coverage] = index.coverage(question, [row])
        assert 0 <= coverage <= 1
        assert (coverage > 0) == (scores[row] > 0)


def test_threads_may_ask_at_once(english: LexicalIndex) -> None:
    questions = [question for question, _ in BEST_ROWS] * 20
    alone = [english.scores(question).tolist() for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert [s.tolist() for s in threads.map(english.scores, questions)] == alone
