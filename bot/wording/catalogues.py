"""A language -> the translations into it."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

ENGLISH = "en"

LANGUAGES = {
    ENGLISH: "English",
    "de": "Deutsch",
    "es": "Español",
    "ru": "Русский",
    "ar": "العربية",
}
"""The languages that the bot speaks, by their ISO 639-1 codes, with their own names."""

RIGHT_TO_LEFT = frozenset({"ar"})


def language_for(code: str | None) -> str:
    """The language to speak to somebody whose app has a language such as `de` or `pt-br`."""
    language = (code or "").lower().partition("-")[0]
    return language if language in LANGUAGES else ENGLISH


def grouped(number: int, language: str) -> str:
    """A number with its thousands apart, as the language has it."""
    if language == ENGLISH:
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English has none.

    Babel reads the file that translators edit: there is no compiled one to keep up with it.
    """
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (files("bot.wording") / "locales" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
