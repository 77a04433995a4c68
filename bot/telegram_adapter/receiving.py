"""What Telegram hands over is written down before it is acknowledged, and done once."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from telegram import Update
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


class Receiver:
    """Takes the updates of a poll or of a webhook, and knows which of them wait.

    The heartbeat file is touched whenever their updates are safe: a loop of errors, in
    Telegram or here, ends the heartbeat.
    """

    def __init__(self, inbox: Inbox, heartbeat: Path | None = None) -> None:
        self._inbox = inbox
        self._heartbeat = heartbeat
        self.last_answer = 0.0
        """When Telegram answered last (Unix time)."""
        self._known: OrderedDict[int, None] = OrderedDict()
        self._waiting: set[int] = set()
        self._finished: list[int] = []
        self._answers: list[Answered] = []
        self._marking = asyncio.Lock()

    async def receive(self, updates: Sequence[Json]) -> list[Json]:
        """Write updates down; return what is to be handled.

        What can't be read, and what is waiting or done already, is returned with nothing but its
        ID, so that it is acknowledged with the others.
        """
        readable = [each for each in map(_readable, updates) if each]
        lasting = [each for each in readable if not _FLEETING & each.payload.keys()]
        new = {each.update_id for each in await self._write_down(lasting)}
        self._waiting |= new
        new |= {each.update_id for each in readable if _FLEETING & each.payload.keys()}
        self.beat()
        return [
            update if update["update_id"] in new else {"update_id": update["update_id"]}
            for update in updates
        ]

    def beat(self) -> None:
        """Note that Telegram has answered, in the heartbeat file too, if there is to be one."""
        self.last_answer = time.time()
        if self._heartbeat:
            _touch(self._heartbeat)

    @property
    def waiting_count(self) -> int:
        """The number of updates that are taken and not done."""
        return len(self._waiting)

    async def waiting(self) -> list[Json]:
        """The updates that an earlier process has taken and not done, in their order."""
        try:
            received = await asyncio.to_thread(self._inbox.waiting)
        except StorageError as error:
            _log.warning("What waits from before could not be read: %s", error)
            return []
        self._remember(received)
        self._waiting |= {each.update_id for each in received}
        return [each.payload for each in received]

    async def begin(self, update_id: int, last_message: int) -> Attempt:
        """Note that an update is about to be handled. After the first attempt, an earlier process
        may have answered it, behind the message with the ID `last_message` of its chat."""
        try:
            return await asyncio.to_thread(self._inbox.begin, update_id, last_message)
        except StorageError as error:
            _log.warning("That an update is handled could not be written down: %s", error)
            return Attempt(1, last_message)

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
        if update_id not in self._waiting:
            return
        self._waiting.remove(update_id)
        self._finished.append(update_id)
        async with self._marking:
            if not self._finished:
                return
            ids, self._finished = self._finished, []
            answers, self._answers = self._answers, []
            try:
                await asyncio.to_thread(self._inbox.done, ids, answers)
            except StorageError as error:
                self._finished += ids  # With the next one.
                self._answers += answers
                _log.warning("That %d updates are done could not be kept: %s", len(ids), error)

    async def _write_down(self, updates: Sequence[Received]) -> list[Received]:
        """Those that are new. A store that fails never stops the answering."""
        fresh = [update for update in updates if update.update_id not in self._known]
        try:
            new = await asyncio.to_thread(self._inbox.add, fresh)
        except StorageError as error:
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
        """Send the request as the base class does, and receive what it brings."""
        status, payload = await super().do_request(*args, **kwargs)
        if status != 200:
            return status, payload
        answer = json.loads(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = await self._receiver.receive(answer["result"])
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
