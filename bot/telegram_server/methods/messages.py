"""The bot's messages: sent, each with a reply, a topic and a keyboard if it likes, edited and
deleted."""

import time

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText, utf16_length
from bot.telegram_server.errors import MESSAGE_NOT_MODIFIED, TEXT_EMPTY, TEXT_MISSING, bad_request
from bot.telegram_server.limits import MAX_CAPTION_LENGTH, MAX_TEXT_LENGTH
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.chat_id import find_chat, find_thread_id, find_writable_chat
from bot.telegram_server.parameters.formatted_text import read_formatted_text
from bot.telegram_server.parameters.input_file import find_document
from bot.telegram_server.parameters.reply_markup import check_button_limits, read_reply_markup
from bot.telegram_server.parameters.reply_parameters import find_reply
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("sendMessage")
def send_message(state: BotState, params: Params) -> Json:
    """Send a text."""
    content = read_formatted_text(params, "text", "entities")
    if not params.text("text"):
        raise bad_request(TEXT_MISSING)
    markup = read_reply_markup(params)
    chat = find_writable_chat(state, params)
    if not content.text:
        raise bad_request(TEXT_EMPTY)
    if utf16_length(content.text) > MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return _send(state, chat, params, content, markup, source=params.text("text"))


@methods.register("sendDocument")
def send_document(state: BotState, params: Params) -> Json:
    """Send a file with a caption."""
    content = read_formatted_text(params, "caption", "caption_entities")
    markup = read_reply_markup(params)
    chat = find_writable_chat(state, params)
    if utf16_length(content.text) > MAX_CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    document = find_document(state, params)
    caption = params.text("caption")
    return _send(state, chat, params, content, markup, source=caption, document=document)


def _send(
    state: BotState,
    chat: Chat,
    params: Params,
    content: FormattedText,
    markup: Json | None,
    *,
    source: str,
    document: Json | None = None,
) -> Json:
    reply_to, quote = find_reply(chat, params)
    thread_id = find_thread_id(chat, params, reply_to)
    check_button_limits(markup)
    message = chat.add_message(state.user, content)
    message.source, message.parse_mode = source, params.get("parse_mode")
    message.reply_markup, message.document = markup, document
    message.reply_to, message.quote, message.thread_id = reply_to, quote, thread_id
    return chat.message_json(message)


@methods.register("editMessageText")
def edit_message_text(state: BotState, params: Params) -> Json:
    """Put another text, and another keyboard, into a message of the bot."""
    content = read_formatted_text(params, "text", "entities")
    if not params.text("text"):
        raise bad_request(TEXT_MISSING)
    markup = read_reply_markup(params)
    chat, message = _find_editable_message(state, params)
    if message.document:
        raise bad_request("there is no text in the message to edit")
    if not content.text:
        raise bad_request(TEXT_EMPTY)
    if utf16_length(content.text) > MAX_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    edited = _edit(chat, message, content, markup)
    message.source, message.parse_mode = params.text("text"), params.get("parse_mode")
    return edited


@methods.register("editMessageReplyMarkup")
def edit_message_reply_markup(state: BotState, params: Params) -> Json:
    """Put another keyboard under a message of the bot."""
    markup = read_reply_markup(params)
    chat, message = _find_editable_message(state, params)
    return _edit(chat, message, message.content, markup)


def _find_editable_message(state: BotState, params: Params) -> tuple[Chat, Message]:
    chat = find_chat(state, params)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.sender["is_bot"]:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(chat: Chat, message: Message, content: FormattedText, markup: Json | None) -> Json:
    """Telegram takes the keyboard away when an edit has none."""
    check_button_limits(markup)
    if content == message.content and (markup or {}) == (message.reply_markup or {}):
        raise bad_request(MESSAGE_NOT_MODIFIED)
    message.content, message.reply_markup = content, markup
    message.edit_date = int(time.time())
    return chat.message_json(message)


@methods.register("deleteMessage")
def delete_message(state: BotState, params: Params) -> bool:
    """Delete a message."""
    chat = find_chat(state, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.type != "private" and not message.sender["is_bot"]:
        raise bad_request("message can't be deleted")
    del chat.messages[message.message_id]
    return True
