"""The messages in which an article came: a cited sentence leads back to the one that says it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from index.keeping.database import Database
from index.keeping.schema import PASTED
from index.types import Article


@dataclass(frozen=True, slots=True)
class PastedMessage:
    """A message of a chat that says a part of an article: ``article.text[start:end]``.

    `offset` is where that part begins in the message, and `entities` are the marks of its text
    that a quote from it must repeat, both as the messenger counts and writes them.
    """

    message_id: int
    start: int
    end: int
    offset: int = 0
    entities: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceInChat:
    """The place of a cited sentence in a chat: `message` says `before` and then `text`, which is
    the sentence, or the longer part of one that was cut."""

    message: PastedMessage
    before: str
    text: str


def place_in_chat(
    article: Article, start: int, end: int, messages: Sequence[PastedMessage]
) -> PlaceInChat | None:
    """Where ``article.text[start:end]`` stands in the chat; None if no message says it."""
    parts = [(max(start, each.start), min(end, each.end), each) for each in messages]
    if not parts:
        return None
    start, end, message = max(parts, key=lambda part: part[1] - part[0])
    text = article.text[start:end].rstrip()
    if not text:
        return None
    return PlaceInChat(message, article.text[message.start : start], text)


class PastedMessages:
    """The messages of all chats' articles, in the database; they go with their article.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, chat: str, article_id: str, messages: Sequence[PastedMessage]) -> None:
        """Keep the messages in which an article of the chat came last, instead of those before."""
        of_article = sa.and_(PASTED.c.chat == chat, PASTED.c.id == article_id)
        with self._database.writing() as connection:
            connection.execute(PASTED.delete().where(of_article))
            for each in messages:
                connection.execute(
                    PASTED.insert().values(
                        chat=chat,
                        id=article_id,
                        message_id=each.message_id,
                        start=each.start,
                        end=each.end,
                        offset=each.offset,
                        entities=json.dumps(each.entities),
                    )
                )

    def of_article(self, chat: str, article_id: str) -> tuple[PastedMessage, ...]:
        """The messages in which an article of the chat came; none if it came otherwise."""
        query = sa.select(PASTED).where(PASTED.c.chat == chat, PASTED.c.id == article_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(PASTED.c.start)).mappings().all()
        return tuple(
            PastedMessage(
                row["message_id"],
                row["start"],
                row["end"],
                row["offset"],
                tuple(json.loads(row["entities"])),
            )
            for row in rows
        )
