"""A question and stretches of an article -> inputs of the reader, and what is read off its outputs.

The input is `[CLS] question [SEP] title [SEP] sentence [SEP] sentence [SEP] ...`: the
sentences of a *window* see each other, so that "it" and "the company" are explained by
what stands before them. Each sentence gets a relevance: a logit against "none of these
sentences answers", whose own logit is 0. Each of its tokens gets the logits of being the
first and the last of the answer.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.normalizing import normalize
from index.types import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

MAX_QUESTION = 64
MAX_TITLE = 16
MAX_SENTENCE = 128
"""Tokens; what is longer is cut."""

MAX_ANSWER = 24
"""Tokens of an answer. Nearly all of the training answers are shorter."""

MAX_WINDOW = 208
"""Tokens of the sentences of a window, as trained (a single sentence always fits)."""

_TOGETHER = 2
"""Windows of a batch: more pad more, and take more memory."""

_STEP = 16
"""Lengths come in steps: for every new shape the matrix library makes a new plan."""

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
    """One input: token ids, and for each token the row of its sentence (-1: of none).

    A sentence's last token is its [SEP]; `starts` has the place of each one's first.
    """

    ids: list[int]
    rows: list[int]
    starts: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows, padded. `ids`, `types`, `mask`: (windows, tokens); `pooling`: (windows,
    sentences, tokens), each sentence's mean; `ends`: (windows, sentences), the place of
    each one's [SEP]."""

    ids: Ints
    types: Ints
    mask: Ints
    pooling: Floats
    ends: Ints


Encoder = Callable[[Batch], tuple[Floats, Floats]]
"""Relevance, (windows, sentences), and start and end, (windows, tokens, 2): logits."""


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], limit: int) -> list[Tokens]:
    """At most `limit` tokens of each text."""
    straight = [text.translate(_STRAIGHT) for text in texts]
    encoded = tokenizer.encode_batch(straight, add_special_tokens=False)
    return [Tokens(tuple(e.ids[:limit]), tuple(e.offsets[:limit])) for e in encoded]


def window(question: Tokens, title: Tokens, sentences: Sequence[Tokens]) -> Window:
    """Put the parts together. An empty title is left out."""
    ids = [_CLS, *question.ids, _SEP]
    if title.ids:
        ids += [*title.ids, _SEP]
    rows = [-1] * len(ids)
    starts = []
    for row, sentence in enumerate(sentences):
        starts.append(len(ids))
        ids += [*sentence.ids, _SEP]
        rows += [row] * (len(sentence.ids) + 1)
    return Window(ids, rows, starts)


def batches(windows: Sequence[Window]) -> Iterator[tuple[list[int], Batch]]:
    """The windows with their places, those of like length together: padding costs as much
    as text."""
    order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
    for first in range(0, len(order), _TOGETHER):
        places = order[first : first + _TOGETHER]
        yield places, collate([windows[place] for place in places])


def collate(windows: Sequence[Window]) -> Batch:
    """Pad to the longest, and to a multiple of `_STEP`."""
    length = math.ceil(max(len(w.ids) for w in windows) / _STEP) * _STEP
    count = max(len(w.starts) for w in windows)
    ids = np.array([w.ids + [_PAD] * (length - len(w.ids)) for w in windows])
    rows = np.array([w.rows + [-2] * (length - len(w.rows)) for w in windows])
    pooling = (rows[:, None, :] == np.arange(count)[None, :, None]).astype(np.float32)
    lengths = pooling.sum(-1)
    starts = np.array([w.starts + [0] * (count - len(w.starts)) for w in windows])
    return Batch(
        ids=ids,
        types=(rows >= 0).astype(np.int64),
        mask=(rows > -2).astype(np.int64),
        pooling=pooling / np.maximum(lengths, 1)[..., None],
        ends=np.maximum(starts + lengths.astype(np.int64) - 1, 0),
    )


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """The logit of a sentence against "none", and where its answer most likely stands
    (characters of the sentence), with that place's probability."""

    logit: float
    answer: Span
    certainty: float


def stretches(lengths: Mapping[int, int], budget: int = MAX_WINDOW) -> list[Span]:
    """Rows, given with their tokens -> what is read together: half-open, within `budget`.

    Rows that follow each other are read together. A stretch that is cut goes on with the
    sentence before the cut, so that no sentence is read without the one before it.
    """
    found: list[Span] = []
    start = end = total = 0
    for row in sorted(lengths):
        follows = row == end and end > start
        if not follows or total + lengths[row] > budget:
            if end > start:
                found.append((start, end))
            lead_in = follows and lengths[end - 1] + lengths[row] <= budget
            start = end - 1 if lead_in else row
            total = lengths[start] if lead_in else 0
        total += lengths[row]
        end = row + 1
    return [*found, (start, end)] if lengths else []


def read_rows(
    encoder: Encoder,
    tokenizer: Tokenizer,
    question: str,
    title: str,
    texts: Sequence[str],
    rows: Sequence[int],
) -> dict[int, SentenceReading]:
    """Read the given sentences of an article, and their neighbours.

    A sentence that stands in two stretches is taken where more stands before it.
    """
    asked = tokenize(tokenizer, [normalize(question)], MAX_QUESTION)[0]
    named = tokenize(tokenizer, [normalize(title)], MAX_TITLE)[0]
    near = {at for row in rows for at in (row - 1, row, row + 1) if 0 <= at < len(texts)}
    tokens = tokenize(tokenizer, [texts[row] for row in near], MAX_SENTENCE)
    sentences = dict(zip(near, tokens, strict=True))
    places = stretches({row: len(sentence.ids) + 1 for row, sentence in sentences.items()})
    windows = [window(asked, named, [sentences[row] for row in range(*at)]) for at in places]
    read: dict[int, SentenceReading] = {}
    readings = _read(encoder, windows)
    for (first, last), of, (relevance, span) in zip(places, windows, readings, strict=True):
        for row in range(first, last):
            if row not in read:
                start = of.starts[row - first]
                logits = span[start : start + len(sentences[row].ids)]
                answer, certainty = _answer(logits, sentences[row].offsets)
                read[row] = SentenceReading(float(relevance[row - first]), answer, certainty)
    return read


def _read(encoder: Encoder, windows: Sequence[Window]) -> list[tuple[Floats, Floats]]:
    """For each window the relevance of its sentences, and the logits of its tokens."""
    readings: dict[int, tuple[Floats, Floats]] = {}
    for places, batch in batches(windows):
        readings |= zip(places, zip(*encoder(batch), strict=True), strict=True)
    return [readings[place] for place in range(len(windows))]


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
