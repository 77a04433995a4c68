"""`link_preview_options`: whether, and of what, a message shows a preview."""

from typing import Any

from bot.telegram_server.errors import bad_request
from bot.telegram_server.parameters.fields import optional_boolean, optional_text
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.types import Json

FLAGS = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")


def read_link_preview_options(params: Params) -> Json | None:
    """Those given, or what the Bot API had for it before version 7.0. Raises ApiError."""
    given = params.get("link_preview_options")
    if given is None:
        return {"is_disabled": True} if params.boolean("disable_web_page_preview") else None
    return check_link_preview_options(given)


def check_link_preview_options(given: Any) -> Json | None:
    """Those that say anything, as they come back with the message. Raises ApiError."""
    if not isinstance(given, dict):
        raise bad_request("Object expected as link preview options")
    options: Json = {name: True for name in FLAGS if optional_boolean(given, name)}
    url = optional_text(given, "url")
    return options | ({"url": url} if url else {}) or None
