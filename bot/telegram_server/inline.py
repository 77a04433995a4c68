"""Inline mode: what people ask, what the bot offers, and the ids of what comes of it in chats."""

import base64
import struct
from dataclasses import dataclass

from bot.telegram_server.entities import FormattedText
from bot.telegram_server.types import Json

# How Telegram packs the id of an inline message: data centre, owner, number, key.
_INLINE_MESSAGE_ID = struct.Struct("<iqiq")
_DATA_CENTRE, _ACCESS_HASH = 2, 0x5EED


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """What a person typed after the bot's name. `offset` asks for further results."""

    user: Json
    query: str
    offset: str


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One thing that a person can choose, and the message that it then becomes.

    `source` is the message's text as the bot gave it, before its parsing.
    """

    id: str
    title: str
    description: str
    content: FormattedText
    source: str
    parse_mode: str | None
    reply_markup: Json | None
    link_preview_options: Json | None


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """All that the bot answered to an inline query. `button` stands above the results."""

    query_id: str
    results: list[InlineResult]
    button: Json | None
    cache_time: int
    is_personal: bool
    next_offset: str


def inline_message_id(owner_id: int, number: int) -> str:
    """The id by which a bot edits a message that it did not send itself."""
    packed = _INLINE_MESSAGE_ID.pack(_DATA_CENTRE, owner_id, number, _ACCESS_HASH)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def is_inline_message_id(text: str) -> bool:
    """Whether it has the form of such an id."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return len(packed) == _INLINE_MESSAGE_ID.size
