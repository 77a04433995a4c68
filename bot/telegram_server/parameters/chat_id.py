"""`chat_id` and `message_thread_id`: the chat, and the topic in it, that a method is about."""

from bot.telegram_server.chats import Chat
from bot.telegram_server.errors import ApiError, bad_request
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState


def find_chat(state: BotState, params: Params) -> Chat:
    """The chat that is named. Raises ApiError if the bot knows none of that id."""
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = state.chats.get(params.integer("chat_id"))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def find_writable_chat(state: BotState, params: Params) -> Chat:
    """The chat that is named, if the bot may write there. Raises ApiError."""
    chat = find_chat(state, params)
    if chat.is_blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def find_thread_id(chat: Chat, params: Params, reply_to: int | None) -> int | None:
    """The topic named, or that of the message replied to."""
    thread_id = params.integer("message_thread_id")
    if thread_id and thread_id not in chat.thread_ids:
        raise bad_request("message thread not found")
    return thread_id or (chat.messages[reply_to].thread_id if reply_to else None)
