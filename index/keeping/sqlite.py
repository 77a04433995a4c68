"""SQLite's own ways: a file and its permissions, writing ahead, and deleting for good."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_BUSY_SECONDS = 10
"""How long a write waits for another process's."""


def is_sqlite(url: sa.URL) -> bool:
    """Whether an address is that of an SQLite file or of memory."""
    return url.get_backend_name() == "sqlite"


def sqlite_engine(url: sa.URL) -> Engine:
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


def truncate_log(engine: Engine) -> bool:
    """Write the log back and cut it: until then it keeps what was deleted.

    Returns whether that could be done: it can't while another program reads.
    """
    with engine.connect() as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
