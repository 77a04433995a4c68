"""`language_code`: the language of those that a text is for; none is for all others."""

import re

from bot.telegram_server.errors import bad_request
from bot.telegram_server.parameters.request import Params

LANGUAGE_CODE = re.compile(r"([a-z]{2})?")


def read_language_code(params: Params) -> str:
    """Two letters, or nothing. Raises ApiError."""
    code = params.text("language_code")
    if not LANGUAGE_CODE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code
