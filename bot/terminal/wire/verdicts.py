"""What the bot's messages show -> whether they answer, and which sentences they cite."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from bot.replies.answer_replies import DOUBT, refusal_of
from bot.replies.one_off_replies import POST_DOUBT, Kind, refusal
from bot.replies.phrases import quoted
from bot.replies.reply import Quote, Role
from bot.telegram_server.entities import utf16_length, utf16_slice
from bot.telegram_server.records import SentMessage
from bot.wording import LANGUAGES, said

_TITLE, _NUMBER = "TITLE", 7
"""What stands for any title and any number in the words of a reply."""

_DIGITS = re.compile(r"\d+")
_ANY_NUMBER = r"(\d(?:\D?\d)*)"
"""A number, with thousands apart or not."""

_COUNTS = (1, 2, 3, 5, 11, 100)
"""Numbers that have each of the plurals that languages have."""

_KINDS = ({Kind.POST}, {Kind.PAGE}, {Kind.FILE}, {Kind.POST, Kind.PAGE})


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote in a message: the number of its sentence, and its words."""

    sentence: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What messages show. `answered` is about the first question, and None where nothing tells of
    an answer; `citations` are all of them."""

    answered: bool | None
    sentence: int | None
    citations: tuple[Cited, ...]


def verdict_of(messages: Iterable[SentMessage]) -> Verdict:
    """Read messages as a person does: a quote is an answer, unless a doubt stands above it."""
    pieces = [piece for message in messages for piece in _pieces(message)]
    first = list(_about_first_question(pieces))
    quotes = [piece for piece in first if isinstance(piece, Cited)]
    words = [piece for piece in first if isinstance(piece, str)]
    if any(map(_patterns("doubt").fullmatch, words)):
        answered: bool | None = False
    elif quotes:
        answered = True
    else:
        answered = False if any(map(_patterns("refusal").fullmatch, words)) else None
    return Verdict(
        answered,
        quotes[0].sentence if answered else None,
        tuple(piece for piece in pieces if isinstance(piece, Cited)),
    )


def _about_first_question(pieces: list[str | Cited]) -> Iterator[str | Cited]:
    """The pieces as far as the heading of a second question."""
    heading = _patterns("heading")
    begin = 0
    for row, piece in enumerate(pieces):
        if isinstance(piece, str) and heading.fullmatch(piece):
            begin = row + 1
            break
    return takewhile(
        lambda piece: isinstance(piece, Cited) or not heading.fullmatch(piece), pieces[begin:]
    )


def _pieces(message: SentMessage) -> Iterator[str | Cited]:
    """A message's paragraphs and quotes."""
    text, at = message.text, 0
    for entity in message.entities:
        if not entity["type"].endswith("blockquote"):
            continue
        yield from _paragraphs(utf16_slice(text, at, entity["offset"] - at))
        at = entity["offset"] + entity["length"]
        behind = utf16_slice(text, at, utf16_length(text) - at)
        if place := _patterns("place").match(behind.lstrip("\n")):
            number = re.sub(r"\D", "", next(filter(None, place.groups())))
            yield Cited(int(number), utf16_slice(text, entity["offset"], entity["length"]))
    yield from _paragraphs(utf16_slice(text, at, utf16_length(text) - at))


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    """A pattern of what the bot says in this case, in all languages."""
    quote = Quote(Role.ANSWER, ("",), _NUMBER, _NUMBER, _NUMBER)
    texts = {
        "doubt": [DOUBT, POST_DOUBT],
        "heading": [quoted(_TITLE)],
        "place": [quote.place],
        "refusal": [
            *map(refusal_of, _COUNTS),
            refusal({Kind.PAGE}, _TITLE),
            *(refusal(kinds, "") for kinds in _KINDS),
        ],
    }
    words = (said(text, language) for text in texts[kind] for language in LANGUAGES)
    return re.compile("|".join(map(_pattern, words)), re.DOTALL)


def _pattern(words: str) -> str:
    pattern = _DIGITS.sub(lambda _: _ANY_NUMBER, re.escape(words))
    return pattern.replace(_TITLE, ".+")
