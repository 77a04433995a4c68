"""Quotes and replies to render."""

from bot.replies.reply import Quote, Reply, Role
from bot.telegram_server.entities import clean
from index.types import Span


def quote(
    *sentences: str,
    emphasis: int | None = None,
    highlight: Span | None = None,
    number: int = 5,
    of: int = 20,
) -> Quote:
    return Quote(Role.ANSWER, sentences, number, 2, of, emphasis, highlight)


def marked(sentence: str) -> Quote:
    """A quote of a sentence whose answer's words stand between two asterisks."""
    before, words, after = sentence.split("*")
    start = len(before)
    return quote(before + words + after, highlight=(start, start + len(words)))


def squeezed(text: str) -> str:
    """As Telegram keeps it, without the white space."""
    return "".join(clean(text).split())


def words_of(reply: Reply) -> str:
    return "".join(
        squeezed(block)
        if isinstance(block, str)
        else squeezed("".join(block.sentences) + block.place)
        for block in reply.blocks
    )
