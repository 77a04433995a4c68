"""The evidence for every sentence -> the sentences in order. All functions are pure."""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from index.types import Scores

Rows = npt.NDArray[np.intp]

SCORE_MARGIN = 0.38
"""How far below the best score a sentence may be and still be read: the clearer the ranking, the
fewer sentences are read. docs/measurements.md has its effect and its cost."""

MIN_CANDIDATES, MAX_CANDIDATES = 12, 40
"""The least and the greatest number of sentences that are read."""


CONTEXT_WINDOW = 2
"""Sentences on either side whose evidence also counts for a sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for each sentence of an article: every field has shape (sentences,).

    `similarity` is the cosine of question and sentence, `lexical` the BM25 score; `type_fit` is 1
    where the sentence holds the type of answer asked for, else 0.
    """

    similarity: Scores
    lexical: Scores
    type_fit: Scores


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """How much each kind of evidence counts.

    Fitted by `tests/benchmarks/fit_evidence.py` (listwise softmax over the
    sentences of an article); docs/measurements.md has the figures.
    """

    similarity: float = 1.0
    context_similarity: float = 1.05
    lexical: float = 0.75
    context_lexical: float = 1.0
    type_fit: float = 0.25


def fuse(evidence: Evidence, weights: EvidenceWeights) -> Scores:
    """The weighted mean of the evidence: shape (sentences,), in about 0 to 1."""
    fused = np.average(features(evidence), axis=1, weights=astuple(weights))
    return fused.astype(np.float32)


def features(evidence: Evidence) -> npt.NDArray[np.float64]:
    """The values that are weighted, in the order of `EvidenceWeights`: shape (sentences, 5).

    BM25 has no upper bound, so it is taken relative to its best score in the article. A passage
    names its topic once and then speaks of "it", so a sentence also profits from the mean cosine
    (`context_similarity`) and the best BM25 score (`context_lexical`) of the sentences around it.
    The paragraph is not used for this: in stories it is often one sentence, elsewhere a page.
    """
    lexical = evidence.lexical / max(float(evidence.lexical.max(initial=0.0)), 1e-6)
    return np.column_stack(
        [
            evidence.similarity,
            np.nanmean(_context(evidence.similarity), axis=1),
            lexical,
            np.nanmax(_context(lexical), axis=1),
            evidence.type_fit,
        ]
    )


def _context(scores: Scores) -> npt.NDArray[np.float64]:
    """The scores of each sentence and of those around it, nan beyond the ends.

    Shape (sentences, 2 * CONTEXT_WINDOW + 1).
    """
    padded = np.pad(scores.astype(np.float64), CONTEXT_WINDOW, constant_values=np.nan)
    return sliding_window_view(padded, 2 * CONTEXT_WINDOW + 1)


def top_rows(scores: Scores, count: int) -> Rows:
    """The rows of the `count` best scores, best first; of equal ones the earlier row first."""
    return np.argsort(-scores, kind="stable")[:count]


def candidate_rows(scores: Scores) -> Rows:
    """The rows that are worth reading, best first: those within `SCORE_MARGIN` of the best, but at
    least `MIN_CANDIDATES` and at most `MAX_CANDIDATES`."""
    best = top_rows(scores, MAX_CANDIDATES)
    near = int((scores[best] >= scores.max(initial=-np.inf) - SCORE_MARGIN).sum())
    return best[: max(near, MIN_CANDIDATES)]
