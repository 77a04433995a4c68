"""Articles and vectors, kept and loaded: SQLAlchemy Core, SQLite by default.

Every chat has its own copy of its articles, so that forgetting one chat can't touch another.
A method that returns has written what it was given to the disk.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from index.errors import StorageError, first_line
from index.types import Article, Sentence, Vectors

FILE = "articles.db"

_BUSY_SECONDS = 10
"""How long a write waits for another process's."""

_AT_ONCE = 64
"""Rows of vectors in memory while those of all articles are read."""

_TABLES = sa.MetaData()
_SCHEMA = sa.Table("schema", _TABLES, sa.Column("version", sa.Integer, nullable=False))
_CHATS = sa.Table(
    "chats",
    _TABLES,
    sa.Column("chat", sa.Text, primary_key=True),
    sa.Column("current", sa.Text),
    sa.Column("last_question", sa.Text),
    sa.Column("used", sa.Float, nullable=False, index=True),
)
_ARTICLES = sa.Table(
    "articles",
    _TABLES,
    sa.Column("chat", sa.Text, sa.ForeignKey(_CHATS.c.chat, ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("site", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("published", sa.Text),
    sa.Column("sentences", sa.Integer, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("added", sa.Float, nullable=False),
    # What is long stands last: SQLite reads all that stands before what it is asked for.
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("paragraphs", sa.Text, nullable=False),
    sa.Column("pages", sa.Text, nullable=False),
    sa.Column("page_text", sa.Text, nullable=False),
    sa.Column("spans", sa.Text, nullable=False),
)
_VECTORS = sa.Table(
    "sentence_vectors",
    _TABLES,
    sa.Column("chat", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(["chat", "id"], [_ARTICLES.c.chat, _ARTICLES.c.id], ondelete="CASCADE"),
)

Migration = Callable[[Connection], None]


def _keep_sentence_vectors(connection: Connection) -> None:
    """Of the three views that had vectors, the first was that of the sentences."""
    _VECTORS.create(connection)
    columns = "chat, id, model, dimensions, data"
    connection.execute(
        sa.text(
            f"INSERT INTO sentence_vectors ({columns}) "  # noqa: S608 - no word of it from outside
            f"SELECT {columns} FROM vectors WHERE view = 0"
        )
    )
    connection.execute(sa.text("DROP TABLE vectors"))


MIGRATIONS: tuple[Migration, ...] = (_keep_sentence_vectors,)
"""From version 1 of the tables to 2, to 3 and so on. A new database has the tables as above."""

_LISTED = ("id", "title", "site", "published", "url", "sentences", "bytes", "added")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a list of articles shows. `bytes`: of its text in UTF-8; `added`: Unix time."""

    id: str
    title: str
    site: str | None
    published: str | None
    url: str | None
    sentences: int
    bytes: int
    added: float


@dataclass(frozen=True, slots=True)
class Stored:
    """An article with its sentences and, if they are of the model asked for, their vectors:
    shape (sentences, dimensions)."""

    article: Article
    sentences: tuple[Sentence, ...]
    vectors: Vectors | None


class Store:
    """A database of all chats' articles. Opened when it is first used; safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, url: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """`url`: as SQLAlchemy has it; `sqlite://` keeps everything in memory."""
        try:
            self._url = sa.make_url(url)
        except sa.exc.ArgumentError:  # Its text may hold a password, so it isn't told.
            raise StorageError("That is no address of a database.") from None
        self._migrations = migrations
        self._opened: Engine | None = None
        self._opening = threading.Lock()
        # SQLite has one writer at a time, and lets those who wait try at random.
        self._turn = threading.Lock()

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
        with self._writing() as connection:
            _use(connection, chat, current=article.id, last_question=None)
            if _of(connection, chat, article.id) is not None:
                return
            connection.execute(_ARTICLES.insert().values(chat=chat, **_row_of(article, sentences)))
            _insert_vectors(connection, chat, article.id, vectors, model)

    def articles(self, chat: str) -> tuple[Kept, ...]:
        """The chat's articles, in the order in which they were added."""
        columns = [_ARTICLES.c[name] for name in _LISTED]
        query = sa.select(*columns).where(_ARTICLES.c.chat == chat)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_ARTICLES.c.added, _ARTICLES.c.id)).mappings()
            return tuple(Kept(**row) for row in rows)

    def load(self, chat: str, article_id: str, model: str) -> Stored | None:
        """An article of the chat; None if it has no such. `vectors` only if they are `model`'s."""
        query = sa.select(_VECTORS.c.dimensions, _VECTORS.c.data).where(
            _VECTORS.c.chat == chat, _VECTORS.c.id == article_id, _VECTORS.c.model == model
        )
        with self._reading() as connection:
            row = _of(connection, chat, article_id)
            if row is None:
                return None
            found = connection.execute(query).one_or_none()
            article = _article_of(row)
            return Stored(article, _sentences_of(row, article), found and _vectors_of(*found))

    def vectors(self, chat: str, model: str) -> Iterator[tuple[str, Vectors]]:
        """The vectors of each of the chat's articles, with the article's id.

        To be read to the end. What is of another model is left out.
        """
        columns = sa.select(_VECTORS.c.id, _VECTORS.c.dimensions, _VECTORS.c.data)
        query = columns.where(_VECTORS.c.chat == chat, _VECTORS.c.model == model)
        with self._reading() as connection:
            rows = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
            for article_id, dimensions, data in rows:
                yield article_id, _vectors_of(dimensions, data)

    def replace_vectors(
        self,
        chat: str,
        article_id: str,
        sentences: Sequence[Sentence],
        vectors: Vectors,
        model: str,
    ) -> None:
        """Put another model's vectors in the place of an article's, with what they are of."""
        of = sa.and_(_VECTORS.c.chat == chat, _VECTORS.c.id == article_id)
        article = sa.and_(_ARTICLES.c.chat == chat, _ARTICLES.c.id == article_id)
        with self._writing() as connection:
            change = _ARTICLES.update().where(article).values(**_spans_of(sentences))
            if connection.execute(change).rowcount:
                connection.execute(_VECTORS.delete().where(of))
                _insert_vectors(connection, chat, article_id, vectors, model)

    def current(self, chat: str) -> str | None:
        """The id of the chat's current article, if it has one."""
        return self._of_chat(chat, _CHATS.c.current)

    def set_current(self, chat: str, article_id: str) -> bool:
        """Make another article current, without a last question. False: there is no such."""
        with self._writing() as connection:
            found = _of(connection, chat, article_id) is not None
            if found:
                _use(connection, chat, current=article_id, last_question=None)
        return found

    def last_question(self, chat: str) -> str | None:
        """What was asked last of the current article."""
        return self._of_chat(chat, _CHATS.c.last_question)

    def set_last_question(self, chat: str, question: str | None) -> None:
        """Remember what was asked last."""
        with self._writing() as connection:
            _use(connection, chat, last_question=question)

    def remove(self, chat: str, article_id: str) -> None:
        """Remove an article for good. Was it current, then the latest of the others is."""
        of = sa.and_(_ARTICLES.c.chat == chat, _ARTICLES.c.id == article_id)
        left = sa.select(_ARTICLES.c.id).where(_ARTICLES.c.chat == chat)
        latest = left.order_by(_ARTICLES.c.added.desc(), _ARTICLES.c.id.desc()).limit(1)
        with self._writing() as connection:
            connection.execute(_ARTICLES.delete().where(of))
            connection.execute(
                _CHATS.update()
                .where(_CHATS.c.chat == chat, _CHATS.c.current == article_id)
                .values(current=latest.scalar_subquery(), last_question=None)
            )
        self._leave_nothing_behind()

    def forget(self, chat: str) -> None:
        """Remove all that is kept of a chat, so that none of its words stays in the files."""
        with self._writing() as connection:
            connection.execute(_CHATS.delete().where(_CHATS.c.chat == chat))
        self._leave_nothing_behind()

    def expire(self, before: float) -> int:
        """Forget the chats that nobody used since `before` (Unix time); returns how many."""
        with self._writing() as connection:
            found = connection.execute(_CHATS.delete().where(_CHATS.c.used < before))
        if found.rowcount:
            self._leave_nothing_behind()
        return found.rowcount

    def close(self) -> None:
        """Close all connections. The next use opens the database again."""
        if self._opened is not None:
            self._opened.dispose()

    @property
    def _where(self) -> str:
        return self._url.database or "The database in memory"

    @property
    def _engine(self) -> Engine:
        """Opened, with the tables of this version."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> Engine:
        with self._told():
            engine = _sqlite(self._url) if _is_sqlite(self._url) else _other(self._url)
            try:
                with (
                    engine.connect().execution_options(writes=True) as connection,
                    connection.begin(),
                ):
                    self._migrate(connection)
                # Killed while it deleted, the program has left the words in the log.
                _empty_log(engine)
            except BaseException:
                engine.dispose()
                raise
            return engine

    def _migrate(self, connection: Connection) -> None:
        version, newest = _version(connection), 1 + len(self._migrations)
        if version > newest:
            raise StorageError(
                f"{self._where} was written by a newer version of this program. Use that one, or "
                "set ARTICLE_BOT_DATA_DIR to another folder."
            )
        if version == newest:
            return
        if version == 0:
            _TABLES.create_all(connection)
        for step in self._migrations[version - 1 :] if version else ():
            step(connection)
        connection.execute(_SCHEMA.delete())
        connection.execute(_SCHEMA.insert().values(version=newest))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        engine = self._engine
        with (
            self._turn,
            self._told(),
            engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self._engine
        with self._told(), engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database in words of our own."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, ImportError, OSError, ValueError) as error:
            raise StorageError(f"{self._where}: {_reason(error)}") from error

    def _of_chat(self, chat: str, column: sa.Column[Any]) -> str | None:
        with self._reading() as connection:
            found = connection.execute(sa.select(column).where(_CHATS.c.chat == chat)).scalar()
        return None if found is None else str(found)

    def _leave_nothing_behind(self) -> None:
        engine = self._engine
        with self._turn, self._told():
            emptied = _empty_log(engine)
        if not emptied:
            raise StorageError(
                f"{self._where}: another program is reading it, so traces of what was deleted "
                "may be left. Try again in a moment."
            )


def _version(connection: Connection) -> int:
    """Of the tables, counted from 1; 0 of a new database."""
    if not sa.inspect(connection).has_table(_SCHEMA.name):
        return 0
    return int(connection.execute(sa.select(_SCHEMA.c.version)).scalar_one())


def _is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _empty_log(engine: Engine) -> bool:
    """SQLite keeps what was deleted in its log until that is written back and cut.

    Returns whether that could be done: it can't while another program reads.
    """
    if not _is_sqlite(engine.url):
        return True
    with engine.connect() as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()


def _other(url: sa.URL) -> Engine:
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)


def _sqlite(url: sa.URL) -> Engine:
    """An engine that writes ahead, checks keys, overwrites what is deleted, waits its turn."""
    arguments: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}}
    if url.database:
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    else:  # One connection, one thread after the other: in memory each would be another database.
        arguments["connect_args"]["check_same_thread"] = False
        arguments |= {"poolclass": sa.pool.QueuePool, "pool_size": 1, "max_overflow": 0}
    # An error's traceback, which is logged, would tell what is kept.
    engine = sa.create_engine(url, hide_parameters=True, **arguments)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late and leave out the schema.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that becomes a writer can't wait for another one; so writers say so at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


_REASONS = {
    "disk is full": "the disk is full. Make some room on it.",
    "No space left": "the disk is full. Make some room on it.",
    "disk I/O error": "the disk can't be read or written. Check it, and whether it has room.",
    "readonly": "it can't be written. Check the permissions of the file and its folder.",
    "unable to open": "it can't be opened. Check that the folder may be written.",
    "Permission denied": "it can't be opened. Check that the folder may be written.",
    "locked": "another program keeps it locked. Try again in a moment.",
    "malformed": "the file is damaged. Move it away to start anew.",
    "not a database": "that file is no database of this program. Move it away to start anew.",
}


def _reason(error: Exception) -> str:
    text = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
    known = (told for said, told in _REASONS.items() if said in text)
    return next(known, f"it can't be used ({first_line(Exception(text))}).")


def _use(connection: Connection, chat: str, **values: str | None) -> None:
    """Set fields of a chat, and that it was used now. It is made if need be."""
    values_now: dict[str, Any] = {**values, "used": time.time()}
    change = _CHATS.update().where(_CHATS.c.chat == chat).values(**values_now)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(_CHATS.insert().values(chat=chat, **values_now))
    except sa.exc.IntegrityError:  # Another program has made it just now.
        connection.execute(change)


def _of(connection: Connection, chat: str, article_id: str) -> RowMapping | None:
    of = sa.and_(_ARTICLES.c.chat == chat, _ARTICLES.c.id == article_id)
    return connection.execute(sa.select(_ARTICLES).where(of)).mappings().one_or_none()


def _insert_vectors(
    connection: Connection, chat: str, article_id: str, vectors: Vectors, model: str
) -> None:
    connection.execute(
        _VECTORS.insert().values(
            chat=chat,
            id=article_id,
            model=model,
            dimensions=vectors.shape[1],
            data=np.ascontiguousarray(vectors, dtype="<f4").tobytes(),
        )
    )


def _row_of(article: Article, sentences: Sequence[Sentence]) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "paragraphs": json.dumps(article.paragraphs),
        "language": article.language,
        "url": article.url,
        "site": article.site,
        "author": article.author,
        "published": article.published,
        "pages": json.dumps(article.pages),
        "page_text": article.page_text,
        "bytes": len(article.text.encode()),
        "added": time.time(),
        **_spans_of(sentences),
    }


def _spans_of(sentences: Sequence[Sentence]) -> dict[str, Any]:
    spans = [(sentence.paragraph, sentence.start, sentence.end) for sentence in sentences]
    return {"sentences": len(sentences), "spans": json.dumps(spans)}


def _vectors_of(dimensions: int, data: bytes) -> Vectors:
    return np.frombuffer(data, dtype="<f4").reshape(-1, dimensions)


def _article_of(row: RowMapping) -> Article:
    return Article(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        paragraphs=tuple((start, end) for start, end in json.loads(row["paragraphs"])),
        language=row["language"],
        url=row["url"],
        site=row["site"],
        author=row["author"],
        published=row["published"],
        pages=tuple(json.loads(row["pages"])),
        page_text=row["page_text"],
    )


def _sentences_of(row: RowMapping, article: Article) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(number, paragraph, start, end, article.text[start:end])
        for number, (paragraph, start, end) in enumerate(json.loads(row["spans"]), start=1)
    )
