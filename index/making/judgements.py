"""What people said of answers -> labels: lines of gold questions, and confidences to fit to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.article_index import ArticleIndex
from index.types import Article, Judgement, Span


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """The confidence of an answer, and whether people found it helpful."""

    confidence: float
    helpful: bool


def agreed(judgements: Sequence[Judgement]) -> list[Judgement]:
    """One judgement for each question and sentence of an article: what most people said.

    What as many call helpful as wrong is left out. However many people judge the same answer, it
    is one answer.
    """
    votes: Counter[tuple[str, str, Span]] = Counter()
    for each in judgements:
        votes[each.article, each.question, each.sentence] += 1 if each.helpful else -1
    return [Judgement(*answer, helpful=vote > 0) for answer, vote in votes.items() if vote]


def gold_line(article: Article, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """The judged questions of an article as a line for `read_gold`.

    Where a sentence is helpful, it answers. Where one is wrong, nothing tells whether another one
    answers.
    """
    by_question: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        by_question.setdefault(judgement.question, []).append(judgement)
    questions = []
    for number, (question, judged) in enumerate(by_question.items(), start=1):
        answers = _passages(article, [each.sentence for each in judged if each.helpful])
        questions.append(
            {
                "id": f"{article.id}-{number}",
                "question": question,
                "answerable": True if answers else None,
                "answers": answers,
                "wrong": _passages(article, [e.sentence for e in judged if not e.helpful]),
            }
        )
    return {
        "id": article.id,
        "title": article.title,
        "lang": article.language,
        "text": article.text,
        "questions": questions,
    }


def judged_answer(index: ArticleIndex, judgement: Judgement) -> JudgedAnswer | None:
    """Ask a judged question again, to see how sure the present models are.

    None: they would show another sentence, or the article is in a language for which the reader is
    not used.

    Raises:
        ModelError: a model can't be loaded.
    """
    if not index.understands_language:
        return None
    answer = index.ask(judgement.question)
    first = answer.ranked[0]
    start, end = judgement.sentence
    if first.end <= start or end <= first.start:
        return None
    return JudgedAnswer(answer.confidence, judgement.helpful)


def _passages(article: Article, spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [{"start": start, "text": article.text[start:end]} for start, end in spans]
