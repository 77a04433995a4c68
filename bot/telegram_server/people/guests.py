"""People mention the bot where it is no member: there it is a guest, who may answer once."""

from typing import Unpack

from bot.telegram_server.people.texts import formatted
from bot.telegram_server.people.writing import How, Writing


class Guests(Writing):
    """Writing, and guest mode."""

    def ask_as_guest(self, chat_id: int, text: str, **how: Unpack[How]) -> str:
        """The id of a query: a person mentions the bot in a group without it, or replies to what it
        said there. A new chat is a supergroup."""
        with self._state.changed:
            if not self._state.guest_mode:
                raise ValueError("the bot's guest mode is off")
            chat_type = None if chat_id in self._state.chats else how.get("chat_type", "supergroup")
            chat = self._open_chat(chat_id, chat_type, with_bot=False)
            if chat.has(self._state.bot_id):
                raise ValueError(f"the bot is in chat {chat_id}")
            message = self._add(chat, formatted(text, how.get("links")), {}, how)
            replied = chat.replied_message(message)
            is_reply = bool(replied and replied.is_by(self._state.user))
            if f"@{self._state.username}".lower() not in text.lower() and not is_reply:
                raise ValueError(f"nobody mentions @{self._state.username} in {text!r}")
            query_id = self._state.guest_queries.open((chat, message))
            update = chat.message_json(message) | {"guest_query_id": query_id}
            self._state.updates.add("guest_message", update)
            return query_id
