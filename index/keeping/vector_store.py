"""Which of a chat's articles are nearest to a question: the seam, and its exact way."""

from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.keeping.database import Database
from index.keeping.rows import from_vector_columns
from index.keeping.schema import VECTORS
from index.types import Vectors

_ROWS_AT_ONCE = 64
"""Articles whose vectors are in memory at once."""

FAR = -1.0
"""The least that a cosine can be."""


class VectorStore(Protocol):
    """Compares questions with all of a chat's articles. Safe to use from several threads."""

    def similarities(self, chat: str, model: str, queries: Vectors, count: int) -> dict[str, float]:
        """The cosine of each article's nearest sentence and the query nearest to it, by the
        article's ID.

        `queries` are `model`'s, of shape (questions, dimensions). An article that is not among the
        `count` nearest may have `FAR` instead. One whose vectors are another model's, or damaged,
        is left out.

        Raises:
            StorageError: the vectors can't be read.
        """

    def close(self) -> None:
        """End what is being done for later."""


class ExactVectors:
    """A `VectorStore` that reads the vectors of all the chat's articles for each question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def similarities(self, chat: str, model: str, queries: Vectors, count: int) -> dict[str, float]:
        """The cosines of all articles: see `VectorStore`."""
        with self._database.reading() as connection:
            return compare(connection, queries, are_comparable(chat, model, queries.shape[1]))

    def close(self) -> None:
        """Nothing is done for later."""


def are_comparable(chat: str, model: str, dimensions: int) -> sa.ColumnElement[bool]:
    """The rows of `VECTORS` that hold a chat's vectors of one kind."""
    of_model = sa.and_(VECTORS.c.model == model, VECTORS.c.dimensions == dimensions)
    return sa.and_(VECTORS.c.chat == chat, of_model)


def compare(
    connection: Connection, queries: Vectors, rows: sa.ColumnElement[bool]
) -> dict[str, float]:
    """Read some rows of `VECTORS`; return what `VectorStore.similarities` does of their articles,
    none of them `FAR`."""
    query = sa.select(VECTORS.c.id, VECTORS.c.dimensions, VECTORS.c.data).where(rows)
    similarity = {}
    for article_id, dimensions, data in connection.execute(
        query, execution_options={"yield_per": _ROWS_AT_ONCE}
    ):
        try:
            vectors = from_vector_columns(dimensions, data)
        except ValueError:
            continue
        if len(vectors):
            similarity[article_id] = float((vectors @ queries.T).max())
    return similarity
