"""Chats and the messages in them, and the Chat and Message objects that a bot gets of them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.telegram_server.entities import FormattedText
from bot.telegram_server.members import ADMINISTRATORS, IN_THE_CHAT, Member, Status
from bot.telegram_server.types import Json


@dataclass(slots=True)
class Message:
    """`source` is the text as the bot gave it, before its parsing.

    `fields` are those of the Message object that it has instead of a text: a photo, or what
    happened in the chat. `origin` are those that say by which ways it came: forwarded, by way of
    a bot, as an album.
    """

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
    fields: Json = field(default_factory=dict)
    origin: Json = field(default_factory=dict)
    edit_date: int | None = None
    link_preview_options: Json | None = None
    inline_message_id: str | None = None

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The rows of buttons under the message."""
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def is_service(self) -> bool:
        """Whether it only tells what happened in the chat."""
        return any(name.startswith(("new_chat", "left_chat", "migrate")) for name in self.fields)

    def is_by(self, bot: Json) -> bool:
        """Whether the bot wrote it, or a person sent it by way of the bot."""
        return bot["id"] in (self.sender["id"], self.origin.get("via_bot", {}).get("id"))


@dataclass(slots=True)
class Chat:
    """One chat, who is in it and what was written there. `members` are those of a group."""

    id: int
    type: str
    message_ids: Iterator[int]
    """Private chats and small groups count their messages together."""
    messages: dict[int, Message] = field(default_factory=dict)
    thread_ids: set[int] = field(default_factory=set)
    members: dict[int, Member] = field(default_factory=dict)
    is_blocked: bool = False
    upgraded_to: int | None = None

    def as_json(self) -> Json:
        """The Chat object."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            return chat | {"first_name": f"User {self.id}"}
        forum = {"is_forum": True} if self.thread_ids else {}
        return chat | {"title": f"Group {self.id}"} | forum

    def status_of(self, user_id: int) -> Status:
        """What a person or a bot is in this group."""
        member = self.members.get(user_id)
        return member.status if member else "left"

    def has(self, user_id: int) -> bool:
        """Whether a person or a bot is in this chat."""
        return self.type == "private" or self.status_of(user_id) in IN_THE_CHAT

    def administrators(self) -> list[Member]:
        """Those of the group, its creator too."""
        return [member for member in self.members.values() if member.status in ADMINISTRATORS]

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
        text, entities = ("caption", "caption_entities") if message.fields else ("text", "entities")
        optional = {
            text: message.content.text,
            entities: message.content.entities,
            "edit_date": message.edit_date,
            "link_preview_options": message.link_preview_options,
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
        given = {key: value for key, value in optional.items() if value}
        return required | given | message.fields | message.origin
