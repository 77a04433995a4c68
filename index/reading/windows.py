"""The reader's inputs, made of a question and sentences, and the readings of its outputs.

The input is `[CLS] question [SEP] title [SEP] before [SEP] sentence [SEP] after [SEP]`: one
sentence is judged at a time, with the end of the one before it, which explains "it" and "the
company", and the beginning of the one after it. All sentences are read in the same form, so that
their relevances, logits of answering the question, can be compared. Each of the sentence's tokens
gets the logits of being the first and the last of the answer.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.text.normalizing import normalize
from index.types import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

MAX_QUESTION = 64
MAX_TITLE = 16
MAX_SENTENCE = 128
"""Tokens of each part; longer parts are truncated."""

MAX_ANSWER = 24
"""Tokens of the longest answer. Nearly all of the training answers are shorter."""

MAX_BEFORE = 32
MAX_AFTER = 16
"""Tokens of the neighbouring sentences: the last ones of the sentence before, the first ones of the
sentence after (both cut to `MAX_SENTENCE` first). The reader was trained so."""

_TOGETHER = 8
"""Windows of a batch in training."""

_STEP = 16
"""In training, lengths are rounded up to multiples of this: for every new shape torch's matrix
library makes a new plan."""

# One character for one, so that offsets stay: the training text is mostly ASCII.
_STRAIGHT = str.maketrans("‘’‚‛′“”„‟″‐‑‒–", "'''''\"\"\"\"\"----")

_CLS, _SEP, _PAD = 101, 102, 0
"""IDs of special tokens in the vocabulary of uncased BERT, which MiniLM has."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens: their IDs, and the span of each in the text (characters)."""

    ids: tuple[int, ...]
    offsets: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One input: token IDs, and the half-open span of its sentence in them.

    The sentence's last token is its [SEP].
    """

    ids: list[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows.

    `ids`, `types` (1 for the sentence's tokens), `mask`, and `pooling` (equal weights for the
    sentence's tokens, which sum to 1) have shape (windows, tokens); `ends`, the place of the
    sentence's [SEP], has shape (windows,).
    """

    ids: Ints
    types: Ints
    mask: Ints
    pooling: Floats
    ends: Ints


Encoder = Callable[[Batch], tuple[Floats, Floats]]
"""Returns logits: relevance, (windows,), and start and end, (windows, tokens, 2)."""


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], limit: int) -> list[Tokens]:
    """Tokenize texts, keeping at most `limit` tokens of each."""
    straight = [text.translate(_STRAIGHT) for text in texts]
    encoded = tokenizer.encode_batch(straight, add_special_tokens=False)
    return [Tokens(tuple(e.ids[:limit]), tuple(e.offsets[:limit])) for e in encoded]


def window(question: Tokens, title: Tokens, sentences: Mapping[int, Tokens], row: int) -> Window:
    """Make the input for a sentence; its neighbours, and the title's tokens, may be missing."""
    before, after = sentences.get(row - 1), sentences.get(row + 1)
    ids = [_CLS, *question.ids, _SEP]
    for context in (title.ids, before.ids[-MAX_BEFORE:] if before else ()):
        if context:
            ids += [*context, _SEP]
    start = len(ids)
    ids += [*sentences[row].ids, _SEP]
    end = len(ids)
    if after and after.ids:
        ids += [*after.ids[:MAX_AFTER], _SEP]
    return Window(ids, start, end)


def batches(windows: Sequence[Window]) -> Iterator[tuple[list[int], Batch]]:
    """Batches of windows with their places in the sequence. Windows of similar length are put
    together, since padding costs as much as text."""
    order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
    for first in range(0, len(order), _TOGETHER):
        places = order[first : first + _TOGETHER]
        yield places, collate([windows[place] for place in places], _STEP)


def collate(windows: Sequence[Window], step: int = 1) -> Batch:
    """Pad windows to the length of the longest, rounded up to a multiple of `step`."""
    length = math.ceil(max(len(w.ids) for w in windows) / step) * step
    ids = np.array([w.ids + [_PAD] * (length - len(w.ids)) for w in windows])
    lengths, starts, ends = np.array([(len(w.ids), w.start, w.end) for w in windows]).T
    place = np.arange(length)
    judged = (place >= starts[:, None]) & (place < ends[:, None])
    return Batch(
        ids=ids,
        types=judged.astype(np.int64),
        mask=(place < lengths[:, None]).astype(np.int64),
        pooling=(judged / (ends - starts)[:, None]).astype(np.float32),
        ends=ends - 1,
    )


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """The logit of a sentence's relevance, the likeliest place of the answer in it (characters of
    the sentence), and that place's probability."""

    logit: float
    answer: Span
    certainty: float


def read_rows(
    encoder: Encoder,
    tokenizer: Tokenizer,
    question: str,
    title: str,
    texts: Sequence[str],
    rows: Sequence[int],
) -> list[SentenceReading]:
    """Read the given sentences of an article: one reading for each row, in their order.

    Each window is run alone: that needs no padding, is as fast as a batch, and takes less memory.
    """
    question_tokens = tokenize(tokenizer, [normalize(question)], MAX_QUESTION)[0]
    title_tokens = tokenize(tokenizer, [normalize(title)], MAX_TITLE)[0]
    near = {at for row in rows for at in (row - 1, row, row + 1) if 0 <= at < len(texts)}
    tokens = tokenize(tokenizer, [texts[row] for row in near], MAX_SENTENCE)
    sentences = dict(zip(near, tokens, strict=True))
    readings = []
    for row in rows:
        read_window = window(question_tokens, title_tokens, sentences, row)
        relevance, span = encoder(collate([read_window]))
        logits = span[0, read_window.start : read_window.end - 1]
        answer, certainty = _answer(logits, sentences[row].offsets)
        readings.append(SentenceReading(float(relevance[0]), answer, certainty))
    return readings


def _answer(logits: Floats, offsets: Sequence[Span]) -> tuple[Span, float]:
    """The likeliest span of at most `MAX_ANSWER` tokens, in characters, and its probability.

    `logits` has shape (tokens, 2). The probability is taken over the starts and ends of the
    sentence, which are independent (Devlin et al. 2019).
    """
    if not offsets:
        return (0, 0), 0.0
    likely = np.exp(logits - logits.max(0))
    start, end = (likely / likely.sum(0)).T
    spans = np.tril(np.triu(np.outer(start, end)), MAX_ANSWER - 1)
    first, last = divmod(int(spans.argmax()), len(offsets))
    return (offsets[first][0], offsets[last][1]), float(spans[first, last])
