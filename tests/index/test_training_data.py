"""Gold questions -> windows to learn from."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.evaluation import GoldArticle, GoldQuestion
from index.training_data import (
    DRAWN_RIVALS,
    RIVALS,
    Example,
    Target,
    TrainingQuestion,
    example,
    mine,
    prepare,
    shares,
    split_off,
)
from index.types import Embedder
from index.windows import MAX_WINDOW

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
    (question,) = mine([replace(builder, article=builder.article)], embedder)
    return question


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
    for rows in question.rivals:
        words = " ".join(question.article.texts[slice(*rows)])
        assert "Ada Moor" not in words


def test_rivals_are_sentences_with_their_neighbours_and_do_not_overlap(
    tokenizer: Tokenizer, embedder: Embedder
) -> None:
    long = TEXT + "".join(f"\n\nHarbour {n} was built by number {n}." for n in range(40))
    (question,) = mine(
        prepare(replace(gold("Who built the harbour?", "Ada Moor"), text=long), tokenizer), embedder
    )
    assert len(question.rivals) == RIVALS
    rows = [row for place in question.rivals for row in range(*place)]
    assert len(rows) == len(set(rows))
    assert all(end - start == 3 for start, end in question.rivals if end < 46)
    assert all("built by number" in question.article.texts[end - 1] for _, end in question.rivals)


def test_what_stands_beside_the_answer_is_no_rival(mined: TrainingQuestion) -> None:
    assert mined.rivals
    assert all(not start <= 1 < end for start, end in mined.rivals)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_example_shows_home_first_with_its_answer_marked(
    builder: TrainingQuestion, tokenizer: Tokenizer, seed: int
) -> None:
    made = example(builder, [builder], tokenizer, random.Random(seed), exchanged=0, noisy=0)
    home, stranger = made.targets
    assert home.answerable
    assert stranger == Target(answerable=False)
    (right,) = home.right
    first = made.windows[0]
    assert first.rows[first.starts[right]] == right
    assert home.span
    start, end = home.span
    assert tokenizer.decode(first.ids[start : end + 1]) == "ada moor"
    assert len(first.ids) - first.starts[0] <= MAX_WINDOW


def test_an_unanswerable_question_is_shown_its_home_alone(tokenizer: Tokenizer) -> None:
    (question,) = prepare(
        gold("What does a boat cost?", answerable=False, within=SENTENCES[3]), tokenizer
    )
    made = example(question, [question], tokenizer, random.Random(1), noisy=0)
    assert made.targets == [Target(answerable=False)]
    assert "three crowns" in texts(tokenizer, made)[0]


def test_an_answer_without_a_known_place_is_somewhere_at_home(tokenizer: Tokenizer) -> None:
    (question,) = prepare(gold("What does a ticket cost?", within=SENTENCES[3]), tokenizer)
    made = example(question, [question], tokenizer, random.Random(1), noisy=0)
    assert made.targets[0] == Target(answerable=True)


def test_an_exchanged_question_is_unanswerable(
    builder: TrainingQuestion, tokenizer: Tokenizer
) -> None:
    asked = replace(builder, text="Who built the harbour of Lund?")
    made = example(asked, [asked], tokenizer, random.Random(0), exchanged=1, noisy=0)
    assert made.targets == [Target(answerable=False)]
    assert "lund?" not in texts(tokenizer, made)[0].split("[SEP]")[0]


def test_an_example_shows_rivals_that_hold_no_answer(
    builder: TrainingQuestion, tokenizer: Tokenizer
) -> None:
    rivalled = replace(builder, rivals=((0, 1), (2, 3), (3, 4), (4, 5), (5, 6)))
    shown = set()
    for seed in range(30):
        made = example(rivalled, [builder], tokenizer, random.Random(seed), exchanged=0, noisy=0)
        assert made.targets[1:] == [Target(answerable=False)] * (len(made.windows) - 1)
        assert len(made.windows) in {1 + DRAWN_RIVALS, 2 + DRAWN_RIVALS}
        shown |= set(texts(tokenizer, made)[1 : 1 + DRAWN_RIVALS])
    assert len({text.split("[SEP]", 1)[1].removeprefix(" lund [SEP]") for text in shown}) == 5


@pytest.mark.parametrize(("count", "held"), [(1, 1), (2, 1), (10, 1), (25, 2), (40, 4)])
def test_a_tenth_of_the_articles_is_held_out(count: int, held: int) -> None:
    articles = [GoldArticle(str(n), "", "", "en", ()) for n in range(count)]
    kept, watched = split_off(articles)
    assert len(watched) == held
    assert sorted(a.id for a in kept + watched) == sorted(a.id for a in articles)


def test_a_set_is_drawn_by_the_root_of_its_size() -> None:
    assert shares([400, 100]) == pytest.approx([2 / 3, 1 / 3])
