"""Where a forwarded message comes from: the MessageOrigin objects that a bot gets."""

from dataclasses import dataclass

from bot.telegram_server.accounts import person
from bot.telegram_server.types import Json


@dataclass(frozen=True, slots=True)
class FromHiddenUser:
    """A person whose account does not show in what is forwarded from them."""

    name: str = "Someone"

    def as_json(self) -> Json:
        """The MessageOriginHiddenUser object, without its date."""
        return {"type": "hidden_user", "sender_user_name": self.name}


@dataclass(frozen=True, slots=True)
class FromUser:
    """A person who is named."""

    user_id: int

    def as_json(self) -> Json:
        """The MessageOriginUser object, without its date."""
        return {"type": "user", "sender_user": person(self.user_id, None)}


@dataclass(frozen=True, slots=True)
class FromChannel:
    """A post of a channel; with a username, anybody can open it by its link."""

    title: str = "A channel"
    username: str | None = None
    message_id: int = 1
    chat_id: int = -1001000000001
    signature: str | None = None

    def as_json(self) -> Json:
        """The MessageOriginChannel object, without its date."""
        chat: Json = {"id": self.chat_id, "type": "channel", "title": self.title}
        chat |= {"username": self.username} if self.username else {}
        signature = {"author_signature": self.signature} if self.signature else {}
        return {"type": "channel", "chat": chat, "message_id": self.message_id} | signature


Origin = FromHiddenUser | FromUser | FromChannel
