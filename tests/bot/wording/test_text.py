"""Texts know how to say themselves in other languages."""

import gettext

import pytest

from bot.wording import Text, _, listed, n_, said, text, together


class German(gettext.NullTranslations):
    """A catalogue of a few messages."""

    def gettext(self, message: str) -> str:
        return {
            "I have read {title}: {length}.": "Gelesen: {title} ({length}).",
            "Help": "Hilfe",
            "{never}": "{never}",
        }.get(message, message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return "{count} Satz" if count == 1 else "{count} Sätze"


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "translations", lambda language: German())


def length(count: int) -> Text:
    return n_("{count} sentence", "{count} sentences", count)


def test_a_text_is_its_english() -> None:
    assert _("I have read {title}: {length}.", title="Cats", length=length(2)) == (
        "I have read Cats: 2 sentences."
    )
    assert length(1) == "1 sentence"


def test_a_text_is_said_in_another_language_with_all_that_is_in_it() -> None:
    read = _("I have read {title}: {length}.", title="Cats", length=length(2))
    assert said(read, "de") == "Gelesen: Cats (2 Sätze)."
    assert said(length(1), "de") == "1 Satz"
    assert said(together(" / ", (_("Help"), "Help")), "de") == "Hilfe / Help"


def test_somebody_elses_words_stay_as_they_are() -> None:
    assert said("Help", "de") == "Help"
    odd = "{0} {x.y} {"
    assert said(_("Help"), "de") == "Hilfe"
    assert said(together(" ", (odd, _("Help"))), "de") == f"{odd} Hilfe"
    assert said(_("Unknown {title}", title=odd), "de") == f"Unknown {odd}"


def test_nothing_is_said_of_nothing() -> None:
    assert said(together("\n", ()), "de") == ""


def test_numbers_and_lists_are_written_as_the_language_does() -> None:
    assert _("Up to {most}", most=5_000_000) == "Up to 5,000,000"
    assert said(_("Up to {most}", most=5_000_000), "de") == "Up to 5.000.000"
    assert listed(["a", _("Help"), "c"]) == "a, Help, c"
    assert said(listed(["a", _("Help"), "c"]), "de") == "a, Hilfe, c"


def test_a_command_keeps_its_stroke_before_it() -> None:
    assert said(_("See /help."), "ar") == "See \u200e/help."


def test_words_of_another_direction_do_not_turn_a_line_around() -> None:
    read = _("I have read {title}: {length}.", title="Cats", length=length(2))
    assert said(read, "ar") == "Gelesen: \u2068Cats\u2069 (2 Sätze)."
