"""Updates of a messenger, written down before they are acknowledged: none is lost or done twice.

An update waits until its reply was delivered. What a message said is erased then; its ID stays
for a while, so that the same update is not answered again, whoever repeats it; and so does the ID
of the answer, so that it can be changed when its question is.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa

from index.keeping.database import Database, insert_new
from index.keeping.schema import ANSWERED, INBOX

REMEMBERED_SECONDS = 3 * 24 * 60 * 60
"""How long the IDs of what is done, and of answers, are kept. Telegram repeats an update for a
day."""


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it was received. `chat`: the key of what is to be worked off in order."""

    update_id: int
    chat: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The `number`th attempt to handle an update, counted from 1. `last_message`: the ID of the
    last message that was there before the first."""

    number: int
    last_message: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a message of a chat. `said` is a key of what the message said.

    `answer_id` is None if the answer has several messages. `quoted` is a key of the place in the
    chat that the answer quotes natively, if it does.
    """

    chat: str
    message_id: int
    said: str
    answer_id: int | None
    quoted: str | None = None


class Inbox:
    """The updates that wait, in the database. Safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, updates: Sequence[Received]) -> list[Received]:
        """Write updates down; return those that were not there already, waiting or done."""
        if not updates:
            return []
        now = time.time()
        with self._database.writing() as connection:
            insert = insert_new(connection, INBOX).returning(INBOX.c.update_id)
            return [
                update
                for update in updates
                if connection.execute(
                    insert.values(
                        update_id=update.update_id,
                        chat=update.chat,
                        payload=json.dumps(update.payload),
                        done=False,
                        attempts=0,
                        last_message=0,
                        changed=now,
                    )
                ).scalar()
                is not None
            ]

    def begin(self, update_id: int, last_message: int) -> Attempt:
        """Note that an update is about to be handled; return which attempt this is.

        `last_message` is the ID of the last message before its reply; the first attempt's is kept.
        """
        first = sa.case((INBOX.c.attempts == 0, last_message), else_=INBOX.c.last_message)
        begun = (
            INBOX.update()
            .where(INBOX.c.update_id == update_id, INBOX.c.done.is_(False))
            .values(attempts=INBOX.c.attempts + 1, last_message=first)
            .returning(INBOX.c.attempts, INBOX.c.last_message)
        )
        with self._database.writing() as connection:
            row = connection.execute(begun).one_or_none()
        return Attempt(*row) if row else Attempt(1, last_message)

    def is_done(self, update_id: int) -> bool:
        """Whether an update is done."""
        query = sa.select(INBOX.c.done).where(INBOX.c.update_id == update_id)
        with self._database.reading() as connection:
            return bool(connection.execute(query).scalar())

    def note(self, update_id: int, name: str, value: str) -> None:
        """Write something down beside what an update says, for whoever goes on with it."""
        payload = sa.select(INBOX.c.payload).where(
            INBOX.c.update_id == update_id, INBOX.c.done.is_(False)
        )
        with self._database.writing() as connection:
            if said := connection.execute(payload).scalar():
                noted = json.dumps(json.loads(said) | {name: value})
                connection.execute(
                    INBOX.update().where(INBOX.c.update_id == update_id).values(payload=noted)
                )

    def waiting(self, chat: str | None = None) -> list[Received]:
        """The updates that were not done, of all chats or of one, in the order of their IDs."""
        query = sa.select(INBOX).where(INBOX.c.done.is_(False)).order_by(INBOX.c.update_id)
        if chat is not None:
            query = query.where(INBOX.c.chat == chat)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
            return [
                Received(row["update_id"], row["chat"], json.loads(row["payload"])) for row in rows
            ]

    def done(self, update_ids: Sequence[int], answers: Sequence[Answered] = ()) -> None:
        """Mark updates as done, erase what they said, and keep what they were answered with.

        The IDs of long ago are forgotten.
        """
        now = time.time()
        before = now - REMEMBERED_SECONDS
        erased = {"done": True, "payload": "", "chat": "", "changed": now}
        with self._database.writing() as connection:
            connection.execute(
                INBOX.update().where(INBOX.c.update_id.in_(list(update_ids))).values(**erased)
            )
            for answer in answers:
                connection.execute(ANSWERED.delete().where(_is_to(answer.chat, answer.message_id)))
                connection.execute(ANSWERED.insert().values(**asdict(answer), sent=now))
            connection.execute(
                INBOX.delete().where(INBOX.c.done.is_(True), INBOX.c.changed < before)
            )
            connection.execute(ANSWERED.delete().where(ANSWERED.c.sent < before))

    def answer_to(self, chat: str, message_id: int) -> Answered | None:
        """The answer to a message, if it was answered lately."""
        query = sa.select(*(ANSWERED.c[field.name] for field in fields(Answered)))
        with self._database.reading() as connection:
            row = connection.execute(query.where(_is_to(chat, message_id))).mappings()
            found = row.one_or_none()
        return Answered(**found) if found else None


def _is_to(chat: str, message_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(ANSWERED.c.chat == chat, ANSWERED.c.message_id == message_id)
