"""The fields of a JSON object in a parameter, and what Telegram says of one that is not right."""

import re
from typing import Any

from bot.telegram_server.errors import bad_request
from bot.telegram_server.types import Json


def required_text(of: Json, name: str) -> str:
    """A field that must be there. Raises ApiError."""
    if of.get(name) is None:
        raise bad_request(f'Can\'t find field "{name}"')
    return optional_text(of, name)


def optional_text(of: Json, name: str) -> str:
    """A field that may be missing, and then is empty. Raises ApiError for what is no text."""
    value = of.get(name)
    if value is None:
        return ""
    # As for Telegram, a number is as good as a text.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad_request(f'Field "{name}" must be of type String')
    return str(value)


def optional_integer(of: Json, name: str) -> int:
    """A field that may be missing, and then is 0. Raises ApiError."""
    value = optional_text(of, name) or "0"
    if not re.fullmatch(r"-?[0-9]+", value):
        raise bad_request(f'Field "{name}" must be a valid Number')
    return int(value)


def optional_boolean(of: Json, name: str) -> bool:
    """A field that may be missing, and then is false. Raises ApiError."""
    value = of.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise bad_request(f'Field "{name}" must be of type Boolean')
    return value


def optional_object(of: Json, name: str) -> Json | None:
    """An object in a field, if there is one. Raises ApiError."""
    value: Any = of.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_request(f'Field "{name}" must be of type Object')
    return value
