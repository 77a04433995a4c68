"""Every catalogue is complete, and says what the code means."""

import string

import pytest
from babel.messages.catalog import Catalog, Message

from bot.rendering.telegram_html import utf16_length
from bot.replies.chat_replies import COMMANDS, DESCRIPTION, SHORT_DESCRIPTION
from bot.wording import ENGLISH, LANGUAGES, language_for, said
from tests.catalogues import catalogue_of, is_translated, words_in_the_code

OTHERS = [language for language in LANGUAGES if language != ENGLISH]


@pytest.fixture(scope="module")
def code() -> Catalog:
    return words_in_the_code()


def names(text: str) -> set[str]:
    """The `{names}` in a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def ids(catalogue: Catalog) -> set[str | tuple[str, ...]]:
    return {message.id for message in catalogue if message.id}


def forms(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_all_messages_and_no_other(language: str, code: Catalog) -> None:
    assert ids(catalogue_of(language)) == ids(code), "run `make words`"


@pytest.mark.parametrize("language", OTHERS)
def test_all_is_translated_in_all_forms(language: str) -> None:
    catalogue = catalogue_of(language)
    missing = [each.id for each in catalogue if each.id and not is_translated(each)]
    assert missing == []
    assert [each.id for each in catalogue if each.fuzzy and each.id] == []
    plurals = [each for each in catalogue if each.pluralizable]
    assert {len(each.string) for each in plurals} == {catalogue.num_plurals}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    for message in catalogue_of(language):
        if not message.id:
            continue
        english = message.id[-1] if message.pluralizable else message.id
        for number, form in enumerate(forms(message)):
            left_out = names(english) - names(form)
            assert names(form) <= names(english), message.id
            # "One article", "two articles": a form for one number need not name it.
            assert left_out == set() or (message.pluralizable and left_out == {"count"}), form
            assert number < 6


@pytest.mark.parametrize("language", OTHERS)
def test_commands_and_ends_of_lines_are_those_of_the_message(language: str) -> None:
    for message in catalogue_of(language):
        if not message.id:
            continue
        english = message.id[-1] if message.pluralizable else message.id
        for form in forms(message):
            assert commands(form) == commands(english), form
            assert form == form.strip()
            assert form.count("\n") == english.count("\n")


def commands(text: str) -> set[str]:
    return {word.strip(".,:;)(،؛") for word in text.split() if word.startswith("/")}


def test_an_app_speaks_in_its_language_where_there_is_one() -> None:
    assert [language_for(code) for code in ("de", "es-419", "RU", "ar", "pt-br", "", None)] == [
        "de", "es", "ru", "ar", "en", "en", "en"
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_has_room_for_what_describes_the_bot(language: str) -> None:
    assert utf16_length(said(DESCRIPTION, language)) <= 512
    assert utf16_length(said(SHORT_DESCRIPTION, language)) <= 120
    assert all(utf16_length(said(about, language)) <= 256 for about in COMMANDS.values())
