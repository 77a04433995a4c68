"""Question and sentences in one input, and what is read off it."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.reading.joint_encoder import JointEncoder
from index.reading.windows import (
    MAX_AFTER,
    MAX_BEFORE,
    MAX_QUESTION,
    MAX_SENTENCE,
    Tokens,
    batches,
    collate,
    read_rows,
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


def test_a_window_is_a_sentence_in_its_context(tokenizer: Tokenizer) -> None:
    question, title, *sentences = words(
        tokenizer, "who built it", "harbour", "it opened", "ada did", "it cost a lot"
    )
    made = window(question, title, dict(enumerate(sentences)), 1)
    parts = [question, title, *sentences]
    assert made.ids == [CLS, *(token for part in parts for token in (*part.ids, SEP))]
    assert made.ids[made.start : made.end] == [*sentences[1].ids, SEP]


def test_the_context_is_the_end_before_and_the_beginning_after(tokenizer: Tokenizer) -> None:
    question, near, *sentences = words(
        tokenizer, "who", "ada did", "one " + "two " * 50 + "three", "four " + "five " * 50
    )
    made = window(question, NOTHING, {4: sentences[0], 5: near, 6: sentences[1]}, 5)
    text = tokenizer.decode(made.ids, skip_special_tokens=False).split(" [SEP]")
    assert text[1].split() == ["two"] * (MAX_BEFORE - 1) + ["three"]
    assert text[3].split() == ["four"] + ["five"] * (MAX_AFTER - 1)


def test_what_is_missing_leaves_no_gap(tokenizer: Tokenizer) -> None:
    question, one = words(tokenizer, "who", "ada did")
    expected = [CLS, *question.ids, SEP, *one.ids, SEP]
    assert window(question, NOTHING, {3: one}, 3).ids == expected
    assert window(question, NOTHING, {2: NOTHING, 3: one, 4: NOTHING}, 3).ids == expected


def test_a_batch_is_padded_to_its_longest(tokenizer: Tokenizer) -> None:
    question, one, two = words(tokenizer, "who", "it opened in 1902", "ada did")
    batch = collate([window(question, NOTHING, {0: text}, 0) for text in (one, two)])
    assert batch.ids.shape == (2, 8)
    assert batch.mask.sum(1).tolist() == [8, 6]
    assert not batch.ids[batch.mask == 0].any()
    assert not batch.pooling[batch.mask == 0].any()
    assert batch.types.sum(1).tolist() == [5, 3]
    assert batch.ids[[0, 1], batch.ends].tolist() == [SEP, SEP]
    assert (batch.pooling > 0).tolist() == (batch.types > 0).tolist()
    assert batch.pooling.sum(-1).tolist() == pytest.approx([1, 1])


def test_in_training_those_of_like_length_are_padded_in_steps(tokenizer: Tokenizer) -> None:
    question, *texts = words(tokenizer, "who", *(f"it{' is' * row}" for row in range(20)))
    made = [window(question, NOTHING, {0: text}, 0) for text in reversed(texts)]
    read = list(batches(made))
    assert sorted(place for places, _ in read for place in places) == list(range(20))
    assert [batch.ids.shape for _, batch in read] == [(8, 16), (8, 32), (4, 32)]
    for places, batch in read:
        assert batch.mask.sum(1).tolist() == [len(made[place].ids) for place in places]


def test_rows_are_read_in_their_order(encoder: JointEncoder, tokenizer: Tokenizer) -> None:
    texts = [f"Sentence {row} of the story{' is long' * row}." for row in range(9)]
    read = read_rows(encoder.encode, tokenizer, "Which?", "Story", texts, [5, 0, 8])
    assert len(read) == 3
    for row, reading in zip((5, 0, 8), read, strict=True):
        start, end = reading.answer
        assert 0 <= start < end <= len(texts[row])
        assert 0 < reading.certainty <= 1
        (alone,) = read_rows(encoder.encode, tokenizer, "Which?", "Story", texts, [row])
        assert reading.logit == pytest.approx(alone.logit, abs=1e-5)
    logits = sorted(reading.logit for reading in read)
    assert min(b - a for a, b in itertools.pairwise(logits)) > 1e-4


def test_nothing_is_read_of_nothing(encoder: JointEncoder, tokenizer: Tokenizer) -> None:
    assert read_rows(encoder.encode, tokenizer, "Which?", "Story", ["One."], []) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4), question=st.text(max_size=40))
def test_any_text_can_be_read(
    encoder: JointEncoder, tokenizer: Tokenizer, texts: list[str], question: str
) -> None:
    rows = range(len(texts))
    read = read_rows(encoder.encode, tokenizer, question, "", texts, rows)
    assert all(
        0 <= r.answer[0] <= r.answer[1] <= len(text) and r.certainty >= 0
        for text, r in zip(texts, read, strict=True)
    )
