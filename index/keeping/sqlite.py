"""Functions that only SQLite needs: the file and its permissions, a write-ahead log, and deleting
for good."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_BUSY_SECONDS = 10
"""How long a write waits for another process's write."""

_INCREMENTAL = 2
"""Free pages are given back when they are asked for."""


def is_sqlite(url: sa.URL) -> bool:
    """Whether an address is that of an SQLite database, in a file or in memory."""
    return url.get_backend_name() == "sqlite"


def sqlite_engine(url: sa.URL) -> Engine:
    """Make an engine with a write-ahead log, foreign keys, overwriting of deleted data, and waiting
    for other writers. The file is readable for its owner only."""
    arguments: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}}
    if url.database:
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    else:  # One connection for all threads: in memory, each would be a database of its own.
        arguments["connect_args"]["check_same_thread"] = False
        arguments |= {"poolclass": sa.pool.QueuePool, "pool_size": 1, "max_overflow": 0}
    # The traceback of an error is logged; it must not show the values that are kept.
    engine = sa.create_engine(url, hide_parameters=True, **arguments)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # Before the first page is written; in a database that is there, at its next VACUUM. To set
        # it waits for whoever writes, even if it is so already.
        if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
            connection.execute(f"PRAGMA auto_vacuum={_INCREMENTAL}")

    _configure(
        engine, "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL"
    )
    return engine


def read_only_engine(url: sa.URL) -> Engine | None:
    """Make an engine for a file that is as it was left, by a program that closed it, and that
    nobody can change; None if it isn't.

    Otherwise SQLite needs to write beside a file, even to read it.
    """
    path = Path(url.database or "")
    log = path.with_name(f"{path.name}-wal")
    with contextlib.suppress(OSError):
        if not path.is_file() or (log.exists() and log.stat().st_size):
            return None
        address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False),
        )
        _configure(engine)
        return engine
    return None


def engine_as_it_is(url: sa.URL) -> Engine | None:
    """Make an engine for a file that is neither made nor changed by its being opened; None if there
    is none."""
    path = Path(url.database or "")
    if not path.exists():
        return None
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    engine = sa.create_engine(
        url, hide_parameters=True, creator=lambda: sqlite3.connect(address, uri=True)
    )
    _configure(engine)
    return engine


def unshared_engine(path: Path) -> Engine:
    """Make an engine for a file that nobody else uses, and that is worth nothing if the work on it
    is not finished: it has no log."""
    # Made of parts, since a path may hold special characters.
    url = sa.URL.create("sqlite", database=str(path))
    engine = sa.create_engine(url, hide_parameters=True)
    _configure(engine, "journal_mode=OFF", "synchronous=OFF", "foreign_keys=ON")
    return engine


def _configure(engine: Engine, *pragmas: str) -> None:
    """Set up each connection of an engine, and how it begins a transaction."""

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late and leave out changes of the schema.
        connection.isolation_level = None
        # A damaged text must not keep the sound ones beside it from being read.
        connection.text_factory = lambda data: data.decode(errors="replace")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that has read can't wait for a writer when it starts to write; so one that
        # will write takes the lock at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def erase_deleted(engine: Engine, wait_seconds: float) -> bool:
    """Give free pages back, and write the log into the database and truncate it: until then it
    keeps deleted data.

    Return whether that was possible; it isn't while another program reads for longer than that.
    """
    if not engine.url.database:
        return True
    try:
        with contextlib.closing(engine.raw_connection()) as pooled:
            return _erase(pooled, wait_seconds)
    except (sqlite3.Error, sa.exc.SQLAlchemyError):
        return False


def _erase(pooled: sa.PoolProxiedConnection, wait_seconds: float) -> bool:
    cursor = pooled.cursor()
    cursor.execute(f"PRAGMA busy_timeout={round(1000 * wait_seconds)}")
    try:
        with contextlib.suppress(sqlite3.Error):  # There is no room to move them, or it is locked.
            # Each of its steps gives a page back, and `execute` takes one step alone.
            cursor.executescript("PRAGMA incremental_vacuum")
        return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        cursor.execute(f"PRAGMA busy_timeout={round(1000 * _BUSY_SECONDS)}")


def give_pages_back_from_now_on(engine: Engine) -> None:
    """Have an older database's file shrink when something is deleted, as that of a new one does.

    It is written anew for that. Where it can't be, free pages are kept for what comes.
    """
    with contextlib.suppress(sqlite3.Error), contextlib.closing(engine.raw_connection()) as pooled:
        cursor = pooled.cursor()
        if cursor.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
            cursor.execute("VACUUM")
