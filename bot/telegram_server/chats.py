"""Chats and the messages in them, and the Chat and Message objects that a bot gets of them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.telegram_server.entities import FormattedText
from bot.telegram_server.types import Json


@dataclass(slots=True)
class Message:
    """`source` is the text as the bot gave it, before its parsing."""

    message_id: int
    sender: Json
    date: int
    content: FormattedText
    source: str = ""
    parse_mode: str | None = None
    reply_markup: Json | None = None
    reply_to: int | None = None
    quote: Json | None = None
    thread_id: int | None = None
    document: Json | None = None
    edit_date: int | None = None
    forward_origin: Json | None = None

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The rows of buttons under the message."""
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(slots=True)
class Chat:
    """One chat, the messages in it, and whether the bot may write there."""

    id: int
    type: str
    message_ids: Iterator[int]
    """Private chats and small groups count their messages together."""
    messages: dict[int, Message] = field(default_factory=dict)
    thread_ids: set[int] = field(default_factory=set)
    is_blocked: bool = False

    def as_json(self) -> Json:
        """The Chat object."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            return chat | {"first_name": f"User {self.id}"}
        forum = {"is_forum": True} if self.thread_ids else {}
        return chat | {"title": f"Group {self.id}"} | forum

    def add_message(self, sender: Json, content: FormattedText) -> Message:
        """Add a message of a sender with the next id."""
        message = Message(next(self.message_ids), sender, int(time.time()), content)
        self.messages[message.message_id] = message
        return message

    def replied_message(self, message: Message) -> Message | None:
        """The message that it replies to, if that is still there."""
        return self.messages.get(message.reply_to or 0)

    def message_json(self, message: Message) -> Json:
        """The Message object."""
        replied = self.replied_message(message)
        if replied is None:
            return self._message_json_without_reply(message)
        # As in Telegram, the message replied to comes without the one that it replies to.
        reply = {"reply_to_message": self._message_json_without_reply(replied)}
        quote = {"quote": message.quote} if message.quote else {}
        return self._message_json_without_reply(message) | reply | quote

    def _message_json_without_reply(self, message: Message) -> Json:
        text, entities = (
            ("caption", "caption_entities") if message.document else ("text", "entities")
        )
        optional = {
            text: message.content.text,
            entities: message.content.entities,
            "document": message.document,
            "edit_date": message.edit_date,
            "forward_origin": message.forward_origin,
            "message_thread_id": message.thread_id,
            "is_topic_message": message.thread_id is not None,
            "reply_markup": message.reply_markup if message.inline_keyboard else None,
        }
        required = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": self.as_json(),
            "date": message.date,
        }
        return required | {key: value for key, value in optional.items() if value}
