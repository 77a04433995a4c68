"""What a reader's logits are worth: fitted on labelled questions it did not learn from.

Three kinds, each of them with and without an answer, and each counting the same: questions
to their own article and to another one; to a passage and to the same passage without the
answering paragraph (about things near the article); and to their own paragraph, where SQuAD
2.0's unanswerable ones have no answer.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from index.article_index import ArticleIndex
from index.errors import ArticleError
from index.making.evaluation import GoldArticle, GoldQuestion, load_gold_text
from index.reading.readers import Calibration
from index.types import (
    Article,
    ArticleContext,
    Candidate,
    Embedder,
    Reader,
    Reading,
    Span,
    Thresholds,
    Vectors,
)

PRIORS = np.arange(0, 25, 1.0)
"""Weights of the ranking's score that are tried."""

RIGHT_OF_ANSWERS = 0.90
"""An answer is given from the lowest confidence from which on so many are right."""

RIGHT_OF_REFUSALS = 0.10
"""A plain no is said below the highest confidence below which no more than that are right."""

_STEPS = np.arange(0.02, 1.0, 0.02)

PASSAGE = (4, 10)
"""Paragraphs of a passage, from and below: the length of a news story."""

OnProgress = Callable[[int, int], None]
"""Called with the questions read so far, and of all."""


class CalibrationError(ArticleError):
    """There are too few questions to tell what a reader's logits are worth."""


@dataclass(frozen=True, slots=True)
class JudgedReadings:
    """The readings of a question, which of them are right, and its kind."""

    kind: str
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]


def collect_readings(
    golds: Sequence[GoldArticle],
    embedder: Embedder,
    reader: Reader,
    on_progress: OnProgress = lambda done, total: None,
) -> list[JudgedReadings]:
    """Ask the questions in every kind; their own article comes with another of `golds`.

    Questions about an article in a language that the reader is not asked in are left out.
    """
    recorder = _Recorder(reader)
    caching = _CachingEmbedder(embedder)
    total = sum(len(gold.questions) for gold in golds)
    collected: list[JudgedReadings] = []
    done = 0
    for row, gold in enumerate(golds):
        article = load_gold_text(gold)
        index = ArticleIndex.build(article, caching, reader=recorder)
        stranger = None
        if len(golds) > 1:
            other = load_gold_text(golds[(row + 1) % len(golds)])
            stranger = ArticleIndex.build(other, caching, reader=recorder)
        part = partial(_part, article, caching, recorder)
        for question in gold.questions:
            judged = _ask_in_every_kind(question, article, index, stranger, part, recorder)
            collected += (each for each in judged if each.readings)
            done += 1
            on_progress(done, total)
        caching.forget()
    return collected


def fit(judged: Sequence[JudgedReadings]) -> Calibration:
    """The prior that has the right sentence first most often, and the confidence then.

    Every kind counts the same, however many questions there are of it.

    Raises:
        CalibrationError: what stands first is always right, or never.
    """
    answerable = [a for a in judged if any(a.right)]
    hits = [sum(a.right[_first(a, prior)] for a in answerable) for prior in PRIORS]
    prior = float(PRIORS[int(np.argmax(hits))])
    first = [(a, _first(a, prior)) for a in judged]
    features = np.array([features_of(a.readings[row]) for a, row in first])
    right = np.array([a.right[row] for a, row in first])
    if len(set(right)) < 2:
        raise CalibrationError(
            "The articles held out have too few questions to calibrate the confidence on: "
            "give more data."
        )
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10, max_iter=1000).fit(features, right, equal_shares(judged))
    return Calibration(prior, float(model.intercept_[0]), *map(float, model.coef_[0]))


def thresholds_for(judged: Sequence[JudgedReadings], calibration: Calibration) -> Thresholds:
    """The thresholds that meet the targets on these questions, every kind counting the same."""
    first = [(a, _first(a, calibration.prior)) for a in judged]
    confidences = []
    for question, row in first:
        reading = question.readings[row]
        margin = features_of(reading)[0]
        confidences.append(calibration.confidence(reading.candidate, margin))
    right = [question.right[row] for question, row in first]
    return thresholds(np.array(confidences), np.array(right), equal_shares(judged))


def thresholds(
    confidences: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    shares: npt.NDArray[np.float64],
) -> Thresholds:
    """The thresholds that meet the targets; `shares`: what each question counts.

    All of shape (questions,). Where no confidence meets the target of an answer, the highest
    step; where none meets that of a no, nothing is refused.
    """
    above = [_weighted(right, shares, confidences >= step) for step in _STEPS]
    below = [_weighted(right, shares, confidences < step) for step in _STEPS]
    enough = [s for s, share in zip(_STEPS, above, strict=True) if share >= RIGHT_OF_ANSWERS]
    hopeless = [s for s, share in zip(_STEPS, below, strict=True) if share <= RIGHT_OF_REFUSALS]
    answer = round(float(min(enough, default=_STEPS[-1])), 2)
    return Thresholds(answer, min(round(float(max(hopeless, default=0.0)), 2), answer))


