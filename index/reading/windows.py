"""A question and the sentences of an article -> inputs of the reader, and what is read off it.

The input is `[CLS] question [SEP] title [SEP] before [SEP] sentence [SEP] after [SEP]`: one
sentence is judged at a time, with the end of the one before it, which explains "it" and "the
company", and the beginning of the one after it. All sentences are read in the same form, so
that their relevances, logits of answering the question, can be compared. Each of the
sentence's tokens gets the logits of being the first and the last of the answer.
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
"""Tokens; what is longer is cut."""

MAX_ANSWER = 24
"""Tokens of an answer. Nearly all of the training answers are shorter."""

MAX_BEFORE = 32
MAX_AFTER = 16
"""Tokens of the sentences before and after the one that is judged, as trained; of what
`MAX_SENTENCE` leaves of them, the last and the first."""

_TOGETHER = 8
"""Windows of a batch in training."""

_STEP = 16
"""There lengths come in steps: for every new shape torch's matrix library makes a new plan."""

# One for one, so that offsets stay: what the model was trained with is mostly ASCII.
_STRAIGHT = str.maketrans("‘’‚‛′“”„‟″‐‑‒–", "'''''\"\"\"\"\"----")

_CLS, _SEP, _PAD = 101, 102, 0
"""Of the uncased vocabulary of BERT, which MiniLM has."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens: their ids, and where each stands in the text (characters)."""

    ids: tuple[int, ...]
    offsets: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One input: token ids, and where its sentence stands in them (half-open).

    The sentence's last token is its [SEP].
    """

    ids: list[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows, padded. `ids`, `types` (1: the sentence's), `mask`, and `pooling`, which weights
    the sentence's tokens alike: (windows, tokens); `ends`: (windows,), the place of its [SEP]."""

    ids: Ints
    types: Ints
    mask: Ints
    pooling: Floats
    ends: Ints


Encoder = Callable[[Batch], tuple[Floats, Floats]]
"""Relevance, (windows,), and start and end, (windows, tokens, 2): logits."""


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], limit: int) -> list[Tokens]:
    """At most `limit` tokens of each text."""
    straight = [text.translate(_STRAIGHT) for text in texts]
    encoded = tokenizer.encode_batch(straight, add_special_tokens=False)
    return [Tokens(tuple(e.ids[:limit]), tuple(e.offsets[:limit])) for e in encoded]


def window(question: Tokens, title: Tokens, sentences: Mapping[int, Tokens], row: int) -> Window:
    """The input for a sentence; its neighbours, and an empty title, may be missing."""
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
    """The windows with their places, those of like length together: padding costs as much
    as text."""
    order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
    for first in range(0, len(order), _TOGETHER):
        places = order[first : first + _TOGETHER]
        yield places, collate([windows[place] for place in places], _STEP)


def collate(windows: Sequence[Window], step: int = 1) -> Batch:
    """Pad to the longest, and to a multiple of `step`."""
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
    """The logit of a sentence, and where its answer most likely stands (characters of the
    sentence), with that place's probability."""

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
    """Read the given sentences of an article: one reading a row, in their order.

    Each window alone: that pads nothing, is as fast as several together, and takes less memory.
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

    `logits`: (tokens, 2). Of all spans of the sentence, by independent start and end (Devlin
    et al. 2019).
    """
    if not offsets:
        return (0, 0), 0.0
    likely = np.exp(logits - logits.max(0))
    start, end = (likely / likely.sum(0)).T
    spans = np.tril(np.triu(np.outer(start, end)), MAX_ANSWER - 1)
    first, last = divmod(int(spans.argmax()), len(offsets))
    return (offsets[first][0], offsets[last][1]), float(spans[first, last])
