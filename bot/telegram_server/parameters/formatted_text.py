"""A text with its `parse_mode` or its entities: `text`, `caption` and the like, and quotes."""

from typing import Any

from bot.telegram_server.entities import Entity, FormattedText, clean, trim, utf16_length
from bot.telegram_server.errors import bad_request
from bot.telegram_server.html import HtmlError, parse_html
from bot.telegram_server.parameters.request import Params


def read_formatted_text(params: Params, text: str, entities: str) -> FormattedText:
    """`text` and `entities` are the names of the parameters."""
    return format_text(params.text(text), params.get("parse_mode"), params.get(entities))


def format_text(text: str, parse_mode: str | None, entities: Any) -> FormattedText:
    """The text parsed, settled and trimmed. Raises ApiError."""
    if parse_mode in ("", None):
        return trim(clean(text), _checked_entities(text, entities or []))
    if not isinstance(parse_mode, str) or parse_mode.lower() != "html":
        raise bad_request("Unsupported parse_mode")
    try:
        return parse_html(text)
    except HtmlError as error:
        raise bad_request(f"Can't parse entities: {error}") from None


def _checked_entities(text: str, entities: Any) -> list[Entity]:
    for entity in entities:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
            raise bad_request('Can\'t parse MessageEntity: Field "type" must be of type String')
        end = entity["offset"] + entity["length"]
        if end > utf16_length(text):
            span = f"[{entity['offset']}, {end})"
            raise bad_request(f"Entity {span} ends after the end of the text")
    return list(entities)
