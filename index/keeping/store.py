"""Articles and vectors, kept and loaded.

Every chat has its own copy of its articles, so that forgetting one chat can't touch another.
A method that returns has written what it was given to the disk.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from index.keeping.database import Database
from index.keeping.rows import (
    from_article_row,
    from_vector_columns,
    to_article_row,
    to_span_columns,
    to_vector_columns,
)
from index.keeping.schema import ARTICLES, CHATS, MIGRATIONS, VECTORS, Migration
from index.types import Article, Sentence, Vectors

FILE = "articles.db"

_ROWS_AT_ONCE = 64
"""Rows of vectors in memory while those of all articles are read."""

_ENTRY_COLUMNS = (
    *(ARTICLES.c[name] for name in ("id", "title", "site", "published", "bytes")),
    ARTICLES.c.sentences.label("sentence_count"),
)


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """What a list of articles shows. `bytes` are those of its text in UTF-8."""

    id: str
    title: str
    site: str | None
    published: str | None
    sentence_count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its sentences and, if they are of the model asked for, their vectors:
    shape (sentences, dimensions)."""

    article: Article
    sentences: tuple[Sentence, ...]
    vectors: Vectors | None


class Store:
    """The articles of all chats in a database. Safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, url: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """`url`: as SQLAlchemy has it; `sqlite://` keeps everything in memory."""
        self._database = Database(url, migrations)

    @classmethod
    def in_folder(cls, folder: Path) -> "Store":
        """The SQLite file of a folder, which is made if need be and readable for nobody else."""
        # As parts, since a folder's name may have what has a meaning in an address.
        url = sa.URL.create("sqlite", database=str(folder / FILE))
        return cls(url.render_as_string(hide_password=False))

    def add(
        self,
        chat: str,
        article: Article,
        sentences: Sequence[Sentence],
        vectors: Vectors,
        model: str,
    ) -> None:
        """Keep an article, as the chat's current one. Kept already, it is only made current."""
        with self._database.writing() as connection:
            _update_chat(connection, chat, current=article.id, last_question=None)
            if _article_row(connection, chat, article.id) is not None:
                return
            row = to_article_row(article, sentences)
            connection.execute(ARTICLES.insert().values(chat=chat, **row))
            _insert_vectors(connection, chat, article.id, vectors, model)

    def articles(self, chat: str) -> tuple[ArticleEntry, ...]:
        """The chat's articles, in the order in which they were added."""
        query = sa.select(*_ENTRY_COLUMNS).where(ARTICLES.c.chat == chat)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(ARTICLES.c.added, ARTICLES.c.id)).mappings()
            return tuple(ArticleEntry(**row) for row in rows)

    def load(self, chat: str, article_id: str, model: str) -> StoredArticle | None:
        """An article of the chat; None if it has no such. `vectors` only if they are `model`'s."""
        query = sa.select(VECTORS.c.dimensions, VECTORS.c.data).where(
            VECTORS.c.chat == chat, VECTORS.c.id == article_id, VECTORS.c.model == model
        )
        with self._database.reading() as connection:
            row = _article_row(connection, chat, article_id)
            if row is None:
                return None
            columns = connection.execute(query).one_or_none()
            article, sentences = from_article_row(row)
            return StoredArticle(article, sentences, columns and from_vector_columns(*columns))

    def vectors(self, chat: str, model: str) -> Iterator[tuple[str, Vectors]]:
        """The vectors of each of the chat's articles, with the article's id.

        To be read to the end. What is of another model is left out.
        """
        columns = sa.select(VECTORS.c.id, VECTORS.c.dimensions, VECTORS.c.data)
        query = columns.where(VECTORS.c.chat == chat, VECTORS.c.model == model)
        with self._database.reading() as connection:
            rows = connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
            for article_id, dimensions, data in rows:
                yield article_id, from_vector_columns(dimensions, data)

    def replace_vectors(
        self,
        chat: str,
        article_id: str,
        sentences: Sequence[Sentence],
        vectors: Vectors,
        model: str,
    ) -> None:
        """Put another model's vectors in the place of an article's, with the sentences that they
        belong to."""
        belongs = sa.and_(VECTORS.c.chat == chat, VECTORS.c.id == article_id)
        spans = ARTICLES.update().where(_is_article(chat, article_id))
        with self._database.writing() as connection:
            if connection.execute(spans.values(**to_span_columns(sentences))).rowcount:
                connection.execute(VECTORS.delete().where(belongs))
                _insert_vectors(connection, chat, article_id, vectors, model)

    def current(self, chat: str) -> str | None:
        """The id of the chat's current article, if it has one."""
        return self._chat_field(chat, CHATS.c.current)

    def set_current(self, chat: str, article_id: str) -> bool:
        """Make another article current, without a last question. False: there is no such."""
        with self._database.writing() as connection:
            found = _article_row(connection, chat, article_id) is not None
            if found:
                _update_chat(connection, chat, current=article_id, last_question=None)
        return found

    def last_question(self, chat: str) -> str | None:
        """What was asked last of the current article."""
        return self._chat_field(chat, CHATS.c.last_question)

    def set_last_question(self, chat: str, question: str) -> None:
        """Remember what was asked last."""
        with self._database.writing() as connection:
            _update_chat(connection, chat, last_question=question)

    def remove(self, chat: str, article_id: str) -> None:
        """Remove an article for good. Was it current, then the latest of the others is."""
        others = sa.select(ARTICLES.c.id).where(ARTICLES.c.chat == chat)
        latest = others.order_by(ARTICLES.c.added.desc(), ARTICLES.c.id.desc()).limit(1)
        with self._database.writing() as connection:
            connection.execute(ARTICLES.delete().where(_is_article(chat, article_id)))
            connection.execute(
                CHATS.update()
                .where(CHATS.c.chat == chat, CHATS.c.current == article_id)
                .values(current=latest.scalar_subquery(), last_question=None)
            )
        self._database.erase_deleted()

    def forget(self, chat: str) -> None:
        """Remove all that is kept of a chat, so that none of its words stays in the files."""
        with self._database.writing() as connection:
            connection.execute(CHATS.delete().where(CHATS.c.chat == chat))
        self._database.erase_deleted()

    def expire(self, before: float) -> int:
        """Forget the chats that nobody used since `before` (Unix time); returns how many."""
        with self._database.writing() as connection:
            expired = connection.execute(CHATS.delete().where(CHATS.c.used < before)).rowcount
        if expired:
            self._database.erase_deleted()
        return expired

    def close(self) -> None:
        """Close all connections. The next use opens the database again."""
        self._database.close()

    def _chat_field(self, chat: str, column: sa.Column[Any]) -> str | None:
        with self._database.reading() as connection:
            value = connection.execute(sa.select(column).where(CHATS.c.chat == chat)).scalar()
        return None if value is None else str(value)


def _update_chat(connection: Connection, chat: str, **values: str | None) -> None:
    """Set fields of a chat, and that it was used now. It is made if need be."""
    columns: dict[str, Any] = {**values, "used": time.time()}
    update = CHATS.update().where(CHATS.c.chat == chat).values(**columns)
    if connection.execute(update).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(CHATS.insert().values(chat=chat, **columns))
    except sa.exc.IntegrityError:  # Another program has made it just now.
        connection.execute(update)


def _is_article(chat: str, article_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(ARTICLES.c.chat == chat, ARTICLES.c.id == article_id)


def _article_row(connection: Connection, chat: str, article_id: str) -> RowMapping | None:
    query = sa.select(ARTICLES).where(_is_article(chat, article_id))
    return connection.execute(query).mappings().one_or_none()


def _insert_vectors(
    connection: Connection, chat: str, article_id: str, vectors: Vectors, model: str
) -> None:
    columns = to_vector_columns(vectors, model)
    connection.execute(VECTORS.insert().values(chat=chat, id=article_id, **columns))
