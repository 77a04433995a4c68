"""A text that Telegram has cut into several messages, which nothing ties together -> one text."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import pairwise

from telegram import Message, Update

from bot.dialogue import PASTE_LENGTH
from bot.rendering.telegram_html import TELEGRAM_LIMIT, utf16_length

_FULL = 3500
"""UTF-16 units. A longer message may have been cut: apps cut at 4096, or between words before."""

NEXT_AFTER = 1.5
"""Seconds within which the next part of a cut text comes."""

NEIGHBOUR_AFTER = 0.5
"""Seconds within which the full part beside a shorter one comes, should that have come first."""

_ENDS = (".", "!", "?", "…", ":", "”", '"', "\n")


@dataclass(slots=True)
class _Run:
    """Long messages of one person that came one shortly after the other."""

    parts: dict[int, str] = field(default_factory=dict)
    last: float = 0.0


class Pastes:
    """Joins messages near Telegram's limit with those that follow them at once."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], _Run] = {}
        self._taken: set[tuple[int, int]] = set()

    def arrived(self, update: object) -> None:
        """Note a message as soon as it comes, before it waits for its chat's turn."""
        message = update.message if isinstance(update, Update) else None
        if message is None or not message.text or message.forward_origin:
            return
        if message.text.startswith("/"):
            return
        key = _key(message)
        run = self._runs.get(key)
        is_full = utf16_length(message.text) >= _FULL
        follows = run is not None and time.monotonic() - run.last < NEXT_AFTER and _is_cut(run)
        if not (is_full or follows or len(message.text) > PASTE_LENGTH):
            return
        if run is None or (not follows and time.monotonic() - run.last >= NEXT_AFTER):
            run = self._runs[key] = _Run()
        run.parts[message.message_id] = message.text
        run.last = time.monotonic()

    async def joined(self, message: Message, text: str) -> str | None:
        """The whole text that a message is a part of; None if it came with an earlier message.

        `text` is what the message says to the bot, and is returned where nothing belongs to it.
        """
        if (message.chat_id, message.message_id) in self._taken:
            self._taken.discard((message.chat_id, message.message_id))
            return None
        run = self._runs.get(_key(message))
        if run is None or message.message_id not in run.parts:
            return text
        while (left := self._seconds_left(run)) > 0:
            await asyncio.sleep(min(left, 0.05))
        if not _is_cut(run):
            del run.parts[message.message_id]  # The others are texts of their own.
            return text
        if self._runs.get(_key(message)) is run:
            del self._runs[_key(message)]
        if len(run.parts) == 1:
            return text
        self._taken |= {(message.chat_id, part) for part in run.parts if part != message.message_id}
        return _joined([run.parts[number] for number in sorted(run.parts)])

    def _seconds_left(self, run: _Run) -> float:
        """How long to wait for another part."""
        full = sum(utf16_length(part) >= _FULL for part in run.parts.values())
        if full and full < len(run.parts):  # The last part has come, unless one is on its way.
            wait = NEIGHBOUR_AFTER
        else:
            wait = NEXT_AFTER if full else NEIGHBOUR_AFTER
        return run.last + wait - time.monotonic()


def _key(message: Message) -> tuple[int, int]:
    return message.chat_id, message.from_user.id if message.from_user else 0


def _is_cut(run: _Run) -> bool:
    return any(utf16_length(part) >= _FULL for part in run.parts.values())


def _joined(parts: list[str]) -> str:
    """The parts as one text. An app that finds no blank cuts in the middle of a word."""
    text = parts[0]
    for before, part in pairwise(parts):
        if utf16_length(before) == TELEGRAM_LIMIT:
            gap = ""
        else:
            gap = "\n" if before.endswith(_ENDS) else " "
        text += gap + part
    return text
