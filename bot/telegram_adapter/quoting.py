"""Native quotes: an answer as a reply to the very message, and sentence, of a pasted article."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Message, MessageEntity, ReplyParameters

from bot.rendering.telegram_html import utf16_length
from index.keeping.pasted import PastedMessage, PlaceInChat

_LONGEST_QUOTE = 1024
"""UTF-16 units that Telegram takes as a quote."""

_WORDS = re.compile(r".*\s", re.DOTALL)

_KEPT = frozenset(
    {
        MessageEntity.BOLD,
        MessageEntity.ITALIC,
        MessageEntity.UNDERLINE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.SPOILER,
        MessageEntity.CUSTOM_EMOJI,
        MessageEntity.DATE_TIME,
    }
)
"""Entities that a quote must have as its message has them: https://core.telegram.org/bots/api"""


def pasted_message(message: Message, said: str, start: int) -> PastedMessage | None:
    """A message that says a part of an article, which begins there at `start`.

    `said` is its text, without a mention of the bot; None if that stood in the middle of it.
    """
    text = message.text or message.caption or ""
    if not said or said not in text:
        return None
    before, _, _ = text.partition(said)
    kept = (each for each in (*message.entities, *message.caption_entities) if each.type in _KEPT)
    return PastedMessage(
        message.message_id,
        start,
        start + len(said),
        utf16_length(before),
        tuple(each.to_dict() for each in kept),
    )


def quoting(place: PlaceInChat) -> ReplyParameters:
    """What makes a message a reply that quotes a sentence from its place."""
    quote = _shortened(place.text)
    position = place.message.offset + utf16_length(place.before)
    entities = _within(place.message.entities, position, utf16_length(quote))
    return ReplyParameters(
        place.message.message_id,
        quote=quote,
        quote_position=position,
        quote_entities=[MessageEntity.de_json(each, None) for each in entities],
    )


def quoted_place(reply: ReplyParameters | None) -> str | None:
    """A key of the place that a reply quotes, if it quotes one."""
    return f"{reply.message_id}:{reply.quote_position}" if reply and reply.quote else None


def _shortened(text: str) -> str:
    """As much of a text as may be quoted, cut between words where there are some."""
    if utf16_length(text) <= _LONGEST_QUOTE:
        return text
    units = text.encode("utf-16-le")[: 2 * _LONGEST_QUOTE]
    fitting = units.decode("utf-16-le", errors="ignore")
    words = _WORDS.match(text, 0, len(fitting) + 1)
    return (words[0] if words else fitting).rstrip()


def _within(
    entities: tuple[Mapping[str, Any], ...], position: int, length: int
) -> Iterator[dict[str, Any]]:
    """The parts of entities that lie within a quote, from its beginning."""
    for each in entities:
        begin = max(each["offset"], position)
        end = min(each["offset"] + each["length"], position + length)
        if begin < end:
            yield {**each, "offset": begin - position, "length": end - begin}
