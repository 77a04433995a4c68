"""People write, forward, send files, and change or delete what they sent."""

import mimetypes
import time
from collections.abc import Mapping
from typing import TypedDict, Unpack

from bot.telegram_server.accounts import GROUP_ANONYMOUS_BOT
from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText, utf16_length
from bot.telegram_server.files import Upload
from bot.telegram_server.limits import MAX_TEXT_LENGTH
from bot.telegram_server.media import WITHOUT_CAPTION, MediaKind, media_fields
from bot.telegram_server.origins import FromHiddenUser, Origin
from bot.telegram_server.people.acting import Acting, existing_message
from bot.telegram_server.people.texts import formatted, split_long_text
from bot.telegram_server.types import Json


class How(TypedDict, total=False):
    """How a message is sent; all of it may be left out."""

    user_id: int | None
    chat_type: str | None
    reply_to: int | None
    thread_id: int | None
    forwarded: bool | Origin
    """From a person without a name, or from whom it says."""
    anonymously: bool
    """By an administrator who writes as the group."""
    links: Mapping[str, str] | None
    """Words of the text, and where they lead."""
    formats: Mapping[str, str] | None
    """Words of the text, and the entity that formats them, such as `bold`."""
    album: str | None
    """What the messages of one album have in common."""


class Writing(Acting):
    """A new chat is private, or a group if its id is negative."""

    def say(self, chat_id: int, text: str, **how: Unpack[How]) -> int:
        """A person writes, or forwards."""
        if utf16_length(text) > MAX_TEXT_LENGTH:
            raise ValueError("a person can't send that much as one message; use paste()")
        with self._state.changed:
            content = formatted(text, how.get("links"), how.get("formats"))
            return self._post(chat_id, content, {}, how)

    def paste(self, chat_id: int, text: str, **how: Unpack[How]) -> list[int]:
        """A person sends a long text, which Telegram's apps cut into several messages."""
        return [self.say(chat_id, part, **how) for part in split_long_text(text)]

    def send_document(
        self,
        chat_id: int,
        file_name: str,
        content: bytes,
        mime_type: str | None = None,
        caption: str | None = None,
        *,
        file_size: int | None = None,
        **how: Unpack[How],
    ) -> int:
        """A person sends a file. `file_size` may claim more bytes than there are."""
        mime_type = mime_type or mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        with self._state.changed:
            file = self._state.files.add(Upload(file_name, content, mime_type), file_size)
            fields = {"document": file.document}
            return self._post(chat_id, formatted(caption or "", how.get("links")), fields, how)

    def send_media(
        self, chat_id: int, kind: MediaKind, caption: str | None = None, **how: Unpack[How]
    ) -> int:
        """A person sends a photo, a voice message, a sticker, where they are, and the like."""
        if caption and kind in WITHOUT_CAPTION:
            raise ValueError(f"a {kind} has no caption")
        with self._state.changed:
            file = self._state.files.add(Upload(f"{kind}.bin", kind.encode(), ""))
            fields = media_fields(kind, file.ids)
            return self._post(chat_id, formatted(caption or "", how.get("links")), fields, how)

    def edit(
        self, chat_id: int, message_id: int, new_text: str, links: Mapping[str, str] | None = None
    ) -> None:
        """A person changes what they wrote."""
        with self._state.changed:
            chat, message = self._written_by_person(chat_id, message_id)
            message.content = formatted(new_text, links)
            message.edit_date = int(time.time())
            self._state.deliver(chat, message, "edited_message")

    def delete(self, chat_id: int, message_id: int) -> None:
        """A person deletes a message, of which the bot is told nothing."""
        with self._state.changed:
            chat = self._chat(chat_id)
            del chat.messages[existing_message(chat, message_id).message_id]

    def _post(self, chat_id: int, content: FormattedText, fields: Json, how: How) -> int:
        chat = self._open_chat(chat_id, how.get("chat_type"))
        message = self._add(chat, content, fields, how)
        self._state.deliver(chat, message, "message")
        return message.message_id

    def _add(self, chat: Chat, content: FormattedText, fields: Json, how: How) -> Message:
        sender = self._actor(chat, how.get("user_id"))
        reply_to, thread_id = how.get("reply_to"), how.get("thread_id")
        origin = self._origin(chat, sender, how)
        if reply_to:
            existing_message(chat, reply_to)
        if "sender_chat" in origin:
            sender = GROUP_ANONYMOUS_BOT
        message = chat.add_message(sender, content)
        message.fields, message.origin = fields, origin
        message.reply_to, message.thread_id = reply_to, thread_id
        if thread_id is not None:
            chat.thread_ids.add(thread_id)
        return message

    def _origin(self, chat: Chat, sender: Json, how: How) -> Json:
        origin: Json = {}
        if forwarded := how.get("forwarded"):
            origin_of_it = FromHiddenUser() if forwarded is True else forwarded
            origin["forward_origin"] = origin_of_it.as_json() | {"date": int(time.time())}
        if how.get("anonymously"):
            if not self._is_administrator(chat, sender):
                raise ValueError("only administrators write as the group")
            origin["sender_chat"] = chat.as_json()
        if album := how.get("album"):
            origin["media_group_id"] = album
        return origin

    def _written_by_person(self, chat_id: int, message_id: int) -> tuple[Chat, Message]:
        chat = self._chat(chat_id)
        message = existing_message(chat, message_id)
        if message.sender["id"] == self._state.bot_id:
            raise ValueError(f"message {message_id} is the bot's")
        return chat, message
