"""The updates for the bot: which messages it gets, and the queue in which they wait for it."""

import asyncio
import itertools
from dataclasses import dataclass

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import Entity, utf16_slice
from bot.telegram_server.errors import CONFLICT
from bot.telegram_server.members import ADMINISTRATORS
from bot.telegram_server.types import Json

FIRST_UPDATE_ID = 700_000_001

# A bot gets these only if it asks for them by name.
ONLY_BY_NAME = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(slots=True)
class Poll:
    """Somebody who waits for updates: a getUpdates call, or the webhook.

    Its result is the conflict that ended it, if something other than an update did.
    """

    ended: asyncio.Future[str | None]

    def end(self, conflict: str | None) -> None:
        """To be called in the loop's thread."""
        if not self.ended.done():
            self.ended.set_result(conflict)


class UpdateQueue:
    """The updates that wait for the bot, and the poll that waits for them."""

    def __init__(self) -> None:
        self.pending: list[Json] = []
        self._all: list[Json] = []
        self.allowed_updates: list[str] = []
        """The types of update the bot wants; if there are none, all that come unasked."""
        self._poll: Poll | None = None
        self._update_ids = itertools.count(FIRST_UPDATE_ID)
        self._last_update_id = FIRST_UPDATE_ID - 1

    def add(self, update_type: str, value: Json, *, wanted: bool = False) -> None:
        """Queue an update, if the bot asks for its type or it is `wanted` anyway."""
        if not wanted and not self._is_asked_for(update_type):
            return
        self._last_update_id = next(self._update_ids)
        self._all.append({"update_id": self._last_update_id, update_type: value})
        self.pending.append(self._all[-1])
        self._end_poll()

    def _is_asked_for(self, update_type: str) -> bool:
        if self.allowed_updates:
            return update_type in self.allowed_updates
        return update_type not in ONLY_BY_NAME

    def repeat(self, number: int) -> None:
        """Queue an update again that was queued before, as it was."""
        self.pending.insert(0, self._all[number])
        self._end_poll()

    def _end_poll(self) -> None:
        if self._poll:
            # People act in threads of their own.
            loop = self._poll.ended.get_loop()
            loop.call_soon_threadsafe(self._poll.end, None)

    def confirm(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset <= self._last_update_id + 1:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]

    def remove(self, update: Json) -> None:
        """Forget one update, if that was not done meanwhile."""
        if update in self.pending:
            self.pending.remove(update)

    def start_poll(self) -> Poll:
        """End the poll before it, for only one can wait. To be called in the loop's thread."""
        self.end_poll(CONFLICT)
        self._poll = Poll(asyncio.get_running_loop().create_future())
        return self._poll

    def end_poll(self, conflict: str) -> None:
        """End the poll, if there is one, with an error. To be called in the loop's thread."""
        if self._poll:
            self._poll.end(conflict)

    def forget_poll(self, poll: Poll) -> None:
        """Note that a poll waits no more."""
        if self._poll is poll:
            self._poll = None


def is_meant_for_bot(chat: Chat, message: Message, bot: Json) -> bool:
    """Privacy mode: in a group, a bot gets only the messages that are meant for it, unless it is
    an administrator there. What happens in the group, and its own messages, it gets always."""
    if chat.type == "private" or message.is_service or message.is_by(bot):
        return True
    if chat.status_of(bot["id"]) in ADMINISTRATORS:
        return True
    replied = chat.replied_message(message)
    if replied and replied.is_by(bot):
        return True
    text, username = message.content.text, bot["username"]
    return any(_addresses_bot(text, entity, username) for entity in message.content.entities)


def _addresses_bot(text: str, entity: Entity, username: str) -> bool:
    """Whether it is a mention of the bot, or a command to it or to no bot by name."""
    words = utf16_slice(text, entity["offset"], entity["length"])
    name = words.partition("@")[2].lower()
    if entity["type"] == "bot_command" and not name:
        return True
    return entity["type"] in ("bot_command", "mention") and name == username.lower()
