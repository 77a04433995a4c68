"""Question and sentences in one input, and what is read off it."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.joint_encoder import JointEncoder
from index.windows import (
    MAX_QUESTION,
    MAX_SENTENCE,
    Tokens,
    collate,
    read_rows,
    stretches,
    tokenize,
    window,
)

CLS, SEP = 101, 102
NOTHING = Tokens((), ())


def words(tokenizer: Tokenizer, *texts: str) -> list[Tokens]:
    return tokenize(tokenizer, texts, MAX_SENTENCE)


def test_a_token_knows_its_place_in_the_text(tokenizer: Tokenizer) -> None:
    text = "Ada’s “tower” – built 1902"
    (tokens,) = words(tokenizer, text)
    assert [text[start:end] for start, end in tokens.offsets][:6] == [
        "Ada",
        "’",
        "s",
        "“",
        "tower",
        "”",
    ]
    assert tokens == words(tokenizer, 'Ada\'s "tower" - built 1902')[0]


def test_what_is_too_long_is_cut(tokenizer: Tokenizer) -> None:
    (tokens,) = tokenize(tokenizer, ["word " * 500], MAX_QUESTION)
    assert len(tokens.ids) == len(tokens.offsets) == MAX_QUESTION


def test_a_window_is_question_title_and_sentences(tokenizer: Tokenizer) -> None:
    question, title, one, two = words(tokenizer, "who built it", "harbour", "it opened", "ada did")
    made = window(question, title, [one, two])
    assert made.ids == [CLS, *question.ids, SEP, *title.ids, SEP, *one.ids, SEP, *two.ids, SEP]
    assert made.starts == [7, 10]
    assert made.rows == [-1] * 7 + [0, 0, 0, 1, 1, 1]


def test_an_article_without_title_leaves_no_gap(tokenizer: Tokenizer) -> None:
    question, one = words(tokenizer, "who", "ada did")
    assert window(question, NOTHING, [one]).ids == [CLS, *question.ids, SEP, *one.ids, SEP]


def test_a_batch_is_padded_to_its_longest(tokenizer: Tokenizer) -> None:
    question, one, two = words(tokenizer, "who", "it opened in 1902", "ada did")
    batch = collate([window(question, NOTHING, [one, two]), window(question, NOTHING, [two])])
    assert batch.mask.sum(1).tolist() == [11, 6]
    assert batch.types.sum(1).tolist() == [8, 3]
    assert batch.ids[0, batch.ends[0]].tolist() == [SEP, SEP]
    assert batch.pooling.sum(-1).flatten().tolist() == pytest.approx([1, 1, 1, 0])


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ({}, []),
        ({3: 9}, [(3, 4)]),
        ({1: 3, 2: 3, 3: 3}, [(1, 4)]),
        ({1: 3, 2: 3, 7: 3}, [(1, 3), (7, 8)]),
        ({1: 5, 2: 5, 3: 5}, [(1, 3), (2, 4)]),  # The cut goes on with the sentence before it.
        ({1: 9, 2: 9}, [(1, 2), (2, 3)]),  # Where that does not fit, without it.
        ({1: 50}, [(1, 2)]),  # A single sentence always fits.
    ],
)
def test_rows_that_follow_each_other_are_read_together(
    lengths: dict[int, int], expected: list[tuple[int, int]]
) -> None:
    assert stretches(lengths, budget=10) == expected


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 40), min_size=1), st.integers(5, 60))
def test_every_row_is_read_within_the_budget(lengths: dict[int, int], budget: int) -> None:
    found = stretches(lengths, budget)
    assert {row for stretch in found for row in range(*stretch)} == set(lengths)
    for start, end in found:
        total = sum(lengths[row] for row in range(start, end))
        assert total <= budget or end - start == 1
    assert all(one[1] - 1 <= other[0] for one, other in pairwise(found))


def test_rows_are_read_with_their_neighbours(encoder: JointEncoder, tokenizer: Tokenizer) -> None:
    texts = [f"Sentence {row} of the story." for row in range(9)]
    read = read_rows(encoder.encode, tokenizer, "Which?", "Story", texts, [0, 5])
    assert sorted(read) == [0, 1, 4, 5, 6]
    for row, reading in read.items():
        start, end = reading.answer
        assert 0 <= start < end <= len(texts[row])
        assert 0 < reading.certainty <= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4), question=st.text(max_size=40))
def test_any_text_can_be_read(
    encoder: JointEncoder, tokenizer: Tokenizer, texts: list[str], question: str
) -> None:
    read = read_rows(encoder.encode, tokenizer, question, "", texts, [0])
    assert all(
        0 <= r.answer[0] <= r.answer[1] <= len(texts[row]) and r.certainty >= 0
        for row, r in read.items()
    )
