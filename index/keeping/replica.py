"""One of several processes that share a database. Each chat is worked for by one of them alone, as
long as that one lives.

A process lives as long as a connection that it keeps open: that has a lock, which ends with it,
however it ends. There are no clocks and no leases.
"""

import secrets
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.errors import StorageError
from index.keeping.database import Database, insert_new
from index.keeping.schema import INBOX, OWNERS

_LOOK_SECONDS = 0.5
"""How soon a process that is to leave does so."""

_KEEPALIVE = {"tcp_keepalives_idle": 15, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
"""After so many seconds the server gives up a machine that is gone without a word. That is later
than a process gives up the server, so that it knows first."""

Told = Callable[[str], object]
"""Is told of a chat of its own for which another process has written something down."""

Lost = Callable[[], object]
"""Is told that the process has no chats any more: its connection has ended."""


class Replica:
    """This process, among those that share a database. Safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written, or the
    connection is lost.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id: int | None = None
        self._joining = threading.Lock()
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def join(self, told: Told, lost: Lost) -> None:
        """Be one of those who have chats, under a new name. Both are called in another thread."""
        with self._joining:
            if self._leaving.is_set():
                raise StorageError("This process has left the others.")
            name = secrets.randbits(62)
            connection = self._connect(name)
            self._id = name
            self._thread = threading.Thread(
                target=self._listen, args=(connection, told, lost), name="replica", daemon=True
            )
            self._thread.start()

    def leave(self) -> None:
        """Have no chats any more, for good: others take what waits."""
        self._leaving.set()
        with self._joining:
            if self._thread:
                self._thread.join()

    @property
    def has_joined(self) -> bool:
        """Whether this process lives for the others."""
        return self._id is not None

    def claim(self, chat: str) -> bool:
        """Whether a chat is this process's: it becomes so, unless it is that of another that lives,
        which is told then that something waits."""
        me = self._name()
        with self._database.writing() as connection:
            owner = _take(connection, chat, me)
            if owner != me:
                connection.execute(sa.select(sa.func.pg_notify(_channel(owner), chat)))
        return owner == me

    def release(self, chat: str) -> None:
        """Leave a chat to whoever gets something of it next."""
        mine = OWNERS.c.chat == chat, OWNERS.c.owner == self._name()
        with self._database.writing() as connection:
            connection.execute(OWNERS.delete().where(*mine))

    def unattended(self) -> list[tuple[str, int]]:
        """The chats and IDs of the updates that wait and are no business of another process that
        lives."""
        me = self._name()
        waiting = sa.select(INBOX.c.chat, INBOX.c.update_id, OWNERS.c.owner).where(
            INBOX.c.done.is_(False)
        )
        owned = waiting.join(OWNERS, OWNERS.c.chat == INBOX.c.chat, isouter=True)
        with self._database.reading() as connection:
            rows = connection.execute(owned.order_by(INBOX.c.update_id)).all()
            others = {row.owner for row in rows} - {me, None}
            busy = {owner for owner in others if _lives(connection, owner)}
        return [(row.chat, row.update_id) for row in rows if row.owner not in busy]

    def _connect(self, name: int) -> Any:
        """A connection that has the lock of that name, and hears what others tell it."""
        connection = self._database.lasting_connection()
        try:
            with self._database.explained_errors():
                for setting, value in _KEEPALIVE.items():
                    connection.execute("SELECT set_config(%s, %s, false)", [setting, str(value)])
                connection.execute("SELECT pg_advisory_lock(%s)", [name])
                connection.execute(f"LISTEN {_channel(name)}")
            self._tidy()
        except StorageError:
            connection.close()
            raise
        return connection

    def _name(self) -> int:
        if self._id is None:
            raise StorageError("The connection to the other processes is lost.")
        return self._id

    def _listen(self, connection: Any, told: Told, lost: Lost) -> None:
        """Pass on what others tell, until the connection ends."""
        import psycopg

        try:
            while not self._leaving.is_set():
                for notice in connection.notifies(timeout=_LOOK_SECONDS):
                    told(notice.payload)
        except psycopg.Error:
            pass
        finally:
            self._id = None
            connection.close()
        if not self._leaving.is_set():
            lost()

    def _tidy(self) -> None:
        """Forget which chats those had who live no more."""
        with self._database.writing() as connection:
            owners = connection.execute(sa.select(OWNERS.c.owner).distinct()).scalars().all()
            dead = [owner for owner in owners if not _lives(connection, owner)]
            # What others take over just now is not waited for: they would wait for each other.
            theirs = sa.select(OWNERS.c.chat).where(OWNERS.c.owner.in_(dead))
            theirs = theirs.with_for_update(skip_locked=True)
            connection.execute(OWNERS.delete().where(OWNERS.c.chat.in_(theirs)))


def _take(connection: Connection, chat: str, me: int) -> int:
    """Take a chat that is nobody's, or that of somebody who lives no more; return whose it is."""
    while True:
        connection.execute(insert_new(connection, OWNERS).values(chat=chat, owner=me))
        of_chat = OWNERS.c.chat == chat
        owner = connection.execute(sa.select(OWNERS.c.owner).where(of_chat)).scalar()
        if owner is None:  # It was released just now.
            continue
        if owner == me or _lives(connection, owner):
            return int(owner)
        taken = OWNERS.update().where(of_chat, OWNERS.c.owner == owner).values(owner=me)
        if connection.execute(taken).rowcount:
            return me


def _lives(connection: Connection, owner: int) -> bool:
    """Whether a process has its lock. Whoever looks shares it, so as not to be taken for it."""
    lock = sa.func.pg_try_advisory_xact_lock_shared(owner)
    return not connection.execute(sa.select(lock)).scalar()


def _channel(owner: int) -> str:
    return f"article_bot_{owner:x}"
