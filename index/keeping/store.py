"""The tables' reads and writes: articles, their vectors, and the state of each chat.

Every chat has its own copy of its articles, so that forgetting one chat can't touch another. When a
method returns, what it was given is on the disk.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from index.errors import ArticleDamaged, first_line
from index.keeping.backups import Backups
from index.keeping.chats import update_chat
from index.keeping.database import Database
from index.keeping.examining import Examination, OnArticle, examine
from index.keeping.feedback import Feedback
from index.keeping.inbox import Inbox
from index.keeping.moving import move
from index.keeping.pasted import PastedMessages
from index.keeping.pgvector import PgVectors
from index.keeping.replica import Replica
from index.keeping.rows import (
    from_article_row,
    from_vector_columns,
    to_article_row,
    to_span_columns,
    to_vector_columns,
)
from index.keeping.schema import (
    ANSWERED,
    ARTICLES,
    CHATS,
    FEEDBACK,
    MIGRATIONS,
    QUESTIONS,
    VECTORS,
    Migration,
)
from index.keeping.shares import Shares
from index.keeping.vector_store import ExactVectors, VectorStore
from index.types import Article, Sentence, Vectors

FILE = "articles.db"

RECENT_QUESTIONS = 50
"""The questions that are kept of a chat: the newest ones."""

_ENTRY_COLUMNS = (
    *(ARTICLES.c[name] for name in ("id", "title", "site", "published", "bytes")),
    ARTICLES.c.sentences.label("sentence_count"),
)


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One line of a list of articles. `bytes` is the length of the text in UTF-8."""

    id: str
    title: str
    site: str | None
    published: str | None
    sentence_count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked of an article. `article` is the article's ID."""

    article: str
    question: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article, its sentences, and their vectors of shape (sentences, dimensions).

    `vectors` is None if the stored ones are not those of the model asked for.
    """

    article: Article
    sentences: tuple[Sentence, ...]
    vectors: Vectors | None


class Store:
    """The articles of all chats in a database. Safe to use from several threads.

    Every method raises `StorageError` if the database can't be opened, read or written.
    """

    def __init__(self, url: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """`url` is an address of SQLite or PostgreSQL; `sqlite://` keeps everything in memory."""
        self._database = Database(url, migrations)
        self.inbox = Inbox(self._database)
        self.replica = Replica(self._database) if self._database.is_shared else None
        self.shares = Shares(self._database)
        self.feedback = Feedback(self._database)
        self.pasted = PastedMessages(self._database)
        self.backups = Backups(self._database)
        self.vectors: VectorStore = _vector_store(self._database)

    @classmethod
    def in_folder(cls, folder: Path) -> "Store":
        """Use the SQLite file of a folder; it is made if need be, readable for its owner only."""
        # The address is built from parts, since a folder's name may hold special characters.
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
        """Keep an article and make it the chat's current one. If it is kept already, only the
        latter."""
        with self._database.writing() as connection:
            update_chat(connection, chat, current=article.id, last_question=None)
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
        """An article of the chat, or None if there is none.

        `vectors` are loaded only if they are `model`'s. If they or the places of the sentences are
        damaged, there are none of both.

        Raises:
            ArticleDamaged: the article itself is.
        """
        query = sa.select(VECTORS.c.dimensions, VECTORS.c.data).where(
            VECTORS.c.chat == chat, VECTORS.c.id == article_id, VECTORS.c.model == model
        )
        with self._database.reading() as connection:
            row = _article_row(connection, chat, article_id)
            if row is None:
                return None
            columns = connection.execute(query).one_or_none()
        try:
            article, sentences = from_article_row(row)
        except ValueError as error:
            raise ArticleDamaged(
                "The article {id} is damaged: {what}.",
                id=article_id,
                title=str(row["title"]),
                what=first_line(error),
            ) from error
        with suppress(ValueError):
            vectors = columns and from_vector_columns(*columns)
            if sentences and (vectors is None or len(vectors) == len(sentences)):
                return StoredArticle(article, sentences, vectors)
        return StoredArticle(article, (), None)

    def replace_vectors(
        self,
        chat: str,
        article_id: str,
        sentences: Sequence[Sentence],
        vectors: Vectors,
        model: str,
    ) -> None:
        """Replace an article's vectors by another model's, together with their sentences."""
        belongs = sa.and_(VECTORS.c.chat == chat, VECTORS.c.id == article_id)
        spans = ARTICLES.update().where(_is_article(chat, article_id))
        with self._database.writing() as connection:
            if connection.execute(spans.values(**to_span_columns(sentences))).rowcount:
                connection.execute(VECTORS.delete().where(belongs))
                _insert_vectors(connection, chat, article_id, vectors, model)

    def current(self, chat: str) -> str | None:
        """The ID of the chat's current article, or None."""
        return self._chat_field(chat, CHATS.c.current)

    def set_current(self, chat: str, article_id: str) -> bool:
        """Make another article current, without a last question; return False if there is none."""
        with self._database.writing() as connection:
            found = _article_row(connection, chat, article_id) is not None
            if found:
                update_chat(connection, chat, current=article_id, last_question=None)
        return found

    def leave(self, chat: str, article_id: str) -> None:
        """Have the chat ask none of its articles, if this one is the current one."""
        is_current = CHATS.c.chat == chat, CHATS.c.current == article_id
        left = CHATS.update().where(*is_current).values(current=None, last_question=None)
        with self._database.writing() as connection:
            connection.execute(left)

    def language(self, chat: str) -> str | None:
        """The language that the chat has chosen, or None."""
        return self._chat_field(chat, CHATS.c.language)

    def set_language(self, chat: str, language: str | None) -> None:
        """Keep the language that the chat has chosen."""
        with self._database.writing() as connection:
            update_chat(connection, chat, language=language)

    def is_open_to_members(self, chat: str) -> bool:
        """Whether all members of a group may change its articles, and not its admins alone."""
        query = sa.select(CHATS.c.open_to_members).where(CHATS.c.chat == chat)
        with self._database.reading() as connection:
            return bool(connection.execute(query).scalar())

    def set_open_to_members(self, chat: str, is_open: bool) -> None:
        """Keep whether all members of a group may change its articles."""
        with self._database.writing() as connection:
            update_chat(connection, chat, open_to_members=is_open)

    def last_question(self, chat: str) -> str | None:
        """The last question about the current article, or None."""
        return self._chat_field(chat, CHATS.c.last_question)

    def remember(self, chat: str, asked: Asked) -> None:
        """Keep a question as the chat's last one, and among its recent ones."""
        of_chat, question = QUESTIONS.c.chat == chat, QUESTIONS.c.question == asked.question
        the_same = sa.and_(of_chat, QUESTIONS.c.article == asked.article, question)
        times = sa.select(QUESTIONS.c.asked).where(of_chat).order_by(QUESTIONS.c.asked.desc())
        oldest_kept = times.offset(RECENT_QUESTIONS - 1).limit(1).scalar_subquery()
        row = {"article": asked.article, "question": asked.question, "asked": time.time()}
        with self._database.writing() as connection:
            update_chat(connection, chat, last_question=asked.question)
            connection.execute(QUESTIONS.delete().where(the_same))
            connection.execute(QUESTIONS.insert().values(chat=chat, **row))
            connection.execute(QUESTIONS.delete().where(of_chat, QUESTIONS.c.asked < oldest_kept))

    def recent_questions(self, chat: str) -> tuple[Asked, ...]:
        """The chat's recent questions, the newest first."""
        query = sa.select(QUESTIONS.c.article, QUESTIONS.c.question).where(QUESTIONS.c.chat == chat)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(QUESTIONS.c.asked.desc()))
            return tuple(Asked(*row) for row in rows)

    def remove(self, chat: str, article_id: str) -> None:
        """Remove an article and what was said of it, for good. If it was current, the latest of
        the others becomes so."""
        others = sa.select(ARTICLES.c.id).where(ARTICLES.c.chat == chat)
        latest = others.order_by(ARTICLES.c.added.desc(), ARTICLES.c.id.desc()).limit(1)
        with self._database.writing() as connection:
            connection.execute(ARTICLES.delete().where(_is_article(chat, article_id)))
            for said in (QUESTIONS, FEEDBACK):
                connection.execute(
                    said.delete().where(said.c.chat == chat, said.c.article == article_id)
                )
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
            connection.execute(ANSWERED.delete().where(ANSWERED.c.chat == chat))
        self._database.erase_deleted()

    def move(self, chat: str, new_chat: str) -> None:
        """Keep under another key what is kept of a chat and of its topics, whose keys begin with
        the chat's and a colon. What the new key has already stays as it is there."""
        topics = CHATS.c.chat.startswith(f"{chat}:", autoescape=True)
        query = sa.select(CHATS.c.chat).where(sa.or_(CHATS.c.chat == chat, topics))
        with self._database.writing() as connection:
            for key in connection.execute(query).scalars().all():
                move(connection, key, new_chat + key.removeprefix(chat))

    def mark_used(self, chat: str) -> None:
        """Note that a chat is in use, if something is kept of it."""
        used = CHATS.update().where(CHATS.c.chat == chat).values(used=time.time())
        with self._database.writing() as connection:
            connection.execute(used)

    def expire(self, before: float) -> int:
        """Forget the chats that nobody used since `before` (Unix time); return their number."""
        with self._database.writing() as connection:
            expired = connection.execute(CHATS.delete().where(CHATS.c.used < before)).rowcount
        if expired:
            self._database.erase_deleted()
        return expired

    @property
    def has_traces(self) -> bool:
        """Whether the files may still have words of what was removed: another program reads them.
        They are erased as soon as that ends, or when the database is opened next."""
        return self._database.has_traces

    def ping(self) -> None:
        """Have the database answer a query."""
        with self._database.reading() as connection:
            connection.execute(sa.select(CHATS.c.chat).limit(1))

    def counts(self) -> tuple[int, int]:
        """The numbers of chats and of articles that are kept."""
        with self._database.reading() as connection:
            chats, articles = (
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (CHATS, ARTICLES)
            )
        return chats, articles

    def examine(self, on_article: OnArticle) -> Examination:
        """Look at all that is kept, and change nothing: the database may be of another version."""
        return examine(self._database, on_article)

    def close(self) -> None:
        """Close all connections. The next use opens the database again."""
        self.vectors.close()
        self._database.close()

    def _chat_field(self, chat: str, column: sa.Column[Any]) -> str | None:
        with self._database.reading() as connection:
            value = connection.execute(sa.select(column).where(CHATS.c.chat == chat)).scalar()
        return None if value is None else str(value)


def _vector_store(database: Database) -> VectorStore:
    return PgVectors(database) if database.is_shared else ExactVectors(database)


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
