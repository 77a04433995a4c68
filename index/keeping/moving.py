"""All that is kept of a chat, under another key."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.keeping.schema import ANSWERED, ARTICLES, CHATS, FEEDBACK, QUESTIONS, SHARES, VECTORS

_KEYS = {
    SHARES: ("id",),
    FEEDBACK: ("article", "question"),
    QUESTIONS: ("article", "question"),
}
"""Tables -> what beside the chat may be there only once. Not among them: what names messages by
their IDs, which another chat counts anew."""


def move(connection: Connection, chat: str, new_chat: str) -> None:
    """Give a chat another key. What the new one has already stays as it is there."""
    if chat == new_chat or not _has(connection, chat):
        return
    _move_chat(connection, chat, new_chat)
    _move_articles(connection, chat, new_chat)
    for table, key in _KEYS.items():
        there = table.alias()
        known = sa.exists().where(
            there.c.chat == new_chat, *(there.c[name] == table.c[name] for name in key)
        )
        rows = table.update().where(table.c.chat == chat, ~known)
        connection.execute(rows.values(chat=new_chat))
    for left in (CHATS, ANSWERED):
        connection.execute(left.delete().where(left.c.chat == chat))


def _has(connection: Connection, chat: str) -> bool:
    found = connection.execute(sa.select(CHATS.c.chat).where(CHATS.c.chat == chat))
    return found.one_or_none() is not None


def _move_chat(connection: Connection, chat: str, new_chat: str) -> None:
    """Make the new chat, or give it what it has not chosen yet."""
    copied = {name: column for name, column in CHATS.c.items() if name != "chat"}
    if not _has(connection, new_chat):
        row = sa.select(sa.literal(new_chat), *copied.values()).where(CHATS.c.chat == chat)
        connection.execute(CHATS.insert().from_select(["chat", *copied], row))
        return
    old, new = (
        connection.execute(sa.select(CHATS).where(CHATS.c.chat == key)).mappings().one()
        for key in (chat, new_chat)
    )
    chosen = {name: new[name] if new[name] is not None else old[name] for name in copied}
    # The last question is one about the current article.
    chosen["last_question"] = (old if new["current"] is None else new)["last_question"]
    connection.execute(CHATS.update().where(CHATS.c.chat == new_chat).values(**chosen))


def _move_articles(connection: Connection, chat: str, new_chat: str) -> None:
    """Copy the articles and their vectors, to which other tables refer by their chat. The old ones
    go with theirs."""
    for table in (ARTICLES, VECTORS):
        copied = {name: column for name, column in table.c.items() if name != "chat"}
        there = table.alias()
        known = sa.exists().where(there.c.chat == new_chat, there.c.id == table.c.id)
        rows = sa.select(sa.literal(new_chat), *copied.values()).where(table.c.chat == chat, ~known)
        connection.execute(table.insert().from_select(["chat", *copied], rows))
