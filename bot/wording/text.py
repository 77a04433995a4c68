"""`Text`: a sentence in English that knows how to say itself in other languages."""

import re
from collections.abc import Iterable, Mapping
from typing import Self

from bot.wording.catalogues import ENGLISH, RIGHT_TO_LEFT, grouped, translations

_COMMAND = re.compile(r"(?<![\w/])/(?=[a-z])")
_TO_THE_RIGHT = "\N{LEFT-TO-RIGHT MARK}/"
"""A command's stroke between words of the other direction, where it would stand behind it."""

_ISOLATED = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"
"""A word of another direction that must not turn around what stands beside it: Unicode UAX #9."""


class Text(str):
    """A text for people. As a `str` it is English; `said` says it in another language.

    `message` is the English as the catalogues have it, with `{names}` for the values. With a
    `plural` and a `count` it is in the singular or the plural. A value may be a `Text` itself.
    """

    message: str
    plural: str | None
    values: Mapping[str, object]

    def __new__(
        cls, message: str, plural: str | None = None, values: Mapping[str, object] | None = None
    ) -> Self:
        """`values` stand for the `{names}` in the message; of a plural, their `count` decides."""
        values = values or {}
        english = plural if plural is not None and values["count"] != 1 else message
        shown = {name: _shown(value, ENGLISH) for name, value in values.items()}
        self = super().__new__(cls, english.format(**shown) if shown else english)
        self.message, self.plural, self.values = message, plural, values
        return self

    def to(self, language: str) -> str:
        """The text in a language of `LANGUAGES`; in English where a translation is missing."""
        catalogue = translations(language)
        if not self.message:  # A catalogue has its own facts under the empty message.
            return ""
        if self.plural is None:
            said_so = catalogue.gettext(self.message)
        else:
            said_so = catalogue.ngettext(self.message, self.plural, _count(self.values))
        if self.values:
            shown = {name: _shown(value, language) for name, value in self.values.items()}
            said_so = said_so.format(**shown)
        return _COMMAND.sub(_TO_THE_RIGHT, said_so) if language in RIGHT_TO_LEFT else said_so


def _(message: str, /, **values: object) -> Text:
    """A text; `values` stand for the `{names}` in it."""
    return Text(message, values=values)


def n_(singular: str, plural: str, count: int, /, **values: object) -> Text:
    """A text that depends on a number, which stands for `{count}` in it."""
    return Text(singular, plural, {"count": count, **values})


def listed(texts: Iterable[str]) -> Text:
    """Several texts with commas between them."""
    first, *others = texts
    line = together("", (first,))
    for other in others:
        line = _("{first}, {second}", first=line, second=other)
    return line


def together(separator: str, texts: Iterable[str]) -> Text:
    """Several texts as one."""
    parts = {f"part{number}": text for number, text in enumerate(texts)}
    return Text(separator.join(f"{{{name}}}" for name in parts), values=parts)


def said(text: str, language: str) -> str:
    """A text in a language. What is no `Text` is somebody's words, and stays as it is."""
    return text.to(language) if isinstance(text, Text) else text


def _shown(value: object, language: str) -> object:
    """A value as it stands in a text of a language."""
    if isinstance(value, Text):
        return value.to(language) if language != ENGLISH else value
    if isinstance(value, int):
        return grouped(value, language)
    if isinstance(value, str) and language in RIGHT_TO_LEFT:
        return _ISOLATED.format(value)
    return value


def _count(values: Mapping[str, object]) -> int:
    count = values["count"]
    assert isinstance(count, int)  # noqa: S101 - `n_` sees to it
    return count
