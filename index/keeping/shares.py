"""Articles that other chats may open, each by a token that nobody can guess.

Sharing ends with the article: where it is removed, or its chat is forgotten.
"""

import re
import secrets

import sqlalchemy as sa

from index.keeping.database import Database
from index.keeping.schema import SHARES

_BYTES = 16
"""Random bytes of a token: more than anybody could try."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
"""The form of a token: 16 bytes in base64, for addresses."""


def is_token(text: str) -> bool:
    """Whether a text has the form of a token, whatever it opens."""
    return _TOKEN.fullmatch(text) is not None


class Shares:
    """Which articles are shared, in the database. Safe in many threads.

    Every method raises `StorageError`: the database can't be opened, read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, chat: str, article_id: str) -> str | None:
        """The token of a chat's article, always the same while it is shared; None: the chat has no
        such article."""
        query = sa.select(SHARES.c.token).where(_is_article(chat, article_id))
        with self._database.writing() as connection:
            token = connection.execute(query).scalar()
            if token is None:
                row = {"token": secrets.token_urlsafe(_BYTES), "chat": chat, "id": article_id}
                try:
                    with connection.begin_nested():
                        connection.execute(SHARES.insert().values(**row))
                except sa.exc.IntegrityError:  # No such article, or another program was faster.
                    pass
                token = connection.execute(query).scalar()
        return None if token is None else str(token)

    def end(self, chat: str, article_id: str) -> bool:
        """End the sharing of an article, for good: its token opens nothing any more. False: it was
        not shared."""
        with self._database.writing() as connection:
            ended = connection.execute(SHARES.delete().where(_is_article(chat, article_id)))
        return ended.rowcount > 0

    def find(self, token: str) -> tuple[str, str] | None:
        """The chat and the ID of the article that a token opens, or None."""
        query = sa.select(SHARES.c.chat, SHARES.c.id).where(SHARES.c.token == token)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return row and (row.chat, row.id)


def _is_article(chat: str, article_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(SHARES.c.chat == chat, SHARES.c.id == article_id)
