"""What Telegram knows about one bot: its profile, its chats, and what waits for it."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.telegram_server.accounts import person
from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.files import FileStore
from bot.telegram_server.inline import InlineAnswer, InlineQuery, inline_message_id
from bot.telegram_server.profile import Profile
from bot.telegram_server.queries import OpenQueries
from bot.telegram_server.rate_limits import RateLimits
from bot.telegram_server.types import Json
from bot.telegram_server.updates import UpdateQueue, is_meant_for_bot
from bot.telegram_server.webhook import Delivery, Webhook


@dataclass(slots=True)
class BotState:
    """`user` is the bot as a User. `changed` guards all the rest, and is notified after each call
    of the bot."""

    token: str
    username: str
    privacy_mode: bool
    inline_mode: bool = True
    guest_mode: bool = True
    inline_feedback: bool = False
    user: Json = field(init=False)
    is_logged_out: bool = False
    rate_limits: RateLimits | None = None
    profile: Profile = field(default_factory=Profile)
    chats: dict[int, Chat] = field(default_factory=dict)
    languages: dict[int, str | None] = field(default_factory=dict)
    """Those of people's apps; it is English where nothing else is said."""
    files: FileStore = field(default_factory=FileStore)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook | None = None
    webhook_proxy: str | None = None
    delivery: Delivery | None = None
    callback_queries: OpenQueries[None] = field(default_factory=lambda: OpenQueries(4_000_000_001))
    inline_queries: OpenQueries[InlineQuery] = field(
        default_factory=lambda: OpenQueries(5_000_000_001)
    )
    inline_answers: dict[str, tuple[InlineQuery, InlineAnswer]] = field(default_factory=dict)
    guest_queries: OpenQueries[tuple[Chat, Message]] = field(
        default_factory=lambda: OpenQueries(6_000_000_001)
    )
    inline_messages: dict[str, tuple[Chat, Message]] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _message_ids: Iterator[int] = field(init=False, default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.user = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Article Bot",
            "username": self.username,
        }

    @property
    def bot_id(self) -> int:
        """The bot's id."""
        user_id: int = self.user["id"]
        return user_id

    def person(self, user_id: int) -> Json:
        """A person as a User."""
        return person(user_id, self.languages.get(user_id, "en"))

    def add_chat(self, chat_id: int, chat_type: str) -> Chat:
        """A new chat, in which nobody is yet. Supergroups count their messages by themselves."""
        ids = itertools.count(1) if chat_type == "supergroup" else self._message_ids
        chat = self.chats[chat_id] = Chat(chat_id, chat_type, ids)
        return chat

    def deliver(self, chat: Chat, message: Message, update_type: str) -> None:
        """Queue an update with the message, if the bot is in the chat and privacy mode lets it."""
        if not chat.has(self.bot_id):
            return
        if not self.privacy_mode or is_meant_for_bot(chat, message, self.user):
            self.updates.add(update_type, chat.message_json(message))

    def add_inline_message(self, chat: Chat, message: Message) -> str:
        """Give the message the id by which the bot can edit it, wherever it stands."""
        message_id = inline_message_id(chat.id, message.message_id)
        message.inline_message_id = message_id
        self.inline_messages[message_id] = chat, message
        return message_id
