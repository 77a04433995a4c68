"""`reply_parameters`: the message that a message replies to, and the quote from it."""

import re

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText, utf16_length
from bot.telegram_server.errors import ApiError, bad_request
from bot.telegram_server.limits import MAX_QUOTE_LENGTH
from bot.telegram_server.parameters.fields import (
    optional_boolean,
    optional_integer,
    optional_text,
    required_text,
)
from bot.telegram_server.parameters.formatted_text import format_text
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.types import Json

# Telegram drops other entities from a quote; they may differ from those of its message.
QUOTED_ENTITIES = {"bold", "italic", "underline", "strikethrough", "spoiler"}


def find_reply(chat: Chat, params: Params) -> tuple[int | None, Json | None]:
    """The message replied to and the quote from it, both checked."""
    reply = _reply_parameters(params)
    quote, position = _read_quote(reply), optional_integer(reply, "quote_position")
    message_id = optional_integer(reply, "message_id")
    if message_id <= 0:
        return None, None
    if optional_text(reply, "chat_id") not in ("", str(chat.id)):
        raise ApiError(501, "Not Implemented: replies into another chat are not imitated")
    replied = chat.messages.get(message_id)
    if replied:
        return message_id, _find_quote(replied, quote, position) if quote.text else None
    if reply.get("allow_sending_without_reply"):
        return None, None
    raise bad_request("message to be replied not found")


def _reply_parameters(params: Params) -> Json:
    """Those given, or the parameters that the Bot API had for it before version 7.0."""
    reply = params.get("reply_parameters")
    if not reply:
        return {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.boolean("allow_sending_without_reply"),
        }
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    required_text(reply, "message_id")
    optional_boolean(reply, "allow_sending_without_reply")
    return reply


def _find_quote(replied: Message, quote: FormattedText, expected: int) -> Json:
    """The quote as a TextQuote, where it stands nearest to the position that was given."""
    positions = [
        position
        for position in _occurrences(quote.text, replied.content.text)
        if _has_entities_at(position, replied.content, quote)
    ]
    if not positions or utf16_length(quote.text) > MAX_QUOTE_LENGTH:
        raise bad_request("QUOTE_TEXT_INVALID")
    nearest = min(positions, key=lambda position: abs(position - expected))
    text_quote = {"text": quote.text, "position": nearest, "is_manual": True}
    return text_quote | ({"entities": quote.entities} if quote.entities else {})


def _read_quote(reply: Json) -> FormattedText:
    mode = optional_text(reply, "quote_parse_mode")
    quote = format_text(optional_text(reply, "quote"), mode, reply.get("quote_entities"))
    return FormattedText(quote.text, [e for e in quote.entities if e["type"] in QUOTED_ENTITIES])


def _occurrences(part: str, text: str) -> list[int]:
    """Where `part` stands in `text`, in UTF-16 units."""
    starts = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text))
    return [utf16_length(text[:start]) for start in starts]


def _has_entities_at(position: int, text: FormattedText, quote: FormattedText) -> bool:
    """Whether the text is formatted at that position as the quote is."""
    end = position + utf16_length(quote.text)
    in_text = []
    for entity in text.entities:
        entity_begin = max(entity["offset"], position)
        entity_end = min(entity["offset"] + entity["length"], end)
        if entity_begin < entity_end:
            in_text.append((entity["type"], entity_begin - position, entity_end - entity_begin))
    in_quote = [(e["type"], e["offset"], e["length"]) for e in quote.entities]
    return _comparable(in_quote) == _comparable(in_text)


def _comparable(entities: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    return sorted(entity for entity in entities if entity[0] in QUOTED_ENTITIES)
