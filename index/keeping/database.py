"""A database's address -> transactions, whose errors are explained in our own words."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from index.errors import (
    StorageBusy,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageReadOnly,
    first_line,
)
from index.keeping.erasing import Erasing
from index.keeping.postgresql import REASONS, is_postgresql, postgresql_engine
from index.keeping.schema import MIGRATIONS, Migration, is_newest, migrate
from index.keeping.sqlite import (
    engine_as_it_is,
    erase_deleted,
    give_pages_back_from_now_on,
    is_sqlite,
    read_only_engine,
    sqlite_engine,
)

_ERASING_SECONDS = 1.0
"""How long erasing waits for others that read, before it is done later."""

_REASONS: dict[str, tuple[type[StorageError], str]] = {
    "disk is full": (StorageFull, "the disk is full. Make some room on it."),
    "No space left": (StorageFull, "the disk is full. Make some room on it."),
    "disk I/O error": (
        StorageError,
        "the disk can't be read or written. Check it, and whether it has room.",
    ),
    "readonly": (
        StorageReadOnly,
        "it can't be written. Check the permissions of the file and its folder.",
    ),
    "read-only": (StorageReadOnly, "it can't be written. Check the permissions of its user."),
    "unable to open": (
        StorageReadOnly,
        "it can't be opened. Check that the folder may be written.",
    ),
    "Permission denied": (
        StorageReadOnly,
        "it can't be opened. Check that the folder may be written.",
    ),
    "locked": (StorageBusy, "another program keeps it locked. Try again in a moment."),
    "malformed": (StorageDamaged, "the file is damaged. Move it away to start anew."),
    "not a database": (
        StorageDamaged,
        "that file is no database of this program. Move it away to start anew.",
    ),
}
"""A part of the database's own error message -> the error that is raised instead, and its words."""


