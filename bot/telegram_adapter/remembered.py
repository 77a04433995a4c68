"""What the last answers from posts were about: a reply to such an answer asks the same post."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message

from bot.one_off import File, Source
from bot.rendering.telegram_html import telegram_messages, without_tags
from bot.replies.reply import Quote, Reply

_MAX_ANSWERS = 200
_SECONDS = 600.0
"""How many answers are remembered, and for how long. Nothing of it is written down."""


@dataclass(frozen=True, slots=True)
class About:
    """What a question is asked of. `after`: the question before."""

    sources: Sequence[Source]
    after: str = ""


class Remembered:
    """What the answers of the last minutes were about, by chat and by what they say.

    Telegram does not tell a guest which message its answer has become. An answer that quotes
    nothing is not remembered: it does not tell one post from another.
    """

    def __init__(self) -> None:
        self._about: OrderedDict[tuple[int, str], tuple[float, About]] = OrderedDict()

    def add(self, chat_id: int, reply: Reply, about: About) -> None:
        """Remember what a reply is about, which a chat was given."""
        quotes = any(isinstance(block, Quote) for block in reply.blocks)
        if not quotes or any(isinstance(source, File) for source in about.sources):
            return  # A file would take much memory.
        answer = chat_id, _words(without_tags(telegram_messages(reply)[0]))
        self._about.pop(answer, None)
        self._about[answer] = time.monotonic(), about
        while len(self._about) > _MAX_ANSWERS:
            self._about.popitem(last=False)

    def find(self, answer: Message) -> About | None:
        """What an answer was about, if it is remembered."""
        before = time.monotonic() - _SECONDS
        while self._about and next(iter(self._about.values()))[0] < before:
            self._about.popitem(last=False)
        _, about = self._about.get((answer.chat_id, _words(answer.text or "")), (0.0, None))
        return about


def _words(text: str) -> str:
    return " ".join(text.split())
