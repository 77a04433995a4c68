"""Gold questions -> predictions -> metrics."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from index.article_index import ArticleIndex
from index.errors import ArticleError
from index.loading import load_text
from index.making.plotting import PlotError, risk_and_reliability
from index.types import Answer, Article, Citation, Embedder, Reader, Sentence, Span, Thresholds

Scope = Literal["article", "paragraph"]

_SETS = frozenset({"all", "evidence_sentences_all", "critical_span"})
"""Answer modes in which every sentence that an answer touches is right. In other modes the answers
are alternatives, and the sentences in which one starts are right."""


class GoldError(ArticleError):
    """A file of gold questions is not in the format that `read_gold` describes."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and the spans of the article that answer it (none, if nothing does).

    A sentence is right if it overlaps one of `gold`; `answers` are the same answers in full length.
    It is known not to answer if it overlaps one of `wrong`. The label `answerable` (None: that is
    not known) holds for the `paragraph`; `judged` tells whether it also holds where the question is
    asked.
    """

    id: str
    question: str
    answerable: bool | None
    gold: tuple[Span, ...]
    paragraph: Span
    answers: tuple[Span, ...] = ()
    judged: bool = True
    wrong: tuple[Span, ...] = ()

    def is_answered_by(self, passage: Sentence | Citation, offset: int = 0) -> bool:
        """Whether a passage is right; `offset` is added to its offsets to get those of the gold
        text."""
        return _overlaps(passage, offset, self.gold)

    def is_not_answered_by(self, passage: Sentence | Citation, offset: int = 0) -> bool:
        """Whether a passage is known not to answer; `offset` as above."""
        return _overlaps(passage, offset, self.wrong)


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article with its labelled questions."""

    id: str
    title: str
    text: str
    language: str
    questions: tuple[GoldQuestion, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The program's answer to a gold question; `offset` leads from the asked text to the gold
    text."""

    article_id: str
    question: GoldQuestion
    answer: Answer
    offset: int
    seconds: float

    @property
    def rank(self) -> int | None:
        """The rank of the first right sentence, from 1; None if it is not among the ranked."""
        places = enumerate(self.answer.ranked, start=1)
        right = self.question.is_answered_by
        return next((rank for rank, passage in places if right(passage, self.offset)), None)

    @property
    def judged_right(self) -> bool | None:
        """Whether the first sentence is right; None if the labels don't tell."""
        question = self.question
        first = self.answer.ranked[:1]
        if any(question.is_not_answered_by(each, self.offset) for each in first):
            return False
        if not question.judged or (question.answerable and not question.gold):
            return None
        return self.rank == 1

    def as_json(self) -> dict[str, Any]:
        """The prediction for an independent scorer, with offsets into the gold text."""
        return {
            "article_id": self.article_id,
            "id": self.question.id,
            "question": self.question.question,
            "answered": self.answer.answered,
            "verdict": self.answer.verdict,
            "answerable": self.question.answerable,
            "right": self.judged_right,
            "confidence": self.answer.confidence,
            "ranked": [
                {"start": c.start + self.offset, "end": c.end + self.offset, "score": c.score}
                for c in self.answer.ranked
            ],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The metrics of one file. A metric is None if the file has nothing to measure it on.

    acc@1, hit@k and MRR@10 are over the answerable questions whose answer's place is known; AUROC,
    coverage (share of answerable questions answered), false refusals and false answers over those
    whose label holds in the scope; the accuracy of what is answered is the share of answers given
    whose first sentence is right.
    """

    file: str
    scope: Scope
    articles: int
    questions: int
    ranked_questions: int
    acc_at_1: float | None
    hit_at_3: float | None
    hit_at_5: float | None
    mrr_at_10: float | None
    answerable: int
    unanswerable: int
    refusal_auroc: float | None
    coverage: float | None
    false_refusal_rate: float | None
    false_answer_rate: float | None
    answered_accuracy: float | None
    questions_per_second: float

    def as_json(self) -> dict[str, Any]:
        """All fields by name."""
        return asdict(self)


def read_gold(path: Path) -> list[GoldArticle]:
    """Read a file of gold questions.

    Each line is the JSON of one article: id, title, lang, text, and questions with answers and
    their offsets. `wrong` has, in the form of the answers, what is known not to answer; where
    nothing else is known, `answerable` is null.

    Raises:
        GoldError: the file can't be read, or a line is not in the format.
    """
    try:
        # Not splitlines(): a JSON string may hold a bare U+2028.
        lines = path.read_text(encoding="utf-8").strip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"The gold questions {path} can't be read: {error}.") from None
    articles = []
    for number, line in enumerate(lines, start=1):
        try:
            articles.append(_gold_article(json.loads(line)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise GoldError(
                f"{path}, line {number}: not an article with questions ({error!r})."
            ) from None
    return articles


def sampled(
    articles: Sequence[GoldArticle], questions: int | None, seed: int = 0
) -> list[GoldArticle]:
    """Draw a number of questions at random, with the articles they are about; None draws all.

    The first questions of a file would all be about a few articles.
    """
    places = [(row, at) for row, gold in enumerate(articles) for at in range(len(gold.questions))]
    if questions is None or questions >= len(places):
        return list(articles)
    chosen = set(random.Random(seed).sample(places, questions))  # noqa: S311
    some = (
        replace(
            article,
            questions=tuple(q for at, q in enumerate(article.questions) if (row, at) in chosen),
        )
        for row, article in enumerate(articles)
    )
    return [article for article in some if article.questions]


def load_gold_text(gold: GoldArticle, span: Span | None = None) -> Article:
    """The article of a gold text, or of a part of it, with the gold title."""
    start, end = span or (0, len(gold.text))
    return replace(load_text(gold.text[start:end], language=gold.language), title=gold.title)


def predict(
    articles: Sequence[GoldArticle],
    embedder: Embedder,
    reader: Reader | None = None,
    *,
    scope: Scope = "article",
) -> Iterator[Prediction]:
    """Ask every gold question, of the whole article or of the question's own paragraph."""
    for gold in articles:
        for article, offset, questions in _scoped(gold, scope):
            index = ArticleIndex.build(article, embedder, reader=reader)
            for question in questions:
                began = time.perf_counter()
                answer = index.ask(question.question)
                seconds = time.perf_counter() - began
                yield Prediction(gold.id, question, answer, offset, seconds)


def report(file: str, scope: Scope, predictions: Sequence[Prediction]) -> Report:
    """The metrics of one file's predictions."""
    ranks = [p.rank for p in predictions if p.question.answerable and p.question.gold]
    judged = [p for p in predictions if p.question.judged]
    answered = [p.answer.answered for p in judged if p.question.answerable]
    false_answers = [p.answer.answered for p in judged if not p.question.answerable]
    known = [p for p in predictions if p.judged_right is not None]
    right = [bool(p.judged_right) for p in known if p.answer.answered]
    coverage = _mean(answered)
    return Report(
        file=file,
        scope=scope,
        articles=len({p.article_id for p in predictions}),
        questions=len(predictions),
        ranked_questions=len(ranks),
        acc_at_1=_mean([rank == 1 for rank in ranks]),
        hit_at_3=_mean([rank is not None and rank <= 3 for rank in ranks]),
        hit_at_5=_mean([rank is not None and rank <= 5 for rank in ranks]),
        mrr_at_10=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        answerable=len(answered),
        unanswerable=len(false_answers),
        refusal_auroc=auroc(
            [bool(p.question.answerable) for p in judged], [p.answer.confidence for p in judged]
        ),
        coverage=coverage,
        false_refusal_rate=None if coverage is None else 1 - coverage,
        false_answer_rate=_mean(false_answers),
        answered_accuracy=_mean(right),
        questions_per_second=len(predictions) / max(sum(p.seconds for p in predictions), 1e-9),
    )


def auroc(positive: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The probability that a positive case gets a higher score than another; equal ones count half.
    None if there is no case of either kind."""
    is_positive, values = np.array(positive, dtype=bool), np.array(scores, dtype=float)
    high, low = values[is_positive, np.newaxis], values[~is_positive]
    if not (high.size and low.size):
        return None
    return float(np.mean((high > low) + (high == low) / 2))


def plot_confidence(predictions: Sequence[Prediction], thresholds: Thresholds, path: Path) -> None:
    """Draw risk against coverage and the reliability of the confidence, as a PNG.

    `thresholds` are those of the reader that predicted. Only questions are used for which it is
    known whether the first sentence is right; for an unanswerable one none is.

    Raises:
        PlotError: there is no such question, or matplotlib is not installed.
    """
    known = [p for p in predictions if p.judged_right is not None]
    if not known:
        raise PlotError("There is no question with a known answer to plot.")
    risk_and_reliability(
        np.array([p.answer.confidence for p in known]),
        np.array([bool(p.judged_right) for p in known]),
        thresholds.answer,
        path,
    )


def _gold_article(line: dict[str, Any]) -> GoldArticle:
    if not isinstance(line["text"], str):
        raise TypeError("text is not a string")
    whole = (0, len(line["text"]))
    return GoldArticle(
        id=str(line["id"]),
        title=line.get("title") or "",
        text=line["text"],
        language=line.get("lang") or "en",
        questions=tuple(_gold_question(question, whole) for question in line["questions"]),
    )


def _gold_question(question: dict[str, Any], whole: Span) -> GoldQuestion:
    if not isinstance(question["question"], str):
        raise TypeError("question is not a string")
    touched = question.get("answer_mode") in _SETS
    answers, wrong = (
        [(a["start"], a["start"] + len(a["text"])) for a in question.get(name, ())]
        for name in ("answers", "wrong")
    )
    return GoldQuestion(
        id=str(question["id"]),
        question=question["question"],
        answerable=question["answerable"],
        gold=tuple((start, end if touched else start + 1) for start, end in answers),
        paragraph=_span(question.get("paragraph")) or whole,
        answers=tuple(answers),
        wrong=tuple(wrong),
    )


def _overlaps(passage: Sentence | Citation, offset: int, spans: Sequence[Span]) -> bool:
    start, end = passage.start + offset, passage.end + offset
    return any(start < span[1] and span[0] < end for span in spans)


def _span(pair: list[int] | None) -> Span | None:
    if not pair:
        return None
    start, end = map(int, pair)
    return start, end


def _scoped(
    gold: GoldArticle, scope: Scope
) -> Iterator[tuple[Article, int, tuple[GoldQuestion, ...]]]:
    """The texts to be asked, each with its offset in the gold text, and its questions."""
    whole = (0, len(gold.text))
    by_span: dict[Span, list[GoldQuestion]] = {}
    for question in gold.questions:
        span = question.paragraph if scope == "paragraph" else whole
        # A label "not answerable" is for the paragraph, and tells nothing of the rest of the
        # article.
        unanswerable_here = question.answerable is False and question.paragraph == span
        judged = bool(question.answerable) or unanswerable_here
        by_span.setdefault(span, []).append(replace(question, judged=judged))
    for (start, end), questions in by_span.items():
        yield load_gold_text(gold, (start, end)), start, tuple(questions)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
