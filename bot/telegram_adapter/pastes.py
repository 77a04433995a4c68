"""A text that Telegram has cut into several messages, which nothing ties together -> one text."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from telegram import Message, Update

from bot.intents import PASTE_LENGTH
from bot.rendering.telegram_html import TELEGRAM_LIMIT, utf16_length
from bot.telegram_adapter.quoting import pasted_message
from index.keeping.pasted import PastedMessage

_FULL = 3500
"""UTF-16 units. A longer message may have been cut: apps cut at 4096, or between words before."""

NEXT_AFTER = 1.5
"""Seconds within which the next part of a cut text comes."""

_SENT_WITHIN = 2.0
"""Seconds between two parts by Telegram's dates, which are whole seconds."""

NEIGHBOUR_AFTER = 0.5
"""Seconds within which the full part beside a shorter one comes, should that have come first."""

_ENDS = (".", "!", "?", "…", ":", "”", '"', "\n")


_FORGOTTEN_AFTER = 600.0
"""Seconds after which a text is forgotten that was not for the bot."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What was said to the bot in one message, or in the several that it was cut into.

    `messages` are the messages, with the part of `text` that each has.
    """

    text: str
    messages: tuple[PastedMessage, ...] = ()


@dataclass(slots=True)
class _Run:
    """Long messages of one person that were sent one shortly after the other.

    `last` is when the last one arrived, `last_date` when it was sent: what has waited for the bot
    arrives all at once.
    """

    parts: dict[int, Message] = field(default_factory=dict)
    last: float = 0.0
    last_date: float = 0.0


class Pastes:
    """Joins messages near Telegram's limit with those that follow them at once."""

    def __init__(self) -> None:
        self._latest: dict[tuple[int, int], _Run] = {}
        self._runs: OrderedDict[tuple[int, int], _Run] = OrderedDict()
        self._taken: set[tuple[int, int]] = set()

    def arrived(self, update: object) -> None:
        """Note a message as soon as it comes, before it waits for its chat's turn."""
        message = update.message if isinstance(update, Update) else None
        if message is None or not message.text or message.forward_origin:
            return
        if message.text.startswith("/"):
            return
        self._forget()
        run = self._latest.get(_person(message))
        near = run is not None and _is_near(run, message)
        follows = run is not None and near and _is_cut(run)
        if not (_is_full(message) or follows or len(message.text) > PASTE_LENGTH):
            return
        if run is None or not near:
            run = self._latest[_person(message)] = _Run()
        run.parts[message.message_id] = message
        run.last, run.last_date = time.monotonic(), message.date.timestamp()
        self._runs[_place(message)] = run

    def is_part(self, update: Update) -> bool:
        """Whether an update is a message that may be a part of a longer text."""
        return update.message is not None and _place(update.message) in self._runs

    def has_taken(self, update: object) -> bool:
        """Whether an update is a message that came with an earlier one."""
        message = update.message if isinstance(update, Update) else None
        return message is not None and _place(message) in self._taken

    async def joined(self, message: Message, text: str) -> Whole | None:
        """The whole that a message is a part of; None if it came with an earlier message.

        `text` is what the message says to the bot.
        """
        if _place(message) in self._taken:
            self._taken.discard(_place(message))
            return None
        run = self._runs.pop(_place(message), None)
        if run is None:
            return whole(message, text)
        while (left := self._seconds_left(run)) > 0:
            await asyncio.sleep(min(left, 0.05))
        is_cut = _is_cut(run)
        if not is_cut:
            del run.parts[message.message_id]  # The others are texts of their own.
        if self._latest.get(_person(message)) is run and (is_cut or not run.parts):
            del self._latest[_person(message)]
        if not is_cut:
            return whole(message, text)
        others = {(message.chat_id, part) for part in run.parts if part != message.message_id}
        for other in others:
            self._runs.pop(other, None)
        self._taken |= others
        said = {number: part.text or "" for number, part in run.parts.items()}
        said[message.message_id] = text
        return _joined([(run.parts[number], said[number]) for number in sorted(said)])

    def _forget(self) -> None:
        """Forget what nobody has asked for: in a group, not every text is for the bot."""
        before = time.monotonic() - _FORGOTTEN_AFTER
        while self._runs and (run := next(iter(self._runs.values()))).last < before:
            self._runs.popitem(last=False)
            self._latest = {key: each for key, each in self._latest.items() if each is not run}

    def _seconds_left(self, run: _Run) -> float:
        """How long to wait for another part."""
        full = sum(map(_is_full, run.parts.values()))
        if full and full < len(run.parts):  # The last part has come, unless one is on its way.
            wait = NEIGHBOUR_AFTER
        else:
            wait = NEXT_AFTER if full else NEIGHBOUR_AFTER
        return run.last + wait - time.monotonic()


def _person(message: Message) -> tuple[int, int]:
    return message.chat_id, message.from_user.id if message.from_user else 0


def _place(message: Message) -> tuple[int, int]:
    return message.chat_id, message.message_id


def _is_near(run: _Run, message: Message) -> bool:
    """Whether a message was sent and has arrived shortly after a run."""
    later = abs(message.date.timestamp() - run.last_date)
    return time.monotonic() - run.last < NEXT_AFTER and later <= _SENT_WITHIN


def _is_cut(run: _Run) -> bool:
    return any(map(_is_full, run.parts.values()))


def _is_full(message: Message) -> bool:
    return utf16_length(message.text or "") >= _FULL


def whole(message: Message, text: str) -> Whole:
    """A message to which no other belongs; `text` is what it says to the bot."""
    return _joined([(message, text)])


def _joined(parts: list[tuple[Message, str]]) -> Whole:
    """Messages, each with what it says, as one text."""
    text = ""
    messages = []
    for row, (message, said) in enumerate(parts):
        if row:
            text += _gap(parts[row - 1][0].text or "")
        messages.append(pasted_message(message, said, len(text)))
        text += said
    return Whole(text, tuple(filter(None, messages)))


def _gap(before: str) -> str:
    """What was lost between two parts. An app that finds no blank cuts in the middle of a word."""
    if utf16_length(before) == TELEGRAM_LIMIT:
        return ""
    return "\n" if before.endswith(_ENDS) else " "
