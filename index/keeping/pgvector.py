"""Vectors beyond memory: in PostgreSQL, the sentences of a large chat are found by pgvector.

A chat with fewer sentences is compared exactly: that is as fast, and takes no room. A large one has
a table of its own, so that no other chat's sentences stand in the way of its nearest ones.
"""

import logging
import threading
from collections.abc import Set
from contextlib import suppress
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.errors import StorageError
from index.keeping.database import Database
from index.keeping.graph_tables import (
    MOST_DIMENSIONS,
    drop_empty_tables,
    has_graph,
    make_graph,
    nearest_articles,
    table_of,
    turn,
    whole_articles,
    write_sentences,
)
from index.keeping.schema import ARTICLES, VECTORS
from index.keeping.vector_store import FAR, are_comparable, compare
from index.types import Vectors

_log = logging.getLogger(__name__)

BORDER = 20_000
"""The sentences of a chat from which on a graph is so much faster that it is worth its room."""


_STOPPING_SECONDS = 5.0
"""How long it is waited for sentences that are being written."""


class PgVectors:
    """A `VectorStore` that compares questions with a large chat's articles by pgvector.

    A thread fills the chat's table when the chat is asked. What is not there yet is compared
    exactly; so is everything where the server has no pgvector, or does not let its user have it.
    """

    def __init__(self, database: Database, border: int = BORDER) -> None:
        """`border`: the sentences from which on a chat is large."""
        self._database = database
        self._border = border
        self._filling = _Filling(database)

    def similarities(self, chat: str, model: str, queries: Vectors, count: int) -> dict[str, float]:
        """The cosines of the nearest articles, and `FAR` for others: see `VectorStore`."""
        kind = _Kind(chat, model, queries.shape[1])
        with self._database.reading() as connection:
            sizes = _sizes(connection, kind)
            if sum(sizes.values()) < self._border or kind.dimensions > MOST_DIMENSIONS:
                return compare(connection, queries, kind.rows)
            whole = whole_articles(connection, kind.table) & sizes.keys()
            lacking = sizes.keys() - whole
            if lacking or (whole and not has_graph(connection, kind.table)):
                self._filling.begin(kind)
            found = nearest_articles(connection, kind.table, queries, whole) if whole else {}
            if len(found) < min(count, len(whole)):  # All that is near is of a few articles.
                return compare(connection, queries, kind.rows)
            exact = compare(connection, queries, kind.rows_of(lacking)) if lacking else {}
            return dict.fromkeys(whole, FAR) | found | exact

    def close(self) -> None:
        """End filling tables. That goes on when their chats are asked again."""
        self._filling.stop()
        self._filling = _Filling(self._database)


class _Kind(NamedTuple):
    """A chat's vectors by one model."""

    chat: str
    model: str
    dimensions: int

    @property
    def table(self) -> str:
        return table_of(self.chat, self.model)

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        """All of its rows in `VECTORS`."""
        return are_comparable(self.chat, self.model, self.dimensions)

    def rows_of(self, ids: Set[str]) -> sa.ColumnElement[bool]:
        """Those of some articles. There may be more of them than a query has parameters."""
        of_articles = VECTORS.c.id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Text)))
        return sa.and_(self.rows, of_articles)


class _Filling:
    """Fills the tables of chats, one after the other, in a thread that ends when all are full."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[_Kind, None] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_stopping = threading.Event()
        self._told: str | None = None

    def begin(self, kind: _Kind) -> None:
        with self._lock:
            self._waiting[kind] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="vectors", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End it soon. A graph that is being made is finished by the server alone."""
        self._is_stopping.set()
        if thread := self._thread:
            thread.join(_STOPPING_SECONDS)

    def _run(self) -> None:
        while kind := self._next():
            try:
                self._fill(kind)
            except StorageError as error:
                self._tell(error)
            with self._lock:
                self._waiting.pop(kind, None)

    def _next(self) -> _Kind | None:
        with self._lock:
            if self._is_stopping.is_set():
                self._waiting.clear()
            if not self._waiting:
                self._thread = None
            return next(iter(self._waiting), None)

    def _fill(self, kind: _Kind) -> None:
        """Write what is lacking, unless another program does."""
        with self._database.without_transaction() as connection, turn(connection) as has_turn:
            if not has_turn:
                return
            lacking = _sizes(connection, kind).keys() - whole_articles(connection, kind.table)
            for article_id in lacking:
                while not self._is_stopping.is_set() and self._write(kind, article_id):
                    pass
            if self._is_stopping.is_set():
                return
            make_graph(connection, kind.table, kind.dimensions)
            _log.info("The vectors of %d articles of a large chat were indexed", len(lacking))
            with suppress(StorageError), self._database.writing() as writing:
                drop_empty_tables(writing)

    def _write(self, kind: _Kind, article_id: str) -> bool:
        with self._database.writing() as connection:
            return write_sentences(connection, *kind, article_id)

    def _tell(self, error: StorageError) -> None:
        """Log why tables can't be filled: once, for it is tried again with every question."""
        if str(error) != self._told:
            self._told = str(error)
            _log.warning("Large chats are compared without pgvector: %s", error)


def _sizes(connection: Connection, kind: _Kind) -> dict[str, int]:
    """The numbers of sentences of a chat's articles, by their IDs."""
    sizes = sa.select(ARTICLES.c.id, ARTICLES.c.sentences).join(VECTORS).where(kind.rows)
    return {row.id: row.sentences for row in connection.execute(sizes)}
