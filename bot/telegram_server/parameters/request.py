"""The parameters of a call as they come over HTTP: in the URL, as a form, or as JSON."""

import json
import re
from typing import Any

from aiohttp import web

from bot.telegram_server.errors import bad_request, request_entity_too_large
from bot.telegram_server.files import Upload
from bot.telegram_server.types import Json

# What each is called in the error that tells of malformed JSON.
JSON_PARAMETERS = {
    "allowed_updates": "allowed updates",
    "caption_entities": "caption entities",
    "button": "inline query results button",
    "commands": "commands",
    "entities": "message entities",
    "link_preview_options": "link preview options",
    "menu_button": "menu button",
    "quote_entities": "quote entities",
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "result": "inline query result",
    "results": "inline query results",
    "scope": "BotCommandScope",
}


class Params:
    """The parameters of a call: text from a form or a URL, any JSON value from a JSON body."""

    def __init__(self, values: Json, uploads: dict[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def decode_json(self) -> None:
        """Decode what came as JSON in a text. Raises ApiError where it is malformed."""
        for name, label in JSON_PARAMETERS.items():
            if isinstance(self.values.get(name), str) and self.values[name]:
                try:
                    self.values[name] = json.loads(self.values[name])
                except ValueError:
                    raise bad_request(f"can't parse {label} JSON object") from None

    def get(self, name: str) -> Any:
        """The value of a parameter as it came; None if it is missing or empty."""
        value = self.values.get(name)
        return None if value == "" else value

    def text(self, name: str) -> str:
        """The value of a parameter as a text, empty if it was not given."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Like Telegram, take what is no number for 0."""
        text = self.text(name)
        if not text:
            return default
        return int(text) if re.fullmatch(r"-?[0-9]+", text) else 0

    def boolean(self, name: str) -> bool:
        """Whether a parameter says yes."""
        return self.text(name).lower() in ("true", "yes", "1")


async def read_params(request: web.Request) -> Params:
    """Gather the parameters of a request. Raises ApiError."""
    values: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            values |= await request.json()
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = _read_upload(value)
            else:
                values[name] = value
    except web.HTTPRequestEntityTooLarge:
        raise request_entity_too_large() from None
    except ValueError:
        raise bad_request("can't parse request") from None
    return Params(values, uploads)


def _read_upload(form_field: web.FileField) -> Upload:
    with form_field.file as file:
        return Upload(form_field.filename, file.read(), form_field.content_type)
