"""The bot's messages: sent, each with a reply, a topic and a keyboard if it likes, edited and
deleted."""

import time
from dataclasses import dataclass

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText, utf16_length
from bot.telegram_server.errors import MESSAGE_NOT_MODIFIED, TEXT_EMPTY, TEXT_MISSING, bad_request
from bot.telegram_server.limits import MAX_CAPTION_LENGTH, MAX_TEXT_LENGTH
from bot.telegram_server.members import ADMINISTRATORS
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.chat_id import Access, find_chat, find_thread_id
from bot.telegram_server.parameters.formatted_text import read_formatted_text
from bot.telegram_server.parameters.inline_message_id import find_inline_message
from bot.telegram_server.parameters.input_file import find_document
from bot.telegram_server.parameters.link_preview import read_link_preview_options
from bot.telegram_server.parameters.reply_markup import check_button_limits, read_reply_markup
from bot.telegram_server.parameters.reply_parameters import find_reply
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a call, as it was given (`source`) and as it was read."""

    source: str
    parse_mode: str | None
    content: FormattedText
    link_preview_options: Json | None
    markup: Json | None


@methods.register("sendMessage")
def send_message(state: BotState, params: Params) -> Json:
    """Send a text."""
    text = _read_text(params)
    chat = find_chat(state, params, Access.WRITE)
    _check_text(text.content, "message is too long")
    return _send(state, chat, params, text, {})


@methods.register("sendDocument")
def send_document(state: BotState, params: Params) -> Json:
    """Send a file with a caption."""
    content = read_formatted_text(params, "caption", "caption_entities")
    markup = read_reply_markup(params)
    chat = find_chat(state, params, Access.WRITE)
    if utf16_length(content.text) > MAX_CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    caption = _Text(params.text("caption"), params.get("parse_mode"), content, None, markup)
    return _send(state, chat, params, caption, {"document": find_document(state, params)})


def _read_text(params: Params) -> _Text:
    content = read_formatted_text(params, "text", "entities")
    if not params.text("text"):
        raise bad_request(TEXT_MISSING)
    return _Text(
        params.text("text"),
        params.get("parse_mode"),
        content,
        read_link_preview_options(params),
        read_reply_markup(params),
    )


def _check_text(content: FormattedText, too_long: str) -> None:
    if not content.text:
        raise bad_request(TEXT_EMPTY)
    if utf16_length(content.text) > MAX_TEXT_LENGTH:
        raise bad_request(too_long)


def _send(state: BotState, chat: Chat, params: Params, text: _Text, fields: Json) -> Json:
    reply_to, quote = find_reply(chat, params)
    thread_id = find_thread_id(chat, params, reply_to)
    check_button_limits(text.markup)
    message = chat.add_message(state.user, text.content)
    message.source, message.parse_mode = text.source, text.parse_mode
    message.reply_markup, message.fields = text.markup, fields
    message.link_preview_options = text.link_preview_options
    message.reply_to, message.quote, message.thread_id = reply_to, quote, thread_id
    return chat.message_json(message)


@methods.register("editMessageText")
def edit_message_text(state: BotState, params: Params) -> Json | bool:
    """Put another text, and another keyboard, into a message of the bot."""
    text = _read_text(params)
    chat, message = _find_editable_message(state, params)
    if message.fields:
        raise bad_request("there is no text in the message to edit")
    _check_text(text.content, "MESSAGE_TOO_LONG")
    edited = _edit(chat, message, text.content, text.markup)
    message.source, message.parse_mode = text.source, text.parse_mode
    message.link_preview_options = text.link_preview_options
    return edited


@methods.register("editMessageReplyMarkup")
def edit_message_reply_markup(state: BotState, params: Params) -> Json | bool:
    """Put another keyboard under a message of the bot."""
    markup = read_reply_markup(params)
    chat, message = _find_editable_message(state, params)
    return _edit(chat, message, message.content, markup)


def _find_editable_message(state: BotState, params: Params) -> tuple[Chat, Message]:
    if not params.text("chat_id") and not params.integer("message_id"):
        return find_inline_message(state, params)
    chat = find_chat(state, params, Access.EDIT)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender["id"] != state.bot_id or message.inline_message_id:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(chat: Chat, message: Message, content: FormattedText, markup: Json | None) -> Json | bool:
    """Telegram takes the keyboard away when an edit has none, and says no more than that it edited
    a message of inline mode or of a guest."""
    check_button_limits(markup)
    if content == message.content and (markup or {}) == (message.reply_markup or {}):
        raise bad_request(MESSAGE_NOT_MODIFIED)
    message.content, message.reply_markup = content, markup
    message.edit_date = int(time.time())
    return True if message.inline_message_id else chat.message_json(message)


@methods.register("deleteMessage")
def delete_message(state: BotState, params: Params) -> bool:
    """Delete a message: of a group's other members only as an administrator."""
    if not params.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = find_chat(state, params, Access.WRITE)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    is_own = message.sender["id"] == state.bot_id
    is_administrator = chat.status_of(state.bot_id) in ADMINISTRATORS
    if not is_own and not is_administrator and chat.type != "private":
        raise bad_request("message can't be deleted")
    del chat.messages[message.message_id]
    return True
