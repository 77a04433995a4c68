"""`chat_id` and `message_thread_id`: the chat, and the topic in it, that a method is about."""

from enum import IntEnum

from bot.telegram_server.chats import Chat
from bot.telegram_server.errors import ApiError, bad_request
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState


class Access(IntEnum):
    """What a method needs of a chat, the least first."""

    READ = 1
    READ_MEMBERS = 2
    EDIT = 3
    WRITE = 4


def find_chat(state: BotState, params: Params, access: Access = Access.READ) -> Chat:
    """The chat that is named, if the bot has that access to it. Raises ApiError."""
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    return find_chat_by_id(state, params.integer("chat_id"), access)


def find_chat_by_id(state: BotState, chat_id: int, access: Access) -> Chat:
    """The chat with that id, if the bot has that access to it. Raises ApiError."""
    chat = state.chats.get(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.upgraded_to:
        _check_former_group(chat, chat.upgraded_to, access)
    elif not chat.has(state.bot_id):
        _check_access_from_outside(chat, chat.status_of(state.bot_id), access)
    if chat.is_blocked and access is Access.WRITE:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _check_former_group(chat: Chat, upgraded_to: int, access: Access) -> None:
    """A group that was upgraded can be read and nothing else."""
    if access in (Access.WRITE, Access.READ_MEMBERS):
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=upgraded_to,
        )
    if access is Access.EDIT:
        raise bad_request("can't access the chat")


def _check_access_from_outside(chat: Chat, status: str, access: Access) -> None:
    """Who is not in a small group can read what is known of it; of a supergroup, nothing."""
    if chat.type == "group" and access is Access.READ:
        return
    how = "was kicked from" if status == "kicked" else "is not a member of"
    raise ApiError(403, f"Forbidden: bot {how} the {chat.type} chat")


def find_thread_id(chat: Chat, params: Params, reply_to: int | None) -> int | None:
    """The topic named, or that of the message replied to."""
    thread_id = params.integer("message_thread_id")
    if thread_id and thread_id not in chat.thread_ids:
        raise bad_request("message thread not found")
    return thread_id or (chat.messages[reply_to].thread_id if reply_to else None)
