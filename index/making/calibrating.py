"""Fits the confidence of a reader on labelled questions that it did not learn from.

The questions are asked in three kinds, each with and without an answer, and each with the same
weight: to their own article and to another one; to a passage and to the same passage without the
answering paragraph (about things near the article); and to their own paragraph, where SQuAD 2.0's
unanswerable ones have no answer.
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
"""Target: the share of right ones among the answers that are given from the threshold on."""

RIGHT_OF_REFUSALS = 0.10
"""Target: the greatest share of right ones among the sentences below the threshold of a plain
no."""

STEPS = np.arange(0.02, 1.0, 0.02).round(2)
"""Thresholds that are tried."""

PASSAGE = (4, 10)
"""The number of paragraphs of a passage, as a half-open range: the length of a news story."""

OnProgress = Callable[[int, int], None]
"""Called with the number of questions read so far, and the number of all."""


class CalibrationError(ArticleError):
    """There are too few questions to calibrate a reader on."""


@dataclass(frozen=True, slots=True)
class JudgedReadings:
    """The readings of one question, which of them are right, and the kind it was asked in."""

    kind: str
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]


def collect_readings(
    golds: Sequence[GoldArticle],
    embedder: Embedder,
    reader: Reader,
    on_progress: OnProgress = lambda done, total: None,
) -> list[JudgedReadings]:
    """Ask each question in every kind; another one of `golds` serves as the wrong article.

    Questions about an article in a language for which the reader is not used are left out.
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
    """Fit the prior that puts the right sentence first most often, and the confidence for it.

    Every kind has the same weight, however many questions there are of it.

    Raises:
        CalibrationError: the first sentence is always right, or never.
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
    """The thresholds that meet the targets on these questions, with every kind weighted the
    same."""
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
    """The thresholds that meet the targets; `shares` are the weights of the questions.

    All arguments have shape (questions,). If no confidence meets the target of an answer, the
    highest step is taken; if none meets that of a plain no, nothing is refused.
    """
    above = [_weighted(right, shares, confidences >= step) for step in STEPS]
    below = [_weighted(right, shares, confidences < step) for step in STEPS]
    enough = [s for s, share in zip(STEPS, above, strict=True) if share >= RIGHT_OF_ANSWERS]
    hopeless = [s for s, share in zip(STEPS, below, strict=True) if share <= RIGHT_OF_REFUSALS]
    answer = float(min(enough, default=STEPS[-1]))
    return Thresholds(answer, min(float(max(hopeless, default=0.0)), answer))


def _weighted(
    right: npt.NDArray[np.bool_], shares: npt.NDArray[np.float64], which: npt.NDArray[np.bool_]
) -> float:
    """The weighted share of the chosen questions that is right; 0 if none is chosen."""
    return float((right * shares)[which].sum() / max(float(shares[which].sum()), 1e-12))


def equal_shares(judged: Sequence[JudgedReadings]) -> npt.NDArray[np.float64]:
    """Weights that make every kind count the same: shape (questions,), mean 1."""
    kinds = Counter(a.kind for a in judged)
    return np.array([len(judged) / (len(kinds) * kinds[a.kind]) for a in judged])


def features_of(reading: Reading) -> list[float]:
    """The features of a reading, in the order of the fields of `Calibration`."""
    c = reading.candidate
    margin = float(np.log(reading.confidence) - np.log1p(-reading.confidence))
    return [margin, c.score, c.similarity, c.coverage, float(c.type_fit < 0)]


NEUTRAL = Calibration(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
"""A calibration whose score is the logit, and whose confidence has the margin as log-odds."""

NO_THRESHOLDS = Thresholds(0.0, 0.0)
"""Thresholds with which everything is given as an answer."""


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
    """Ask a question in each of the kinds that it can be asked in."""
    if question.gold:
        yield recorder.ask(index, question, "article")
        if stranger:
            yield recorder.ask(stranger, question, "article", own=False)
        passage = _passage(article, question)
        rest = tuple(p for p in passage if not _overlaps(p, question.gold))
        for paragraphs in filter(None, (passage, rest)):
            yield recorder.ask(part(paragraphs), question, "passage")
    if question.gold or question.answerable is False:
        start, end = question.paragraph
        home = tuple(p for p in article.paragraphs if p[0] < end and start < p[1])
        if 0 < len(home) < len(article.paragraphs):
            yield recorder.ask(part(home), question, "paragraph")


def _part(
    article: Article, embedder: Embedder, reader: Reader, paragraphs: tuple[Span, ...]
) -> ArticleIndex:
    """The index of some of an article's paragraphs, with offsets into the whole article."""
    return ArticleIndex.build(replace(article, paragraphs=paragraphs), embedder, reader=reader)


def _passage(article: Article, question: GoldQuestion) -> tuple[Span, ...]:
    """A few paragraphs around the answering one, always the same for a question."""
    chance = np.random.default_rng(question.gold[0][0])
    home = next(row for row, p in enumerate(article.paragraphs) if _overlaps(p, question.gold))
    length = int(chance.integers(*PASSAGE))
    start = max(home - int(chance.integers(length)), 0)
    return article.paragraphs[start : start + length]


def _overlaps(span: Span, gold: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in gold)


@dataclass
class _Recorder:
    """A reader that remembers its last readings."""

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
        """Ask a question and judge the readings. If the article is not its `own`, nothing is right.

        There are no readings if the index does not use the reader.
        """
        self.last = []
        index.forget_questions()
        index.ask(question.question)
        right = (own and question.is_answered_by(r.candidate.sentence) for r in self.last)
        return JudgedReadings(kind, tuple(self.last), tuple(right))


@dataclass
class _CachingEmbedder:
    """An embedder that embeds each text once: passages of an article share most of theirs."""

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
