"""What Telegram knows about one bot: its profile, its chats, and what waits for it."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.files import FileStore
from bot.telegram_server.types import Json
from bot.telegram_server.updates import UpdateQueue, is_meant_for_bot

FIRST_CALLBACK_QUERY_ID = 4_000_000_001


@dataclass(slots=True)
class BotState:
    """`user` is the bot as a User. `changed` guards all the rest, and is notified after each call
    of the bot."""

    token: str
    username: str
    privacy_mode: bool
    user: Json = field(init=False)
    is_logged_out: bool = False
    commands: list[Json] = field(default_factory=list)
    commands_by_scope: dict[str, list[Json]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    message_ids: Iterator[int] = field(init=False, default_factory=lambda: itertools.count(1))
    files: FileStore = field(default_factory=FileStore)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    open_callback_queries: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _callback_query_ids: Iterator[int] = field(
        init=False, default_factory=lambda: itertools.count(FIRST_CALLBACK_QUERY_ID)
    )

    def __post_init__(self) -> None:
        self.user = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Article Bot",
            "username": self.username,
        }

    def deliver(self, chat: Chat, message: Message, update_type: str) -> None:
        """Queue an update with the message, if privacy mode lets the bot have it."""
        if not self.privacy_mode or is_meant_for_bot(chat, message, self.username):
            self.updates.add(update_type, chat.message_json(message))

    def open_callback_query(self) -> str:
        """The id of a new callback query, which the bot may answer once."""
        query_id = str(next(self._callback_query_ids))
        self.open_callback_queries.add(query_id)
        return query_id
