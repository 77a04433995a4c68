"""The updates for the bot: which messages it gets, and the queue in which they wait for it."""

import asyncio
import itertools
from dataclasses import dataclass

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.entities import Entity, utf16_slice
from bot.telegram_server.types import Json

FIRST_UPDATE_ID = 700_000_001


@dataclass(slots=True)
class Poll:
    """A getUpdates call that waits. Its result says whether another getUpdates ended it."""

    ended_by_other: asyncio.Future[bool]

    def end(self, by_other: bool) -> None:
        """To be called in the loop's thread."""
        if not self.ended_by_other.done():
            self.ended_by_other.set_result(by_other)


class UpdateQueue:
    """The updates that wait for the bot, and the poll that waits for them."""

    def __init__(self) -> None:
        self.pending: list[Json] = []
        self._all: list[Json] = []
        self.allowed_updates: list[str] = []
        """The types of update the bot wants; all, if there are none."""
        self._poll: Poll | None = None
        self._update_ids = itertools.count(FIRST_UPDATE_ID)
        self._last_update_id = FIRST_UPDATE_ID - 1

    def add(self, update_type: str, value: Json, *, wanted: bool = False) -> None:
        """Queue an update, if the bot asks for its type or it is `wanted` anyway."""
        if self.allowed_updates and update_type not in self.allowed_updates and not wanted:
            return
        self._last_update_id = next(self._update_ids)
        self._all.append({"update_id": self._last_update_id, update_type: value})
        self.pending.append(self._all[-1])
        self._end_poll()

    def repeat(self, number: int) -> None:
        """Queue an update again that was queued before, as it was."""
        self.pending.insert(0, self._all[number])
        self._end_poll()

    def _end_poll(self) -> None:
        if self._poll:
            # People act in threads of their own.
            loop = self._poll.ended_by_other.get_loop()
            loop.call_soon_threadsafe(self._poll.end, False)

    def confirm(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset <= self._last_update_id + 1:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]

    def start_poll(self) -> Poll:
        """End the poll before it, for only one can wait. To be called in the loop's thread."""
        if self._poll:
            self._poll.end(by_other=True)
        self._poll = Poll(asyncio.get_running_loop().create_future())
        return self._poll

    def forget_poll(self, poll: Poll) -> None:
        """Note that a poll waits no more."""
        if self._poll is poll:
            self._poll = None


def is_meant_for_bot(chat: Chat, message: Message, username: str) -> bool:
    """Privacy mode: in a group, a bot gets only the messages that are meant for it."""
    if chat.type == "private":
        return True
    replied = chat.replied_message(message)
    if replied and replied.sender["is_bot"]:
        return True
    text = message.content.text
    return any(_addresses_bot(text, entity, username) for entity in message.content.entities)


def _addresses_bot(text: str, entity: Entity, username: str) -> bool:
    """Whether it is a mention of the bot, or a command to it or to no bot by name."""
    words = utf16_slice(text, entity["offset"], entity["length"])
    name = words.partition("@")[2].lower()
    if entity["type"] == "bot_command" and not name:
        return True
    return entity["type"] in ("bot_command", "mention") and name == username.lower()
