"""`reply_markup`: the keyboard under a message, checked first for its form, then for its limits."""

import itertools
from typing import Any

from bot.telegram_server.errors import bad_request
from bot.telegram_server.limits import MAX_CALLBACK_DATA_BYTES, MAX_INLINE_BUTTONS
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.types import Json

BUTTON_ACTIONS = {
    "callback_data",
    "callback_game",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "url",
    "web_app",
}
OTHER_MARKUPS = {"keyboard", "remove_keyboard", "force_reply"}


def read_reply_markup(params: Params) -> Json | None:
    """That of a call. Raises ApiError."""
    return check_reply_markup(params.get("reply_markup"))


def check_reply_markup(markup: Any) -> Json | None:
    """The markup without empty rows; None if there is nothing in it. Raises ApiError."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if markup.keys() & OTHER_MARKUPS:
        return markup
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list):
        raise bad_request('Field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('Field "inline_keyboard" must be an Array of Arrays')
    for button in itertools.chain(*rows):
        _check_button_form(button)
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _check_button_form(button: Any) -> None:
    cannot_parse = "Can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{cannot_parse}InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad_request(f'{cannot_parse}Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise bad_request(f'{cannot_parse}Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request(f'{cannot_parse}Field "text" must be non-empty')
    if not button.keys() & BUTTON_ACTIONS:
        raise bad_request(f"{cannot_parse}Text buttons are unallowed in the inline keyboard")


def check_button_limits(markup: Json | None) -> None:
    """Telegram checks these last, when the message is about to be sent or edited."""
    buttons: list[Json] = list(itertools.chain(*(markup or {}).get("inline_keyboard", [])))
    for button in buttons:
        if not 1 <= len(button.get("callback_data", "-").encode()) <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if len(buttons) > MAX_INLINE_BUTTONS:
        raise bad_request("reply markup is too long")
