"""The row of a chat, to which all that is kept of it belongs."""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.keeping.schema import CHATS


def update_chat(connection: Connection, chat: str, **values: str | bool | None) -> None:
    """Set fields of a chat, and mark it as used now. The chat is made if need be."""
    columns: dict[str, Any] = {**values, "used": time.time()}
    update = CHATS.update().where(CHATS.c.chat == chat).values(**columns)
    if connection.execute(update).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(CHATS.insert().values(chat=chat, **columns))
    except sa.exc.IntegrityError:  # Another program has made it just now.
        connection.execute(update)
