"""What Telegram hands over is written down before it is acknowledged, and done once."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.health import beat
from index.errors import StorageError
from index.keeping.inbox import Answered, Attempt, Inbox, Received

_log = logging.getLogger(__name__)

Json = dict[str, Any]

_MAX_REMEMBERED = 10_000
"""IDs of updates that are known without looking into the database."""


_FLEETING = frozenset({Update.INLINE_QUERY})
"""Updates that are worth answering at once or never: they are not written down."""


HandOn = Callable[[str], Awaitable[None]]
"""Has what waits of a chat handled, by whichever process that is for."""

TAKEN_OVER_AFTER = 3.0
"""Seconds after which an update is handled that another process has begun, which does not live any
more for the others: by then it knows that, what it has sent has arrived, and what it has done is
marked, if it can do so at all."""


class Receiver:
    """Takes the updates of a poll or of a webhook, and knows which of them wait here.

    The heartbeat file is touched whenever their updates are safe: a loop of errors, in
    Telegram or here, ends the heartbeat.
    """

    def __init__(self, inbox: Inbox, heartbeat: Path | None = None) -> None:
        self._inbox = inbox
        self._heartbeat = heartbeat
        self.last_answer = 0.0
        """When Telegram answered last (Unix time)."""
        self._known: OrderedDict[int, None] = OrderedDict()
        self._waiting: dict[int, str] = {}
        self._finished: list[int] = []
        self._answers: list[Answered] = []
        self._marking = asyncio.Lock()
        self.hand_on: HandOn | None = None
        """Where several processes share the updates, this is told of their chats."""

    async def receive(self, updates: Sequence[Json]) -> list[Json]:
        """Write updates down; return what is to be handled.

        What can't be read, and what is waiting or done already, is returned with nothing but its
        ID, so that it is acknowledged with the others; and so is what is handed on.

        Raises:
            StorageError: they can't be written down, and are not for this process alone.
        """
        readable = [each for each in map(_readable, updates) if each]
        lasting = [each for each in readable if not _FLEETING & each.payload.keys()]
        here = {each.update_id for each in readable} - {each.update_id for each in lasting}
        new = await self._write_down(lasting)
        self.beat()
        if self.hand_on is None:
            for each in new:
                self.hold(each)
            here |= {each.update_id for each in new}
        else:
            for chat in dict.fromkeys(each.chat for each in new):
                await self.hand_on(chat)
        return [
            update if update["update_id"] in here else {"update_id": update["update_id"]}
            for update in updates
        ]

    def beat(self) -> None:
        """Note that Telegram has answered, in the heartbeat file too, if there is to be one."""
        self.last_answer = time.time()
        if self._heartbeat:
            _touch(self._heartbeat)

    @property
    def waiting_count(self) -> int:
        """The number of updates that this process has taken and not done."""
        return len(self._waiting)

    async def waiting(self, chat: str | None = None) -> list[Received]:
        """The updates, of all chats or of one, that are not done and that this process has not
        taken, in their order: an earlier process has, or another one."""
        taken = set(self._waiting)  # Also those that are done while the others are read.
        try:
            received = await asyncio.to_thread(self._inbox.waiting, chat)
        except StorageError as error:
            _log.warning("What waits could not be read: %s", error)
            return []
        taken |= self._waiting.keys()
        return [each for each in received if each.update_id not in taken]

    def hold(self, update: Received) -> None:
        """Take an update: this process will handle it."""
        self._remember([update])
        self._waiting[update.update_id] = update.chat

    def holds(self, update_id: int) -> bool:
        """Whether this process has taken an update that is not done."""
        return update_id in self._waiting

    def holds_some_of(self, chat: str) -> bool:
        """Whether this process has taken updates of a chat that are not done."""
        return chat in self._waiting.values()

    def let_go(self) -> None:
        """Leave all that is not done to whoever takes it next."""
        self._waiting = {each: self._waiting[each] for each in self._finished}

    async def begin(self, update_id: int, last_message: int) -> Attempt | None:
        """Note that an update is about to be handled; None: another process has just done it.

        After the first attempt, an earlier process may have answered it, behind the message with
        the ID `last_message` of its chat.
        """
        try:
            attempt = await asyncio.to_thread(self._inbox.begin, update_id, last_message)
        except StorageError as error:
            _log.warning("That an update is handled could not be written down: %s", error)
            return Attempt(1, last_message)
        if self.hand_on and attempt.number > 1:
            await asyncio.sleep(TAKEN_OVER_AFTER)
            with suppress(StorageError):
                if await asyncio.to_thread(self._inbox.is_done, update_id):
                    return None
        return attempt

    async def note(self, update_id: int, name: str, value: str) -> None:
        """Write something down beside an update; after a restart it is among its `api_kwargs`."""
        try:
            await asyncio.to_thread(self._inbox.note, update_id, name, value)
        except StorageError as error:
            _log.warning("What was done for an update could not be written down: %s", error)

    def answered(self, answer: Answered) -> None:
        """Note what a message was answered with, to be kept when its update is done."""
        self._answers.append(answer)

    async def answer_to(self, chat: str, message_id: int) -> Answered | None:
        """What a message was answered with, if it was answered lately."""
        try:
            return await asyncio.to_thread(self._inbox.answer_to, chat, message_id)
        except StorageError as error:
            _log.warning("What was answered could not be read: %s", error)
            return None

    async def done(self, update_id: int) -> None:
        """Mark an update as done: its reply was delivered. Several are marked at once."""
        if update_id in self._waiting:
            self._finished.append(update_id)
            await self.mark()

    async def mark(self) -> None:
        """Mark what is done and is not marked yet."""
        async with self._marking:
            if not self._finished:
                return
            ids, answers = tuple(self._finished), tuple(self._answers)
            try:
                await asyncio.to_thread(self._inbox.done, ids, answers)
            except StorageError as error:  # With the next one.
                _log.warning("That %d updates are done could not be kept: %s", len(ids), error)
                return
            self._finished = self._finished[len(ids) :]
            self._answers = self._answers[len(answers) :]
            for each in ids:
                self._waiting.pop(each, None)

    async def _write_down(self, updates: Sequence[Received]) -> list[Received]:
        """Those that are new. A store that fails never stops the answering, unless another process
        might answer too."""
        fresh = [update for update in updates if update.update_id not in self._known]
        try:
            new = await asyncio.to_thread(self._inbox.add, fresh)
        except StorageError as error:
            if self.hand_on:
                raise
            _log.warning("Updates could not be written down, and are only in memory: %s", error)
            new = fresh
        self._remember(fresh)
        return new

    def _remember(self, updates: Sequence[Received]) -> None:
        self._known.update((update.update_id, None) for update in updates)
        while len(self._known) > _MAX_REMEMBERED:
            self._known.popitem(last=False)


class UpdatesRequest(HTTPXRequest):
    """The request of the poll: its updates pass a `Receiver` before anything else sees them.

    The next poll acknowledges them, and is sent only after this one has returned.
    """

    def __init__(self, receiver: Receiver) -> None:
        super().__init__()
        self._receiver = receiver

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send the request as the base class does, and receive what it brings.

        Raises:
            NetworkError: as the base class, and where it can't be received: it will come again.
        """
        status, payload = await super().do_request(*args, **kwargs)
        if status != 200:
            return status, payload
        answer = json.loads(payload)
        if isinstance(answer.get("result"), list):
            try:
                answer["result"] = await self._receiver.receive(answer["result"])
            except StorageError as error:
                raise NetworkError(f"what came could not be written down ({error})") from error
        return status, json.dumps(answer).encode()


def _readable(update: Json) -> Received | None:
    """An update to be written down; None if python-telegram-bot can't decode it."""
    try:
        decoded = Update.de_json(update, None)
    except Exception as error:  # whatever a field that is missing, or of another type, raises
        kind = ", ".join(sorted(update.keys() - {"update_id"}))
        _log.error(
            "Update %s (%s) can't be read and is skipped: %s",
            update["update_id"], kind, type(error).__name__,
        )  # fmt: skip
        return None
    chat = decoded.effective_chat
    return Received(decoded.update_id, str(chat.id) if chat else "", update)


def _touch(heartbeat: Path) -> None:
    try:
        beat(heartbeat)
    except OSError as error:
        _log.warning("%s can't be touched: %s", heartbeat, error.strerror)
