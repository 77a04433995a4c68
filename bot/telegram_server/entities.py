"""Formatted text: plain text with its message entities, settled and trimmed as Telegram does.

Offsets and lengths of entities count UTF-16 code units. The rules follow `fix_formatted_text` of
TDLib (td/telegram/MessageEntity.cpp).
"""

import re
from dataclasses import dataclass
from typing import Any

Entity = dict[str, Any]

# What Telegram removes from a bot's text: carriage returns, line and paragraph separators,
# direction marks, and three combining marks.
REMOVED_CHARACTERS = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
CONTROL_CHARACTERS = re.compile("[\x00-\x09\x0b-\x1f]")

# Links, code and pre never overlap one another: the outer one wins, and at equal ranges the one
# with the smaller number.
CONTINUOUS_ENTITIES = {"pre": 11, "code": 20, "text_link": 49, "text_mention": 49}
BLOCKQUOTES = {"blockquote", "expandable_blockquote"}


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and what is formatted in it."""

    text: str
    entities: list[Entity]


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity is about."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def clean(text: str) -> str:
    """The text as Telegram keeps it: control characters, tabs too, become spaces."""
    return CONTROL_CHARACTERS.sub(" ", REMOVED_CHARACTERS.sub("", text))


def settle_overlaps(entities: list[Entity]) -> list[Entity]:
    """No formatting inside code, no code inside a link, no link inside code."""
    continuous = _outermost([e for e in entities if e["type"] in CONTINUOUS_ENTITIES])
    code = [e for e in continuous if e["type"] in ("pre", "code")]
    settled = [_without_language_of_code(e) for e in continuous]
    for entity in entities:
        if entity["type"] in BLOCKQUOTES:
            settled.append(entity)
        elif entity["type"] not in CONTINUOUS_ENTITIES:
            settled.extend(_parts_outside(entity, code))
    return sorted(settled, key=_entity_order)


def _entity_order(entity: Entity) -> tuple[int, int, int]:
    is_quote = entity["type"] in BLOCKQUOTES
    priority = 0 if is_quote else CONTINUOUS_ENTITIES.get(entity["type"], 90)
    return entity["offset"], -entity["length"], priority


def _outermost(entities: list[Entity]) -> list[Entity]:
    outermost: list[Entity] = []
    for entity in sorted(entities, key=_entity_order):
        if not outermost or entity["offset"] >= outermost[-1]["offset"] + outermost[-1]["length"]:
            outermost.append(entity)
    return outermost


def _without_language_of_code(entity: Entity) -> Entity:
    if entity["type"] == "code":
        return {key: value for key, value in entity.items() if key != "language"}
    return entity


def _parts_outside(entity: Entity, holes: list[Entity]) -> list[Entity]:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    parts = []
    for hole in holes:
        hole_begin, hole_end = hole["offset"], hole["offset"] + hole["length"]
        if hole_begin < end and begin < hole_end:
            parts.append((begin, hole_begin))
            begin = hole_end
    parts.append((begin, end))
    return [entity | {"offset": b, "length": e - b} for b, e in parts if b < e]


def trim(text: str, entities: list[Entity]) -> FormattedText:
    """Cut space off both ends, on the left only as far as the first entity."""
    first_entity = min((e["offset"] for e in entities), default=len(text))
    left = min(len(text) - len(text.lstrip()), first_entity)
    text = text[left:].rstrip()
    end = utf16_length(text)
    remaining = []
    for entity in entities:
        offset = entity["offset"] - left
        length = min(entity["length"], end - offset)
        if length > 0 and utf16_slice(text, offset, length).strip():
            remaining.append(entity | {"offset": offset, "length": length})
    return FormattedText(text, remaining)
