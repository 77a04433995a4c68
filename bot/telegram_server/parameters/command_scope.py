"""`scope`: the chats and the people that a list of commands is for."""

import json
from typing import Any

from bot.telegram_server.errors import ApiError, bad_request, nested
from bot.telegram_server.parameters.chat_id import Access, find_chat_by_id
from bot.telegram_server.parameters.fields import required_text
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

DEFAULT_SCOPE = '{"type": "default"}'
FOR_ALL = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
FOR_ONE_CHAT = {"chat", "chat_administrators", "chat_member"}


def read_command_scope(state: BotState, params: Params) -> str:
    """The scope, as a key: the same JSON for the same scope. Raises ApiError."""
    given = params.get("scope")
    try:
        scope = {"type": "default"} if given is None else _read_form(given)
    except ApiError as error:
        raise nested("can't parse BotCommandScope", error) from None
    if "chat_id" in scope:
        chat = find_chat_by_id(state, _chat_id(scope["chat_id"]), Access.READ_MEMBERS)
        if chat.type == "private" and scope["type"] != "chat":
            raise bad_request("can't use specified scope in private chats")
    return json.dumps(scope)


def _read_form(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("BotCommandScope must be an Object")
    kind = required_text(given, "type")
    if kind in FOR_ALL:
        return {"type": kind}
    if kind not in FOR_ONE_CHAT:
        raise bad_request("Unsupported type specified")
    chat_id = required_text(given, "chat_id")
    if not chat_id:
        raise bad_request("Empty chat_id specified")
    scope = {"type": kind, "chat_id": chat_id}
    if kind == "chat_member":
        user_id = required_text(given, "user_id")
        if not user_id.isdecimal() or int(user_id) == 0:
            raise bad_request("Invalid user_id specified")
        scope["user_id"] = user_id
    return scope


def _chat_id(text: str) -> int:
    """As Telegram does, take what is no number for 0, which no chat has."""
    return int(text) if text.removeprefix("-").isdecimal() else 0