class Database:
    """A database that is opened, with the tables of this version, when it is first used.

    Where it can't be written, what is there can be read.
    Safe to use from several threads. Every method raises `StorageError` if the database can't be
    opened, read or written.
    """

    def __init__(self, url: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """`url` is an address of SQLite or PostgreSQL; `sqlite://` keeps everything in memory."""
        try:
            self._url = sa.make_url(url)
        except (sa.exc.ArgumentError, ValueError):  # Its text may hold a password.
            raise StorageError("That is no address of a database.") from None
        if not (is_sqlite(self._url) or is_postgresql(self._url)):
            raise StorageError("That is no address of an SQLite or PostgreSQL database.")
        self._migrations = migrations
        self._engine: Engine | None = None
        self._is_read_only = False
        self._opening = threading.Lock()
        # SQLite has one writer at a time, and waiting writers retry at random: they queue here.
        self._writer = nullcontext() if self.is_shared else threading.Lock()
        self._erasing = Erasing(self._erase)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; its changes are on the disk when the block ends."""
        engine = self._open(to_write=True)
        with (
            self._writer,
            self.explained_errors(),
            engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        engine = self._open()
        with self.explained_errors(), engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def without_transaction(self) -> Iterator[Connection]:
        """Open a connection of which each statement is a transaction by itself."""
        engine = self._open(to_write=True)
        with self.explained_errors(), engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def explained_errors(self) -> Iterator[None]:
        """Raise errors of the database in our own words."""
        try:
            yield
        except StorageError:
            raise
        except Exception as error:
            if not isinstance(error, self._explainable):
                raise
            reasons = _REASONS | REASONS if self.is_shared else _REASONS
            raise _explained(error, self._name, reasons) from error

    @property
    def _explainable(self) -> tuple[type[Exception], ...]:
        """The errors that are raised anew in our own words."""
        errors = (sa.exc.SQLAlchemyError, ImportError, OSError, ValueError)
        if not self.is_shared:
            return errors
        import psycopg  # Where a connection is its own, nothing stands before its errors.

        return (*errors, psycopg.Error)

    @property
    def is_shared(self) -> bool:
        """Whether several machines may use it at once."""
        return is_postgresql(self._url)

    def lasting_connection(self) -> Any:
        """A connection of a shared database's driver, which stays open until it is closed, and
        where every statement is a transaction."""
        engine = self._open()
        with self.explained_errors():
            pooled = engine.raw_connection()
            connection: Any = pooled.driver_connection
            pooled.detach()
            connection.autocommit = True
        return connection

    def erase_deleted(self) -> None:
        """Erase deleted data from the database's files, so that none of it can be recovered: now,
        or as soon as no other program reads them."""
        self._open()
        self._erasing.begin(_ERASING_SECONDS)

    @property
    def has_traces(self) -> bool:
        """Whether deleted data may be left in the files, until it is erased."""
        return self._erasing.is_pending

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and sees the database as it is now, whatever others
        write until it ends."""
        engine = self._open()
        # SQLite's transactions are like that anyway.
        level = {} if is_sqlite(engine.url) else {"isolation_level": "REPEATABLE READ"}
        with (
            self.explained_errors(),
            engine.connect().execution_options(**level) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def as_it_is(self) -> Iterator[Connection | None]:
        """Open a transaction that reads a database of whatever version, and leaves it so. None:
        there is no database yet."""
        engine = engine_as_it_is(self._url) if is_sqlite(self._url) else _engine(self._url)
        if engine is None:
            yield None
            return
        try:
            with self.explained_errors(), engine.connect() as connection, connection.begin():
                yield connection
        finally:
            engine.dispose()

    def close(self) -> None:
        """Close all connections. The next use opens the database again."""
        self._erasing.stop()
        self._erasing = Erasing(self._erase)
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @property
    def _name(self) -> str:
        """What the database is called where its errors are told: nothing of it is secret."""
        if not self.is_shared:
            return self._url.database or "The database in memory"
        place = f" at {self._url.host}" if self._url.host else ""
        return f"The database {self._url.database}{place}"

    def _open(self, *, to_write: bool = False) -> Engine:
        with self._opening:
            if self._engine is None or (to_write and self._is_read_only):
                self._replace_engine(to_write)
            assert self._engine is not None  # noqa: S101 - or opening has failed
            return self._engine

    def _replace_engine(self, to_write: bool) -> None:
        """Open the database; if that needs to write and can't, as it was left, to read it alone."""
        before = self._engine
        try:
            with self.explained_errors():
                self._engine = self._opened(_engine(self._url))
            self._is_read_only = False
        except StorageBusy:  # It may be read in a moment, and is not as it was left.
            raise
        except StorageError:
            left = None if to_write else self._opened_as_left()
            if left is None:
                raise
            self._engine, self._is_read_only = left, True
            return
        if before is not None:
            before.dispose()
        # If the program was killed while it deleted, the words are still in the log.
        self._erasing.begin(0)

    def _opened(self, engine: Engine) -> Engine:
        """An engine whose database has the tables of this version."""
        try:
            with engine.connect() as connection, connection.begin():
                if is_newest(connection, self._migrations):
                    return engine
            with (
                engine.connect().execution_options(writes=True) as connection,
                connection.begin(),
            ):
                is_older = migrate(connection, self._migrations, self._name)
            if is_older and is_sqlite(engine.url):
                give_pages_back_from_now_on(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _opened_as_left(self) -> Engine | None:
        """The same, of files that can be read and nothing more; None if they can't."""
        engine = read_only_engine(self._url) if is_sqlite(self._url) else None
        with suppress(sa.exc.SQLAlchemyError, StorageError):
            return engine and self._opened(engine)
        return None

    def _erase(self, wait_seconds: float) -> bool:
        """Erase deleted data; return whether that was possible.

        Only SQLite has a log that is ours to truncate; for other databases there is nothing to do.
        """
        engine = self._engine
        if engine is None or not is_sqlite(engine.url):
            return True
        with self._writer:
            return erase_deleted(engine, wait_seconds)


def insert_new(connection: Connection, table: sa.Table) -> Any:
    """An insert that leaves out the rows whose keys are there already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _engine(url: sa.URL) -> Engine:
    return sqlite_engine(url) if is_sqlite(url) else postgresql_engine(url)


def _explained(
    error: Exception, database: str, reasons: Mapping[str, tuple[type[StorageError], str]]
) -> StorageError:
    """An error in our own words; `database` is its name."""
    text = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
    unknown = StorageError, f"it can't be used ({first_line(Exception(text))})."
    kind, reason = next((known for part, known in reasons.items() if part in text), unknown)
    return kind(f"{database}: {reason}")
