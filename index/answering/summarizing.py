"""Sentence vectors -> the rows of the most central sentences. All functions are pure."""

import numpy as np

from index.types import Vectors

_REDUNDANCY = 0.5
"""Weight of redundancy with the chosen sentences against centrality: the trade-off of maximal
marginal relevance (Carbonell & Goldstein 1998), here two to one."""

_SAME = 0.95
"""Cosine above which two rows say the same. Such a row is chosen only if there is no other."""


def central_rows(vectors: Vectors, count: int) -> list[int]:
    """Up to `count` rows that say most of what the others say, in the order of the text.

    `vectors` are unit vectors of shape (sentences, dimensions). Centrality is the mean cosine with
    all sentences (degree centrality of LexRank, Erkan & Radev 2004); each further row must also
    differ from those already chosen.
    """
    centrality = vectors @ vectors.mean(axis=0)
    centrality = centrality / max(float(centrality.max(initial=0.0)), 1e-6)
    redundancy = np.zeros(len(vectors), dtype=np.float32)
    chosen: list[int] = []
    while len(chosen) < min(count, len(vectors)):
        gain = centrality - _REDUNDANCY * redundancy - (redundancy > _SAME)
        gain[chosen] = -np.inf
        chosen.append(int(np.argmax(gain)))
        redundancy = np.maximum(redundancy, vectors @ vectors[chosen[-1]])
    return sorted(chosen)
