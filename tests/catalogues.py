"""The catalogues of all languages, brought up to date with the words in the code: `make words`."""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.wording import ENGLISH, LANGUAGES

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "bot" / "wording" / "locales"

ERRORS = (
    "ArticleNotFound",
    "ArticleTooLarge",
    "CollectionError",
    "EmptyArticle",
    "FetchError",
    "UnsupportedArticle",
)
"""Errors that a dialogue replies with."""

KEYWORDS = {"_": None, "n_": (1, 2), **dict.fromkeys(ERRORS)}


def words_in_the_code() -> Catalog:
    """All messages, without translations."""
    catalogue = Catalog()
    for folder in ("bot", "index"):
        for path, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, [("**.py", "python")], {}, KEYWORDS
        ):
            catalogue.add(message, locations=[(f"{folder}/{path}", 1)])
    return catalogue


def catalogue_of(language: str) -> Catalog:
    """The catalogue of a language, as it is kept."""
    file = LOCALES / f"{language}.po"
    if not file.exists():
        return Catalog(language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def update(language: str) -> int:
    """Bring a catalogue up to date; return how many of its messages are not translated."""
    catalogue = catalogue_of(language)
    catalogue.update(words_in_the_code(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with (LOCALES / f"{language}.po").open("wb") as stream:
        # Without its header, which would have the time in it and change with every update.
        write_po(
            stream, catalogue, width=96, sort_output=True, omit_header=True, include_lineno=False
        )
    return sum(not is_translated(message) for message in catalogue if message.id)


def is_translated(message: Message) -> bool:
    """Whether a message has its translation, a plural all of its forms."""
    forms = message.string if message.pluralizable else [message.string]
    return all(forms)


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != ENGLISH:
            print(f"{language}: {update(language)} messages are to be translated.")
