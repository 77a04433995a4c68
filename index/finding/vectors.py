"""A vector index: vectors -> the rows nearest to a query, by FAISS."""

import faiss
import numpy as np
import numpy.typing as npt

from index.types import Scores, Vectors


class VectorIndex:
    """Exact inner-product search: the cosine similarity, for unit vectors."""

    def __init__(self, vectors: Vectors) -> None:
        """`vectors` has shape (rows, dimensions), float32."""
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def vectors(self) -> Vectors:
        """All vectors: shape (rows, dimensions)."""
        return np.asarray(self._index.reconstruct_n(0, len(self)))

    def search(self, query: Vectors, k: int) -> tuple[Scores, npt.NDArray[np.int64]]:
        """Find the `k` rows nearest to one query of shape (1, dimensions), nearest first.

        Return their scores and their row numbers, each of shape (min(k, rows),).
        """
        scores, rows = self._index.search(query, min(k, len(self)))
        return scores[0], rows[0]

    def scores(self, query: Vectors) -> Scores:
        """The score of every row, in row order: shape (rows,)."""
        nearest, rows = self.search(query, len(self))
        scores = np.empty(len(self), dtype=np.float32)
        scores[rows] = nearest
        return scores
