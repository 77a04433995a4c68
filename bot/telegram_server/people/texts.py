"""What people write, as their apps send it: formatted by itself, and cut where it is too long."""

import re
from collections.abc import Mapping

from bot.telegram_server.entities import Entity, FormattedText, utf16_length, utf16_slice
from bot.telegram_server.limits import MAX_TEXT_LENGTH

FOUND_ENTITIES = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w))"
)


def formatted(
    text: str,
    links: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
) -> FormattedText:
    """With the entities that Telegram finds by itself in what people write.

    `links` has words and the addresses to which the person made them lead, `formats` words and the
    entities that format them; ValueError if such words are not in the text.
    """
    text = text.strip()
    entities: list[Entity] = [
        {"type": match.lastgroup} | _span(text, match.start(), match[0])
        for match in FOUND_ENTITIES.finditer(text)
    ]
    for words, url in (links or {}).items():
        span = _span(text, text.index(words), words)
        entities.append({"type": "text_link"} | span | {"url": url})
    for words, kind in (formats or {}).items():
        entities.append({"type": kind} | _span(text, text.index(words), words))
    return FormattedText(text, sorted(entities, key=lambda entity: entity["offset"]))


def _span(text: str, start: int, words: str) -> Entity:
    return {"offset": utf16_length(text[:start]), "length": utf16_length(words)}


def split_long_text(text: str) -> list[str]:
    """Parts of at most 4096 UTF-16 units, cut where a line or a word ends if there is one."""
    parts = []
    while utf16_length(text) > MAX_TEXT_LENGTH:
        part = utf16_slice(text, 0, MAX_TEXT_LENGTH)
        if "\ud800" <= part[-1] <= "\udbff":  # One half of a character.
            part = part[:-1]
        end = part.rfind("\n") + 1 or part.rfind(" ") + 1 or len(part)
        parts.append(text[:end])
        text = text[end:]
    return [part for part in [*parts, text] if part.strip()]
