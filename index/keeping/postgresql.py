"""Functions that only PostgreSQL needs: its driver, its connections, and words for its errors."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from index.errors import StorageBusy, StorageError, StorageReadOnly

_DRIVER = "postgresql+psycopg"

_CONNECTIONS, _MORE_CONNECTIONS = 5, 10
"""Connections that a process keeps, and those that it adds while many of its threads want one."""

_LINK: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A server that is gone without a word is given up after some ten seconds."""

REASONS: dict[str, tuple[type[StorageError], str]] = {
    "password": (
        StorageError,
        "it refuses the user or the password. Check ARTICLE_BOT_DATABASE.",
    ),
    "permission denied": (StorageReadOnly, "its user may not write there. GRANT them that."),
    'role "': (StorageError, "it knows no such user. Check ARTICLE_BOT_DATABASE."),
    'database "': (
        StorageError,
        "the server has no such database. Make it with createdb, or check ARTICLE_BOT_DATABASE.",
    ),
    "too many clients": (StorageBusy, "the server takes no more connections. Try again later."),
    "connection slots": (StorageBusy, "the server takes no more connections. Try again later."),
    "deadlock": (StorageBusy, "another program wrote the same just now. Try again."),
    "could not serialize": (StorageBusy, "another program wrote the same just now. Try again."),
    "recovery mode": (StorageBusy, "the server is starting. Try again in a moment."),
    "starting up": (StorageBusy, "the server is starting. Try again in a moment."),
    "shutting down": (StorageBusy, "the server is being stopped. Try again when it is back."),
    "connection": (StorageError, "its server can't be reached. Is it running?"),
    "resolve host": (StorageError, "its server can't be found. Check ARTICLE_BOT_DATABASE."),
}
"""As those of `index.keeping.database`: a part of an error's text -> what is raised instead."""


def is_postgresql(url: sa.URL) -> bool:
    """Whether an address is that of a PostgreSQL database."""
    return url.get_backend_name() == "postgresql"


def postgresql_engine(url: sa.URL) -> Engine:
    """Make an engine whose connections are tried before they are used: a server may have been
    started anew.

    Raises:
        StorageError: its driver is not installed.
    """
    try:
        return sa.create_engine(
            url.set(drivername=_DRIVER),
            connect_args=_LINK,
            # The traceback of an error is logged; it must not show the values that are kept.
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
        )
    except ImportError:
        raise StorageError(
            'PostgreSQL needs psycopg: pip install "article-bot[postgresql]"'
        ) from None
