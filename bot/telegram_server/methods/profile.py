"""What the bot shows of itself, in each language: its name and its descriptions."""

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import bad_request
from bot.telegram_server.limits import (
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_SHORT_DESCRIPTION_LENGTH,
)
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.language_code import read_language_code
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("setMyName")
def set_my_name(state: BotState, params: Params) -> bool:
    """Set the bot's name."""
    return _set_text(state, "name", params, MAX_NAME_LENGTH)


@methods.register("getMyName")
def get_my_name(state: BotState, params: Params) -> Json:
    """The bot's name."""
    return {"name": _text(state, "name", params) or state.user["first_name"]}


@methods.register("setMyDescription")
def set_my_description(state: BotState, params: Params) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set_text(state, "description", params, MAX_DESCRIPTION_LENGTH)


@methods.register("getMyDescription")
def get_my_description(state: BotState, params: Params) -> Json:
    """What an empty chat with the bot shows."""
    return {"description": _text(state, "description", params)}


@methods.register("setMyShortDescription")
def set_my_short_description(state: BotState, params: Params) -> bool:
    """Set what the bot's profile shows."""
    return _set_text(state, "short_description", params, MAX_SHORT_DESCRIPTION_LENGTH)


@methods.register("getMyShortDescription")
def get_my_short_description(state: BotState, params: Params) -> Json:
    """What the bot's profile shows."""
    return {"short_description": _text(state, "short_description", params)}


def _set_text(state: BotState, name: str, params: Params, max_length: int) -> bool:
    language_code = read_language_code(params)
    if utf16_length(params.text(name)) > max_length:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    state.profile.texts[name, language_code] = params.text(name)
    return True


def _text(state: BotState, name: str, params: Params) -> str:
    return state.profile.text(name, read_language_code(params))
