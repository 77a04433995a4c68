"""What people do in Telegram's apps, which the bot gets as updates."""

import itertools
import mimetypes
import re
import time
from typing import Any

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText, utf16_length, utf16_slice
from bot.telegram_server.files import Upload
from bot.telegram_server.limits import MAX_TEXT_LENGTH
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

FIRST_USER_IN_GROUPS = 1001

ENTITIES_IN_USER_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w))"
)


class People:
    """Whatever they cannot do raises ValueError."""

    def __init__(self, state: BotState) -> None:
        self._state = state

    def say(
        self,
        chat_id: int,
        text: str,
        *,
        chat_type: str | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
        user_id: int | None = None,
        forwarded: bool = False,
    ) -> int:
        """A person writes, or forwards. A new chat is private, or a group if its id is
        negative."""
        if utf16_length(text) > MAX_TEXT_LENGTH:
            raise ValueError("a person can't send that much as one message; use paste()")
        with self._state.changed:
            chat = self._open_chat(chat_id, chat_type)
            message = chat.add_message(_user(chat, user_id), _formatted(text))
            message.thread_id = thread_id
            message.forward_origin = _hidden_user_origin(message) if forwarded else None
            message.reply_to = _existing_message(chat, reply_to).message_id if reply_to else None
            if thread_id is not None:
                chat.thread_ids.add(thread_id)
            self._state.deliver(chat, message, "message")
            return message.message_id

    def paste(self, chat_id: int, text: str, **options: Any) -> list[int]:
        """A person sends a long text, which Telegram's apps cut into several messages."""
        return [self.say(chat_id, part, **options) for part in _split_long_text(text)]

    def send_document(
        self,
        chat_id: int,
        file_name: str,
        content: bytes,
        mime_type: str | None = None,
        caption: str | None = None,
        *,
        user_id: int | None = None,
        file_size: int | None = None,
    ) -> int:
        """A person sends a file. `file_size` may claim more bytes than there are."""
        mime_type = mime_type or mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        with self._state.changed:
            chat = self._open_chat(chat_id, None)
            message = chat.add_message(_user(chat, user_id), _formatted(caption or ""))
            upload = Upload(file_name, content, mime_type)
            message.document = self._state.files.add(upload, file_size)
            self._state.deliver(chat, message, "message")
            return message.message_id

    def edit(self, chat_id: int, message_id: int, new_text: str) -> None:
        """A person changes what they wrote."""
        with self._state.changed:
            chat = self._state.chats[chat_id]
            message = _existing_message(chat, message_id)
            if message.sender["is_bot"]:
                raise ValueError(f"message {message_id} is the bot's")
            message.content = _formatted(new_text)
            message.edit_date = int(time.time())
            self._state.deliver(chat, message, "edited_message")

    def press(
        self,
        chat_id: int,
        message_id: int,
        callback_data: str,
        *,
        user_id: int | None = None,
        force: bool = False,
    ) -> str:
        """A person presses a button; `force` presses one that is not, or no longer, there."""
        with self._state.changed:
            chat = self._state.chats[chat_id]
            on_keyboard = _callback_data(chat.messages.get(message_id))
            if callback_data not in on_keyboard and not force:
                raise ValueError(f"no button {callback_data!r} on {message_id}, only {on_keyboard}")
            query_id = self._state.open_callback_query()
            query = {
                "id": query_id,
                "from": _user(chat, user_id),
                "message": _maybe_inaccessible_message(chat, message_id),
                "chat_instance": str(chat_id),
                "data": callback_data,
            }
            self._state.updates.add("callback_query", query)
            return query_id

    def send_raw(self, update_type: str, value: Json) -> None:
        """Hand over an update as it is, even of a form that no server of today has."""
        with self._state.changed:
            self._state.updates.add(update_type, value, wanted=True)

    def repeat_update(self, number: int = -1) -> None:
        """Hand over an update once more, though the bot has confirmed it."""
        with self._state.changed:
            self._state.updates.repeat(number)

    def block(self, chat_id: int) -> None:
        """A person blocks the bot."""
        with self._state.changed:
            self._state.chats[chat_id].is_blocked = True

    def _open_chat(self, chat_id: int, chat_type: str | None) -> Chat:
        chat = self._state.chats.get(chat_id)
        if chat is None:
            chat_type = chat_type or ("private" if chat_id > 0 else "group")
            if (chat_type == "private") != (chat_id > 0):
                raise ValueError("a private chat has a positive id, a group a negative one")
            chat = self._state.chats[chat_id] = Chat(chat_id, chat_type, self._state.message_ids)
        if chat_type not in (None, chat.type):
            raise ValueError(f"chat {chat_id} is a {chat.type}")
        return chat


def _user(chat: Chat, user_id: int | None) -> Json:
    """A User object."""
    user_id = user_id or (chat.id if chat.type == "private" else FIRST_USER_IN_GROUPS)
    return {"id": user_id, "is_bot": False, "first_name": f"User {user_id}", "language_code": "en"}


def _formatted(text: str) -> FormattedText:
    """With the entities that Telegram finds by itself in what people write."""
    text = text.strip()
    entities = []
    for match in ENTITIES_IN_USER_TEXT.finditer(text):
        span = {"offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
        entities.append({"type": match.lastgroup} | span)
    return FormattedText(text, entities)


def _hidden_user_origin(message: Message) -> Json:
    """https://core.telegram.org/bots/api#messageoriginhiddenuser"""
    return {"type": "hidden_user", "date": message.date, "sender_user_name": "Someone"}


def _existing_message(chat: Chat, message_id: int) -> Message:
    if message_id not in chat.messages:
        raise ValueError(f"no message {message_id} in chat {chat.id}")
    return chat.messages[message_id]


def _split_long_text(text: str) -> list[str]:
    """Parts of at most 4096 UTF-16 units, cut where a line or a word ends if there is one."""
    parts = []
    while utf16_length(text) > MAX_TEXT_LENGTH:
        part = utf16_slice(text, 0, MAX_TEXT_LENGTH)
        if "\ud800" <= part[-1] <= "\udbff":  # One half of a character.
            part = part[:-1]
        end = part.rfind("\n") + 1 or part.rfind(" ") + 1 or len(part)
        parts.append(text[:end])
        text = text[end:]
    return [part for part in [*parts, text] if part.strip()]


def _callback_data(message: Message | None) -> list[str]:
    """That of all buttons of the message."""
    buttons = itertools.chain(*message.inline_keyboard) if message else []
    return [button["callback_data"] for button in buttons if "callback_data" in button]


def _maybe_inaccessible_message(chat: Chat, message_id: int) -> Json:
    """https://core.telegram.org/bots/api#maybeinaccessiblemessage"""
    message = chat.messages.get(message_id)
    if message is None:
        return {"chat": chat.as_json(), "message_id": message_id, "date": 0}
    return chat.message_json(message)
