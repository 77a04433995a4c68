"""A day, written as each language writes it."""

from datetime import date

from bot.wording.catalogues import ENGLISH
from bot.wording.text import Text

_LOCALES = {ENGLISH: "en_GB"}
"""Locales of languages that are written in several ways."""


class Day(Text):
    """A day such as "3 May 2024"."""

    _day: date

    def __new__(cls, day: date) -> "Day":
        """`day` as English writes it is the text's English."""
        self = super().__new__(cls, _written(day, ENGLISH))
        self._day = day
        return self

    def to(self, language: str) -> str:
        """The day in a language of `LANGUAGES`."""
        return _written(self._day, language)


def _written(day: date, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, "long", locale=_LOCALES.get(language, language))