def _weighted(
    right: npt.NDArray[np.bool_], shares: npt.NDArray[np.float64], which: npt.NDArray[np.bool_]
) -> float:
    """The share of some questions that is right; 0 of none."""
    return float((right * shares)[which].sum() / max(float(shares[which].sum()), 1e-12))


def equal_shares(judged: Sequence[JudgedReadings]) -> npt.NDArray[np.float64]:
    """A weight for each, so that every kind counts the same: shape (questions,), mean 1."""
    kinds = Counter(a.kind for a in judged)
    return np.array([len(judged) / (len(kinds) * kinds[a.kind]) for a in judged])


def features_of(reading: Reading) -> list[float]:
    """In the order of the fields of `Calibration`."""
    c = reading.candidate
    margin = float(np.log(reading.confidence) - np.log1p(-reading.confidence))
    return [margin, c.score, c.similarity, c.coverage, float(c.type_fit < 0)]


NEUTRAL = Calibration(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
"""With it a reading's score is its logit, and its confidence has the margin as log-odds."""

NO_THRESHOLDS = Thresholds(0.0, 0.0)
"""With them everything is given as an answer."""


def _first(judged: JudgedReadings, prior: float) -> int:
    return int(np.argmax([r.score + prior * r.candidate.score for r in judged.readings]))


def _ask_in_every_kind(
    question: GoldQuestion,
    article: Article,
    index: ArticleIndex,
    stranger: ArticleIndex | None,
    part: Callable[[tuple[Span, ...]], ArticleIndex],
    recorder: "_Recorder",
) -> Iterator[JudgedReadings]:
    """A question in each of the kinds that it can be asked in."""
    if question.gold:
        yield recorder.ask(index, question, "article")
        if stranger:
            yield recorder.ask(stranger, question, "article", own=False)
        passage = _passage(article, question)
        rest = tuple(p for p in passage if not _overlaps(p, question.gold))
        for paragraphs in filter(None, (passage, rest)):
            yield recorder.ask(part(paragraphs), question, "passage")
    if question.gold or not question.answerable:
        start, end = question.paragraph
        home = tuple(p for p in article.paragraphs if p[0] < end and start < p[1])
        if 0 < len(home) < len(article.paragraphs):
            yield recorder.ask(part(home), question, "paragraph")


def _part(
    article: Article, embedder: Embedder, reader: Reader, paragraphs: tuple[Span, ...]
) -> ArticleIndex:
    """The index of some of an article's paragraphs, with the article's offsets."""
    return ArticleIndex.build(replace(article, paragraphs=paragraphs), embedder, reader=reader)


def _passage(article: Article, question: GoldQuestion) -> tuple[Span, ...]:
    """A few paragraphs around the answering one, the same ones whenever asked."""
    chance = np.random.default_rng(question.gold[0][0])
    home = next(row for row, p in enumerate(article.paragraphs) if _overlaps(p, question.gold))
    length = int(chance.integers(*PASSAGE))
    start = max(home - int(chance.integers(length)), 0)
    return article.paragraphs[start : start + length]


def _overlaps(span: Span, gold: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in gold)


@dataclass
class _Recorder:
    """A reader that remembers what it read last."""

    inner: Reader
    last: list[Reading] = field(default_factory=list)

    @property
    def thresholds(self) -> Thresholds:
        return self.inner.thresholds

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        self.last = self.inner.read(question, candidates, context)
        return list(self.last)

    def ask(
        self, index: ArticleIndex, question: GoldQuestion, kind: str, *, own: bool = True
    ) -> JudgedReadings:
        """`own`: whether it is the question's own article; in another nothing is right.

        Without readings if the index does not ask the reader, and whatever was asked before.
        """
        self.last = []
        index.forget_questions()
        index.ask(question.question)
        right = (own and question.is_answered_by(r.candidate.sentence) for r in self.last)
        return JudgedReadings(kind, tuple(self.last), tuple(right))


@dataclass
class _CachingEmbedder:
    """Passages of an article share most of their texts: embed each once."""

    inner: Embedder
    name: str = "caching"

    @property
    def identity(self) -> str:
        return self.inner.identity

    @property
    def languages(self) -> frozenset[str] | None:
        return self.inner.languages

    def __post_init__(self) -> None:
        self._vectors: dict[str, Vectors] = {}

    def forget(self) -> None:
        self._vectors.clear()

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self.inner.encode_documents(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self.inner.encode_query(text)
