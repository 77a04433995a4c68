"""Functions that only SQLite needs: the file and its permissions, a write-ahead log, and deleting
for good."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_BUSY_SECONDS = 10
"""How long a write waits for another process's write."""


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
    def _configure(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late and leave out changes of the schema.
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
        # A transaction that has read can't wait for a writer when it starts to write; so one that
        # will write takes the lock at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def truncate_log(engine: Engine) -> bool:
    """Write the log back into the database and truncate it: until then it keeps deleted data.

    Return whether that was possible; it isn't while another program reads.
    """
    with engine.connect() as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
