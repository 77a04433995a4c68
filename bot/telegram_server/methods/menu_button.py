"""The button beside the line in which a person writes to the bot."""

from bot.telegram_server.errors import ApiError, bad_request, nested
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.fields import required_text
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.parameters.user_id import read_user_id
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("setChatMenuButton")
def set_chat_menu_button(state: BotState, params: Params) -> bool:
    """Set the button in one private chat, or in all that have none of their own."""
    button = _read_button(params)
    state.profile.menu_buttons[_chat_id(state, params)] = button
    return True


@methods.register("getChatMenuButton")
def get_chat_menu_button(state: BotState, params: Params) -> Json:
    """The button in one private chat, or in all that have none of their own."""
    return state.profile.menu_button(_chat_id(state, params))


def _chat_id(state: BotState, params: Params) -> int:
    """That of a person; 0 if none is named."""
    if not params.text("chat_id"):
        return 0
    chat_id = read_user_id(params, "chat_id")
    if chat_id not in state.chats:
        raise bad_request("user not found")
    return chat_id


def _read_button(params: Params) -> Json:
    button = params.get("menu_button")
    if button is None:
        return {"type": "default"}
    try:
        if not isinstance(button, dict):
            raise bad_request("MenuButton must be an Object")
        kind = required_text(button, "type")
        if kind not in ("default", "commands", "web_app"):
            raise bad_request("MenuButton has unsupported type")
    except ApiError as error:
        raise nested("can't parse menu button", error) from None
    return button
