"""Groups: who is in them and as what, the bot among them, and what becomes of them."""

import time

from bot.telegram_server.accounts import GROUP_ANONYMOUS_BOT
from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import FormattedText
from bot.telegram_server.members import Member, Status
from bot.telegram_server.people.acting import FIRST_USER_IN_GROUPS, Acting
from bot.telegram_server.types import Json

# The id of a supergroup that was a small group begins so.
FIRST_SUPERGROUP = -1_002_000_000_000


class Groups(Acting):
    """What people do with a group and its members."""

    def create_group(
        self,
        chat_id: int,
        chat_type: str = "group",
        *,
        creator: int = FIRST_USER_IN_GROUPS,
        with_bot: bool = True,
    ) -> None:
        """A person makes a group, with the bot in it or without."""
        with self._state.changed:
            if chat_id in self._state.chats:
                raise ValueError(f"chat {chat_id} is there already")
            self._actor(self._open_chat(chat_id, chat_type, with_bot=with_bot), creator)

    def promote(self, chat_id: int, user_id: int) -> None:
        """Somebody, or the bot, is made an administrator."""
        self._become(chat_id, user_id, "administrator")

    def demote(self, chat_id: int, user_id: int) -> None:
        """Somebody, or the bot, is no longer an administrator."""
        self._become(chat_id, user_id, "member")

    def leave(self, chat_id: int, user_id: int) -> None:
        """Somebody leaves the group."""
        self._become(chat_id, user_id, "left", by=user_id)

    def remove(self, chat_id: int, user_id: int) -> None:
        """Somebody is thrown out of the group."""
        self._become(chat_id, user_id, "kicked")

    def add_bot(self, chat_id: int) -> None:
        """The bot is added to a group."""
        with self._state.changed:
            chat, bot = self._chat(chat_id), self._state.user
            self._change(chat, bot, "member", self._creator(chat))
            self._happen(chat, self._creator(chat), {"new_chat_members": [bot]})

    def remove_bot(self, chat_id: int) -> None:
        """The bot is thrown out of a group."""
        with self._state.changed:
            chat, bot = self._chat(chat_id), self._state.user
            # The bot still gets to know of that.
            self._happen(chat, self._creator(chat), {"left_chat_member": bot})
            self._change(chat, bot, "kicked", self._creator(chat))

    def upgrade(self, chat_id: int) -> int:
        """A small group becomes a supergroup, with another id and without the old messages."""
        with self._state.changed:
            group = self._chat(chat_id)
            if group.type != "group" or group.upgraded_to:
                raise ValueError(f"chat {chat_id} can't be upgraded")
            creator = self._creator(group)
            supergroup = self._state.add_chat(FIRST_SUPERGROUP + chat_id, "supergroup")
            supergroup.members = dict(group.members)
            del supergroup.members[self._state.bot_id]
            self._change(supergroup, self._state.user, "member", creator)
            self._happen(group, creator, {"migrate_to_chat_id": supergroup.id})
            message = self._service(
                supergroup, GROUP_ANONYMOUS_BOT, {"migrate_from_chat_id": chat_id}
            )
            message.origin = {"sender_chat": supergroup.as_json()}
            self._state.deliver(supergroup, message, "message")
            group.upgraded_to = supergroup.id
            return supergroup.id

    def _become(self, chat_id: int, user_id: int, status: Status, *, by: int | None = None) -> None:
        with self._state.changed:
            chat = self._chat(chat_id)
            actor = self._state.person(by) if by else self._creator(chat)
            is_bot = user_id == self._state.bot_id
            user = self._state.user if is_bot else self._actor(chat, user_id)
            self._change(chat, user, status, actor)

    def _change(self, chat: Chat, user: Json, status: Status, actor: Json) -> None:
        """Make somebody something else in a group, and tell the bot if it may know."""
        old = chat.members.get(user["id"]) or Member(user, "left")
        is_bot = user["id"] == self._state.bot_id
        may_know = is_bot or self._is_administrator(chat, self._state.user)
        self._set_status(chat, user, status)
        if not may_know:
            return
        update = {
            "chat": chat.as_json(),
            "from": actor,
            "date": int(time.time()),
            "old_chat_member": old.as_json(),
            "new_chat_member": chat.members[user["id"]].as_json(),
        }
        self._state.updates.add("my_chat_member" if is_bot else "chat_member", update)

    def _happen(self, chat: Chat, actor: Json, fields: Json) -> None:
        self._state.deliver(chat, self._service(chat, actor, fields), "message")

    def _service(self, chat: Chat, actor: Json, fields: Json) -> Message:
        message = chat.add_message(actor, FormattedText("", []))
        message.fields = fields
        return message
