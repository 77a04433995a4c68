"""What people said of the answers they were given: the reads and writes of its table."""

import time

import sqlalchemy as sa

from index.keeping.chats import update_chat
from index.keeping.database import Database
from index.keeping.schema import FEEDBACK
from index.types import Judgement


class Feedback:
    """The judgements of all chats, in the database. Safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, chat: str, judgement: Judgement) -> None:
        """Keep a judgement, in the place of what the chat said before of the same question."""
        start, end = judgement.sentence
        question = {"chat": chat, "article": judgement.article, "question": judgement.question}
        row = {"start": start, "end": end, "helpful": judgement.helpful, "given": time.time()}
        before = (FEEDBACK.c[name] == value for name, value in question.items())
        with self._database.writing() as connection:
            update_chat(connection, chat)
            connection.execute(FEEDBACK.delete().where(*before))
            connection.execute(FEEDBACK.insert().values(**question, **row))

    def all(self) -> list[tuple[str, Judgement]]:
        """All judgements with the chats that gave them, in the order in which they were given."""
        query = sa.select(FEEDBACK).order_by(FEEDBACK.c.given)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            (
                row["chat"],
                Judgement(
                    row["article"], row["question"], (row["start"], row["end"]), row["helpful"]
                ),
            )
            for row in rows
        ]
