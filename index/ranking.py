"""The evidence for every sentence -> the sentences in order. Pure."""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from index.types import Scores

Rows = npt.NDArray[np.intp]

WITHIN = 0.35
"""How far below the best score a sentence may be, and still be worth reading: the surer the
ranking is, the less is read. docs/decisions.md has what that finds, and at what cost."""

FEWEST, MOST = 12, 40
"""Sentences that are read in any case, and at most."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each sentence of an article: every field of shape (sentences,).

    The cosine of the question with the `sentence`; the BM25 score `lexical`; `type_fit`, 1
    where the sentence holds the type of answer asked for.
    """

    sentence: Scores
    lexical: Scores
    type_fit: Scores


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts.

    Fitted by `tests/benchmarks/fit_evidence.py` (listwise softmax over the
    sentences of an article); docs/decisions.md has the figures.
    """

    sentence: float = 1.0
    paragraph: float = 0.8
    lexical: float = 0.55
    neighbours: float = 0.7
    type_fit: float = 0.3

    @property
    def total(self) -> float:
        """The score of a sentence with all evidence at its best."""
        return self.sentence + self.paragraph + self.lexical + self.neighbours + self.type_fit


def fuse(evidence: Evidence, paragraphs: Rows, weights: Weights) -> Scores:
    """The weighted mean of the evidence: shape (sentences,), in about 0 to 1."""
    fused = features(evidence, paragraphs) @ np.array(astuple(weights))
    return np.asarray(fused / weights.total, dtype=np.float32)


def features(evidence: Evidence, paragraphs: Rows) -> npt.NDArray[np.float64]:
    """What is weighted, in the order of the fields of `Weights`: shape (sentences, 5).

    `paragraphs` has the paragraph's row for every sentence. BM25 has no upper bound, so it
    is taken relative to its best score in the article. A passage tells its topic once and
    then speaks of "it", so that a sentence also profits from its `paragraph`'s mean cosine and
    from the best BM25 score there (`neighbours`).
    """
    count = int(paragraphs.max(initial=-1)) + 1
    sizes = np.bincount(paragraphs, minlength=count)
    sums = np.bincount(paragraphs, weights=evidence.sentence, minlength=count)
    mean_in_paragraph = sums / np.maximum(sizes, 1)
    lexical = evidence.lexical / max(float(evidence.lexical.max(initial=0.0)), 1e-6)
    best_in_paragraph = np.zeros(count)
    np.maximum.at(best_in_paragraph, paragraphs, lexical)
    return np.column_stack(
        [
            evidence.sentence,
            mean_in_paragraph[paragraphs],
            lexical,
            best_in_paragraph[paragraphs],
            evidence.type_fit,
        ]
    )


def order(scores: Scores, count: int) -> Rows:
    """The rows of the `count` best, best first; of equals the one that stands first."""
    return np.argsort(-scores, kind="stable")[:count]


def promising(scores: Scores) -> Rows:
    """The rows that are worth reading, best first: those that come `WITHIN` of the best."""
    best = order(scores, MOST)
    near = int((scores[best] >= scores.max(initial=-np.inf) - WITHIN).sum())
    return best[: max(near, FEWEST)]
