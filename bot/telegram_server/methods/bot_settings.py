"""The bot itself: who it is, its commands and descriptions, and its leave from the server."""

import json
import re
from typing import Any

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import bad_request
from bot.telegram_server.limits import (
    MAX_COMMAND_DESCRIPTION_LENGTH,
    MAX_COMMAND_LENGTH,
    MAX_COMMANDS,
    MAX_DESCRIPTION_LENGTH,
    MAX_SHORT_DESCRIPTION_LENGTH,
)
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

COMMAND_NAME = re.compile(r"[a-z0-9_]+")
DEFAULT_SCOPE = {"type": "default"}

methods = MethodTable()


@methods.register("getMe")
def get_me(state: BotState, params: Params) -> Json:
    """The bot as a User."""
    return state.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@methods.register("logOut")
def log_out(state: BotState, params: Params) -> bool:
    """Leave this server: from now on it refuses all calls."""
    state.is_logged_out = True
    return True


@methods.register("close")
def close(state: BotState, params: Params) -> bool:
    """Leave this server for another one; here, nothing happens."""
    return True


@methods.register("setMyDescription")
def set_my_description(state: BotState, params: Params) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set_description(state, "description", params, MAX_DESCRIPTION_LENGTH)


@methods.register("getMyDescription")
def get_my_description(state: BotState, params: Params) -> Json:
    """What an empty chat with the bot shows."""
    return _get_description(state, "description")


@methods.register("setMyShortDescription")
def set_my_short_description(state: BotState, params: Params) -> bool:
    """Set what the bot's profile shows."""
    return _set_description(state, "short_description", params, MAX_SHORT_DESCRIPTION_LENGTH)


@methods.register("getMyShortDescription")
def get_my_short_description(state: BotState, params: Params) -> Json:
    """What the bot's profile shows."""
    return _get_description(state, "short_description")


def _set_description(state: BotState, name: str, params: Params, max_length: int) -> bool:
    if utf16_length(params.text(name)) > max_length:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    state.descriptions[name] = params.text(name)
    return True


def _get_description(state: BotState, name: str) -> Json:
    return {name: state.descriptions.get(name, "")}


@methods.register("setMyCommands")
def set_my_commands(state: BotState, params: Params) -> bool:
    """Set the list of commands for a scope and a language."""
    commands = _checked_commands(params.get("commands") or [])
    if _is_for_all(params):
        state.commands = commands
    else:
        state.commands_by_scope[_scope_key(params)] = commands
    return True


@methods.register("getMyCommands")
def get_my_commands(state: BotState, params: Params) -> list[Json]:
    """The list of commands for a scope and a language."""
    if _is_for_all(params):
        return state.commands
    return state.commands_by_scope.get(_scope_key(params), [])


def _is_for_all(params: Params) -> bool:
    return not params.text("language_code") and _scope(params) == DEFAULT_SCOPE


def _scope(params: Params) -> Any:
    return params.get("scope") or DEFAULT_SCOPE


def _scope_key(params: Params) -> str:
    return json.dumps([_scope(params), params.text("language_code")], sort_keys=True)


def _checked_commands(commands: Any) -> list[Json]:
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    checked = [_checked_command(command) for command in commands]
    if len(checked) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return checked


def _checked_command(command: Any) -> Json:
    if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
        raise bad_request("can't parse BotCommand: expected an Object")
    name = command["command"].removeprefix("/")
    description = command["description"].strip()
    _check_length("command", name, MAX_COMMAND_LENGTH)
    _check_length("command description", description, MAX_COMMAND_DESCRIPTION_LENGTH)
    if not COMMAND_NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _check_length(label: str, text: str, max_length: int) -> None:
    if not text:
        raise bad_request(f"{label} must be non-empty")
    if utf16_length(text) > max_length:
        raise bad_request(f"{label} length must not exceed {max_length}")
