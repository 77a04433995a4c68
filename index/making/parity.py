"""Checks whether an exported model is equivalent to its original."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.article_index import ArticleIndex
from index.errors import ExportError
from index.making.evaluation import GoldArticle, load_gold_text
from index.making.export_sample import QUESTIONS, SENTENCES
from index.reading.windows import Batch, Encoder
from index.types import Embedder

MIN_COSINE = {"float32": 0.9999, "int8": 0.997}
"""The least cosine of a vector to the original one, on the built-in sample."""

MIN_SAME_FIRST = 0.99
MAX_LOST = 0.005
"""For int8 weights: the share of questions that must keep their first sentence, and how much acc@1
may be lost."""

MAX_DIFFERENCE = {"float32": 0.01, "int8": 0.06}
"""The greatest mean difference of a reader's logits from the original ones. Logits of sentences
differ by several units, so that this only decides between near equals."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How an export compares with its original. What was not compared is None."""

    cosine: float | None = None
    """The lowest cosine of the sample's texts."""
    same_first: float | None = None
    """The share of questions whose first sentence is the same."""
    acc_before: float | None = None
    acc_after: float | None = None
    logits: float | None = None
    """The mean difference over the sample's sentences."""


def by_cosine(original: Embedder, export: Embedder, weights: str) -> Parity:
    """Compare the vectors of the sample.

    Raises:
        ExportError: they are not the same.
    """
    before, after = (
        np.concatenate([e.encode_documents(SENTENCES), *map(e.encode_query, QUESTIONS)])
        for e in (original, export)
    )
    cosine = float((before * after).sum(axis=1).min())
    if not cosine >= MIN_COSINE[weights]:
        raise ExportError(
            f"The export of {original.name} is not the same: the cosine of its vectors to the "
            f"original ones is {cosine:.5f} (at least {MIN_COSINE[weights]} is wanted)."
        )
    return Parity(cosine=cosine)


def by_questions(original: Embedder, export: Embedder, golds: Sequence[GoldArticle]) -> Parity:
    """Compare the first sentences by the ranking alone. A question of `golds` must have an answer.

    Raises:
        ExportError: too many questions get another first sentence, or a wrong one.
    """
    same, before, after = [], [], []
    for gold in golds:
        article = load_gold_text(gold)
        indexes = [ArticleIndex.build(article, embedder) for embedder in (original, export)]
        for question in gold.questions:
            one, other = (index.ask(question.question).ranked[0] for index in indexes)
            same.append(one.sentence == other.sentence)
            if question.gold:
                before.append(question.is_answered_by(one))
                after.append(question.is_answered_by(other))
    parity = Parity(
        same_first=float(np.mean(same)),
        acc_before=float(np.mean(before)),
        acc_after=float(np.mean(after)),
    )
    if np.mean(same) < MIN_SAME_FIRST or np.mean(before) - np.mean(after) > MAX_LOST:
        raise ExportError(
            f"int8 changes what {original.name} finds: of {len(same)} questions "
            f"{np.mean(same):.1%} keep their first sentence (at least {MIN_SAME_FIRST:.0%} are "
            f"wanted), and acc@1 goes from {np.mean(before):.3f} to {np.mean(after):.3f}."
        )
    return parity


def by_logits(original: Encoder, export: Encoder, sample: Sequence[Batch], weights: str) -> Parity:
    """Compare the relevance of the sample's sentences.

    Raises:
        ExportError: it is not the same.
    """
    differences = [np.abs(original(batch)[0] - export(batch)[0]) for batch in sample]
    difference = float(np.concatenate(differences).mean())
    if not difference <= MAX_DIFFERENCE[weights]:
        raise ExportError(
            f"The exported reader is not the same: its logits differ by {difference:.3f} on the "
            f"mean (at most {MAX_DIFFERENCE[weights]} is wanted)."
        )
    return Parity(logits=difference)
