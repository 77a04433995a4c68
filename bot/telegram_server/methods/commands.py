"""The lists of commands that people are shown: one for each scope and language."""

import re
from typing import Any

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import ApiError, bad_request, nested
from bot.telegram_server.limits import (
    MAX_COMMAND_DESCRIPTION_LENGTH,
    MAX_COMMAND_LENGTH,
    MAX_COMMANDS,
)
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.command_scope import read_command_scope
from bot.telegram_server.parameters.fields import required_text
from bot.telegram_server.parameters.language_code import read_language_code
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

COMMAND_NAME = re.compile(r"[a-z0-9_]+")

methods = MethodTable()


@methods.register("setMyCommands")
def set_my_commands(state: BotState, params: Params) -> bool:
    """Set the list of commands for a scope and a language."""
    commands = _checked_commands(params.get("commands"))
    state.profile.commands[_list_key(state, params)] = commands
    return True


@methods.register("getMyCommands")
def get_my_commands(state: BotState, params: Params) -> list[Json]:
    """The list of commands for a scope and a language."""
    return state.profile.commands.get(_list_key(state, params), [])


@methods.register("deleteMyCommands")
def delete_my_commands(state: BotState, params: Params) -> bool:
    """Take back the list of commands for a scope and a language."""
    state.profile.commands.pop(_list_key(state, params), None)
    return True


def _list_key(state: BotState, params: Params) -> tuple[str, str]:
    return read_command_scope(state, params), read_language_code(params)


def _checked_commands(commands: Any) -> list[Json]:
    if commands is None:
        return []
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    checked = [_checked_command(command) for command in commands]
    if len(checked) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return checked


def _checked_command(command: Any) -> Json:
    try:
        if not isinstance(command, dict):
            raise bad_request("expected an Object")
        name = required_text(command, "command").strip().removeprefix("/")
        description = required_text(command, "description").strip()
    except ApiError as error:
        raise nested("can't parse BotCommand", error) from None
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
