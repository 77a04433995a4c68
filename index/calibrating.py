"""What a reader's logits are worth: fitted on labelled questions it did not learn from.

Four kinds of question, each counting the same: with its answer in the article; with the
answering paragraph taken out (about things near the article); put to another article; and,
where there are any, SQuAD 2.0's, which have no answer in their own paragraph.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.article_index import ArticleIndex
from index.evaluation import GoldArticle, GoldQuestion, load_gold_text
from index.reading import Calibration
from index.types import Article, Candidate, Embedder, Page, Reader, Reading, Span, Vectors

PRIORS = np.arange(0, 25, 1.0)
"""Weights of the ranking's score that are tried."""

PASSAGE = (4, 10)
"""Paragraphs of a passage, from and below: the length of a news story."""

Told = Callable[[int, int], None]
"""Called with the questions read so far, and of all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The readings of a question, which of them are right, and the kind of question."""

    kind: str
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]


def ask_all(
    golds: Sequence[GoldArticle], embedder: Embedder, reader: Reader, told: Told
) -> list[Asked]:
    """Ask the questions of the four kinds."""
    recorder = _Recorder(reader)
    known = _Known(embedder)
    total = sum(len(gold.questions) for gold in golds)
    asked: list[Asked] = []
    done = 0
    for row, gold in enumerate(golds):
        article = load_gold_text(gold)
        index = ArticleIndex.build(article, known, reader=recorder)
        other = load_gold_text(golds[(row + 1) % len(golds)])
        stranger = ArticleIndex.build(other, known, reader=recorder)
        for question in gold.questions:
            asked += _asked(question, article, index, stranger, known, recorder)
            done += 1
            told(done, total)
        known.forget()
    return asked


def fit(asked: Sequence[Asked]) -> Calibration:
    """The prior that has the right sentence first most often, and the confidence then.

    Every kind counts the same, however many questions there are of it.
    """
    answerable = [a for a in asked if any(a.right)]
    hits = [np.mean([a.right[_first(a, prior)] for a in answerable]) for prior in PRIORS]
    prior = float(PRIORS[int(np.argmax(hits))])
    first = [(a, _first(a, prior)) for a in asked]
    features = np.array([features_of(a.readings[row]) for a, row in first])
    right = np.array([a.right[row] for a, row in first])
    kinds = [a.kind for a in asked]
    share = np.array([1 / kinds.count(kind) for kind in kinds])
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10, max_iter=1000)
    model.fit(features, right, share * len(share) / share.sum())
    return Calibration(prior, float(model.intercept_[0]), *map(float, model.coef_[0]))


def features_of(reading: Reading) -> list[float]:
    """In the order of the fields of `Calibration`."""
    c = reading.candidate
    margin = float(np.log(reading.confidence) - np.log1p(-reading.confidence))
    return [margin, c.score, c.similarity, c.coverage, float(c.type_fit < 0)]


NEUTRAL = Calibration(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
"""With it a reading's score is its logit, and its confidence has the margin as log-odds."""


def _first(asked: Asked, prior: float) -> int:
    return int(np.argmax([r.score + prior * r.candidate.score for r in asked.readings]))


def _asked(
    question: GoldQuestion,
    article: Article,
    index: ArticleIndex,
    stranger: ArticleIndex,
    embedder: Embedder,
    recorder: "_Recorder",
) -> Iterator[Asked]:
    """A question in each of the kinds that it can be asked in."""
    text = question.question
    if question.gold:
        yield recorder.ask(index, text, "answerable", question)
        rest = _without_answer(article, question)
        if rest:
            near = ArticleIndex.build(rest, embedder, reader=recorder)
            yield recorder.ask(near, text, "answer taken out")
        yield recorder.ask(stranger, text, "another article")
    if not question.answerable or not question.gold:
        start, end = question.paragraph
        home = tuple(p for p in article.paragraphs if p[0] < end and start < p[1])
        near = ArticleIndex.build(replace(article, paragraphs=home), embedder, reader=recorder)
        if not question.answerable:
            yield recorder.ask(near, text, "paragraph")


def _without_answer(article: Article, question: GoldQuestion) -> Article | None:
    """A passage around the answering paragraph, without it."""
    chance = np.random.default_rng(abs(question.gold[0][0]))
    home = next(row for row, p in enumerate(article.paragraphs) if _overlaps(p, question.gold))
    length = int(chance.integers(*PASSAGE))
    start = max(home - int(chance.integers(length)), 0)
    passage = article.paragraphs[start : start + length]
    rest = tuple(p for p in passage if not _overlaps(p, question.gold))
    return replace(article, paragraphs=rest) if rest else None


def _overlaps(span: Span, gold: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in gold)


@dataclass
class _Recorder:
    """A reader that remembers what it read last."""

    inner: Reader

    @property
    def depth(self) -> int:
        return self.inner.depth

    def read(self, question: str, candidates: Sequence[Candidate], page: Page) -> list[Reading]:
        self.last = self.inner.read(question, candidates, page)
        return list(self.last)

    def ask(
        self, index: ArticleIndex, text: str, kind: str, question: GoldQuestion | None = None
    ) -> Asked:
        """`question`: whose gold is right; without it nothing is."""
        index.ask(text)
        right = [
            question is not None and question.is_answered_by(reading.candidate.sentence)
            for reading in self.last
        ]
        return Asked(kind, tuple(self.last), tuple(right))


@dataclass
class _Known:
    """Passages of an article share most of their texts: embed each once."""

    inner: Embedder
    name: str = "known"

    def __post_init__(self) -> None:
        self._known: dict[str, Vectors] = {}

    def forget(self) -> None:
        self._known.clear()

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in texts if text not in self._known]
        if new:
            self._known.update(zip(new, self.inner.encode_documents(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self.inner.encode_query(text)
