"""The evidence for every sentence -> the sentences in order. Pure."""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from index.types import Scores

Rows = npt.NDArray[np.intp]

WITHIN = 0.38
"""How far below the best score a sentence may be, and still be worth reading: the surer the
ranking is, the less is read. docs/measurements.md has what that finds, and at what cost."""

FEWEST, MOST = 12, 40
"""Sentences that are read in any case, and at most."""


AROUND = 2
"""Sentences on either side that speak for one too."""


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
    sentences of an article); docs/measurements.md has the figures.
    """

    sentence: float = 1.0
    around: float = 1.05
    lexical: float = 0.75
    neighbours: float = 1.0
    type_fit: float = 0.25


def fuse(evidence: Evidence, weights: Weights) -> Scores:
    """The weighted mean of the evidence: shape (sentences,), in about 0 to 1."""
    fused = np.average(features(evidence), axis=1, weights=astuple(weights))
    return fused.astype(np.float32)


def features(evidence: Evidence) -> npt.NDArray[np.float64]:
    """What is weighted, in the order of the fields of `Weights`: shape (sentences, 5).

    BM25 has no upper bound, so it is taken relative to its best score in the article. A passage
    tells its topic once and then speaks of "it", so that a sentence also profits from the mean
    cosine of the sentences `around` it, and from their best BM25 score (`neighbours`). Not from
    those of its paragraph: in stories a paragraph is often one sentence, elsewhere a page.
    """
    lexical = evidence.lexical / max(float(evidence.lexical.max(initial=0.0)), 1e-6)
    return np.column_stack(
        [
            evidence.sentence,
            np.nanmean(_around(evidence.sentence), axis=1),
            lexical,
            np.nanmax(_around(lexical), axis=1),
            evidence.type_fit,
        ]
    )


def _around(scores: Scores) -> npt.NDArray[np.float64]:
    """Of each sentence and those around it, nan beyond the ends: (sentences, 2 * AROUND + 1)."""
    padded = np.pad(scores.astype(np.float64), AROUND, constant_values=np.nan)
    return sliding_window_view(padded, 2 * AROUND + 1)


def order(scores: Scores, count: int) -> Rows:
    """The rows of the `count` best, best first; of equals the one that stands first."""
    return np.argsort(-scores, kind="stable")[:count]


def promising(scores: Scores) -> Rows:
    """The rows that are worth reading, best first: those that come `WITHIN` of the best."""
    best = order(scores, MOST)
    near = int((scores[best] >= scores.max(initial=-np.inf) - WITHIN).sum())
    return best[: max(near, FEWEST)]
