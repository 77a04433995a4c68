"""Gold questions -> a right sentence among wrong ones."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.making.evaluation import GoldArticle, GoldQuestion
from index.making.training_data import (
    DRAWN,
    RIVALS,
    Example,
    TrainingQuestion,
    example,
    mine,
    prepare,
    shares,
    split_off,
)
from index.types import Embedder

SENTENCES = (
    "The harbour of Lund opened in 1902.",
    "It was built by Ada Moor and her brother.",
    "The ferry to Holm runs twice a day.",
    "A ticket costs three crowns.",
    "In winter the ice is thick, and nobody fishes.",
    "The fishermen of Lund mend their nets then.",
)
TEXT = "\n\n".join(" ".join(SENTENCES[row : row + 2]) for row in (0, 2, 4))


def gold(question: str, *answers: str, answerable: bool = True, within: str = "") -> GoldArticle:
    """The harbour with a question; `answers`: words of the text."""
    places = tuple((TEXT.index(words), TEXT.index(words) + len(words)) for words in answers)
    start = TEXT.index(within)
    home = (start, start + len(within)) if within else (0, len(TEXT))
    starts = tuple((start, start + 1) for start, _ in places)
    return GoldArticle(
        "harbour", "Lund", TEXT, "en",
        (GoldQuestion("q", question, answerable, starts, home, places),),
    )  # fmt: skip


@pytest.fixture
def builder(tokenizer: Tokenizer) -> TrainingQuestion:
    (prepared,) = prepare(gold("Who built the harbour?", "Ada Moor"), tokenizer)
    return prepared


@pytest.fixture
def mined(builder: TrainingQuestion, embedder: Embedder) -> TrainingQuestion:
    (question,) = mine([builder], embedder)
    return question


@pytest.fixture
def stranger(tokenizer: Tokenizer) -> TrainingQuestion:
    """A question about another article."""
    other = GoldArticle(
        "mill", "Mill", "The mill turns in the wind.", "en",
        (GoldQuestion("m", "What turns?", True, ((0, 1),), (0, 27), ((4, 8),)),),
    )  # fmt: skip
    (prepared,) = prepare(other, tokenizer)
    return prepared


def texts(tokenizer: Tokenizer, made: Example) -> list[str]:
    return [tokenizer.decode(window.ids, skip_special_tokens=False) for window in made.windows]


def test_the_right_sentence_and_the_answers_tokens_are_found(
    builder: TrainingQuestion, tokenizer: Tokenizer
) -> None:
    assert builder.right == {1}
    ((row, first, last),) = builder.answers
    offsets = builder.article.sentences[row].offsets
    assert SENTENCES[row][offsets[first][0] : offsets[last][1]] == "Ada Moor"


def test_an_answer_over_two_sentences_ends_with_the_first(tokenizer: Tokenizer) -> None:
    (question,) = prepare(gold("When and who?", "1902. It was built"), tokenizer)
    ((row, first, last),) = question.answers
    assert (row, question.article.sentences[0].offsets[last][1]) == (0, len(SENTENCES[0]))
    assert first < last


def test_home_is_the_questions_own_paragraph(tokenizer: Tokenizer) -> None:
    (question,) = prepare(
        gold("What does a boat cost?", answerable=False, within=SENTENCES[3]), tokenizer
    )
    assert question.home == (3, 4)
    assert not question.answerable


def test_a_rival_holds_neither_the_answer_nor_its_words(
    builder: TrainingQuestion, embedder: Embedder, tokenizer: Tokenizer
) -> None:
    long = TEXT + "\n\n" + "\n\n".join(f"Lund has harbour number {n}. " * 4 for n in range(9))
    long += "\n\n" + "Ada Moor built the town hall. " * 4
    (question,) = mine(
        prepare(replace(gold("Who built it?", "Ada Moor"), text=long), tokenizer), embedder
    )
    assert len(question.rivals) > 1
    assert all("Ada Moor" not in question.article.texts[row] for row in question.rivals)


def test_rivals_are_what_the_ranking_finds(tokenizer: Tokenizer, embedder: Embedder) -> None:
    long = TEXT + "".join(f"\n\nHarbour {n} was built by number {n}." for n in range(40))
    (question,) = mine(
        prepare(replace(gold("Who built the harbour?", "Ada Moor"), text=long), tokenizer), embedder
    )
    assert len(set(question.rivals)) == RIVALS
    found = [question.article.texts[row] for row in question.rivals]
    assert sum("built by number" in text for text in found) > RIVALS / 2


def test_what_is_right_is_no_rival(mined: TrainingQuestion) -> None:
    assert sorted(mined.rivals) == [0, 2, 3, 4, 5]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_example_shows_the_right_sentence_first_with_its_answer_marked(
    builder: TrainingQuestion, stranger: TrainingQuestion, tokenizer: Tokenizer, seed: int
) -> None:
    made = example(builder, [stranger], tokenizer, random.Random(seed), exchanged=0, noisy=0)
    assert made.answerable
    assert made.right == (0,)
    assert len(made.windows) == 2  # Without rivals a stranger is lent.
    first = made.windows[0]
    shown = tokenizer.decode(first.ids[first.start : first.end - 1])
    assert shown == "it was built by ada moor and her brother."
    assert made.span
    start, end = made.span
    assert tokenizer.decode(first.ids[start : end + 1]) == "ada moor"
    assert "the mill turns" in texts(tokenizer, made)[1]


def test_the_own_article_lends_no_stranger(builder: TrainingQuestion, tokenizer: Tokenizer) -> None:
    made = example(builder, [builder], tokenizer, random.Random(1), exchanged=0, noisy=0)
    assert len(made.windows) == 1


def test_an_unanswerable_question_is_shown_its_home_alone(tokenizer: Tokenizer) -> None:
    (question,) = prepare(
        gold("What does a boat cost?", answerable=False, within=SENTENCES[3]), tokenizer
    )
    made = example(question, [question], tokenizer, random.Random(1), noisy=0)
    assert (made.answerable, made.right) == (False, ())
    (shown,) = texts(tokenizer, made)
    assert "three crowns" in shown


def test_of_a_long_home_that_does_not_answer_some_sentences_are_shown(
    tokenizer: Tokenizer,
) -> None:
    more = TEXT + " And the sea is calm. " * 9
    long = replace(gold("What does a boat cost?", answerable=False), text=more)
    home = replace(long.questions[0], paragraph=(0, len(more)))
    (question,) = prepare(replace(long, questions=(home,)), tokenizer)
    assert question.home == (0, len(SENTENCES) + 9)
    made = example(question, [question], tokenizer, random.Random(1), noisy=0)
    assert len(made.windows) == 1 + DRAWN


def test_an_answer_without_a_known_place_is_somewhere_at_home(tokenizer: Tokenizer) -> None:
    (question,) = prepare(gold("What does a ticket cost?", within=TEXT), tokenizer)
    made = example(question, [question], tokenizer, random.Random(1), noisy=0)
    assert (made.answerable, made.right, len(made.windows)) == (True, (), len(SENTENCES))


def test_an_answer_that_is_anywhere_in_a_long_text_teaches_nothing(tokenizer: Tokenizer) -> None:
    more = TEXT + " And the sea is calm. " * 20
    long = replace(gold("What does a ticket cost?"), text=more)
    home = replace(long.questions[0], paragraph=(0, len(more)))
    assert not prepare(replace(long, questions=(home,)), tokenizer)


def test_an_exchanged_question_is_unanswerable(
    mined: TrainingQuestion, tokenizer: Tokenizer
) -> None:
    asked = replace(mined, text="Who built the harbour of Lund?")
    made = example(asked, [asked], tokenizer, random.Random(0), exchanged=1, noisy=0)
    assert (made.answerable, made.right, made.span) == (False, (), None)
    shown = texts(tokenizer, made)
    assert "lund?" not in shown[0].split("[SEP]")[0]
    # The sentence that answered the question as it was is among them.
    assert "ada moor" in shown[0]
    assert len(shown) >= 1 + DRAWN


def test_an_example_shows_rivals_that_hold_no_answer(
    stranger: TrainingQuestion, tokenizer: Tokenizer, embedder: Embedder
) -> None:
    long = TEXT + "".join(f"\n\nHarbour {n} was built by number {n}." for n in range(40))
    (question,) = mine(
        prepare(replace(gold("Who built the harbour?", "Ada Moor"), text=long), tokenizer), embedder
    )
    rivals, sizes = set(), set()
    for seed in range(60):
        made = example(question, [stranger], tokenizer, random.Random(seed), exchanged=0, noisy=0)
        assert made.right == (0,)
        judged = [tokenizer.decode(w.ids[w.start : w.end - 1]) for w in made.windows]
        assert "ada moor" in judged[0]
        assert not any("ada moor" in text for text in judged[1:])
        assert len(set(judged)) == len(judged)
        rivals |= set(judged[1 : 1 + DRAWN])
        sizes.add(len(judged))
    assert len(rivals) == RIVALS
    assert sizes == {1 + DRAWN, 2 + DRAWN}  # Now and then a stranger comes along.


@pytest.mark.parametrize(("count", "held"), [(1, 1), (2, 1), (10, 1), (25, 2), (40, 4)])
def test_a_tenth_of_the_articles_is_held_out(count: int, held: int) -> None:
    articles = [GoldArticle(str(n), "", "", "en", ()) for n in range(count)]
    kept, watched = split_off(articles)
    assert len(watched) == held
    assert sorted(a.id for a in kept + watched) == sorted(a.id for a in articles)


def test_a_set_is_drawn_by_the_root_of_its_size() -> None:
    assert shares([400, 100]) == pytest.approx([2 / 3, 1 / 3])
