"""What all that people do has in common: who does it, and in which chat."""

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.members import ADMINISTRATORS, Member, Status
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

FIRST_USER_IN_GROUPS = 1001


class Acting:
    """The first person who acts in a group is its creator, all others who do are its members, and
    so is the bot, unless something else was said of them."""

    def __init__(self, state: BotState) -> None:
        self._state = state

    def set_language(self, user_id: int, language_code: str | None) -> None:
        """From now on, a person's app is in that language; with None, it does not tell."""
        with self._state.changed:
            self._state.languages[user_id] = language_code

    def _open_chat(self, chat_id: int, chat_type: str | None, *, with_bot: bool = True) -> Chat:
        """A chat that is there, or else a new one: private, or a group if its id is negative."""
        chat = self._state.chats.get(chat_id)
        if chat is None:
            chat_type = chat_type or ("private" if chat_id > 0 else "group")
            if (chat_type == "private") != (chat_id > 0):
                raise ValueError("a private chat has a positive id, a group a negative one")
            chat = self._state.add_chat(chat_id, chat_type)
            if chat_type != "private" and with_bot:
                self._set_status(chat, self._state.user, "member")
        if chat_type not in (None, chat.type):
            raise ValueError(f"chat {chat_id} is a {chat.type}")
        return chat

    def _chat(self, chat_id: int) -> Chat:
        """A chat that is there."""
        if chat_id not in self._state.chats:
            raise ValueError(f"there is no chat {chat_id}")
        return self._state.chats[chat_id]

    def _actor(self, chat: Chat, user_id: int | None) -> Json:
        """Whoever acts in a chat, as a User; from now on they are a member of it."""
        if chat.upgraded_to:
            raise ValueError(f"group {chat.id} was upgraded to {chat.upgraded_to}")
        if chat.type == "private":
            return self._state.person(user_id or chat.id)
        user = self._state.person(user_id or FIRST_USER_IN_GROUPS)
        if chat.status_of(user["id"]) == "kicked":
            raise ValueError(f"user {user['id']} was removed from chat {chat.id}")
        if not chat.has(user["id"]):
            self._set_status(chat, user, "member" if chat.administrators() else "creator")
        return user

    def _set_status(self, chat: Chat, user: Json, status: Status) -> None:
        chat.members[user["id"]] = Member(user, status)

    def _creator(self, chat: Chat) -> Json:
        """Whoever looks after a group."""
        administrators = chat.administrators()
        return administrators[0].user if administrators else self._actor(chat, None)

    def _is_administrator(self, chat: Chat, user: Json) -> bool:
        return chat.status_of(user["id"]) in ADMINISTRATORS


def existing_message(chat: Chat, message_id: int) -> Message:
    """The message with that id; ValueError if there is none."""
    if message_id not in chat.messages:
        raise ValueError(f"no message {message_id} in chat {chat.id}")
    return chat.messages[message_id]
