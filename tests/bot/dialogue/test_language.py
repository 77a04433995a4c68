"""The language in which the bot speaks to a chat."""

import pytest

from bot.dialogue import Dialogue
from bot.wording import LANGUAGES
from index.errors import StorageError
from index.keeping.library import Library
from tests.bot.dialogue.chats import NOWHERE, action, labels
from tests.conftest import nothing_to_fetch


def test_a_chat_speaks_the_language_of_the_app_until_it_chooses_one(dialogue: Dialogue) -> None:
    assert dialogue.say(NOWHERE).language is None
    offered = dialogue.say("/language")
    assert labels(offered) == [*LANGUAGES.values(), "As in my app"]
    chosen = dialogue.press(action(offered, "Deutsch"))
    assert (chosen.language, chosen.spends) == ("de", True)
    assert dialogue.say(NOWHERE).language == "de"
    assert dialogue.press(action(offered, "As in my app")).language is None
    assert dialogue.say(NOWHERE).language is None


def test_a_language_can_be_named_at_once(dialogue: Dialogue) -> None:
    assert dialogue.say("/language RU").language == "ru"
    assert labels(dialogue.say("/language Klingon")) == labels(dialogue.say("/language"))
    assert dialogue.say("/language app").language is None


def test_the_language_is_kept_over_a_restart_and_forgotten_with_the_rest(
    dialogue: Dialogue, library: Library
) -> None:
    dialogue.say("/language es")
    again = Dialogue(library.collection("chat"), nothing_to_fetch)
    assert again.say(NOWHERE).language == "es"
    other = Dialogue(library.collection("other"), nothing_to_fetch)
    assert other.say(NOWHERE).language is None
    again.press(again.say("/forget").buttons[0].action)
    assert again.say(NOWHERE).language is None
    assert library.collection("chat").language() is None


def test_every_kind_of_message_is_answered_in_the_language(dialogue: Dialogue) -> None:
    dialogue.say("/language ar")
    for reply in (
        dialogue.add_text("The cat slept on the mat. It was a fine day in May."),
        dialogue.add_file(b"\0\1\2", "a.bin"),
        dialogue.say("Hello!"),
        dialogue.press("more:nothing:here"),
    ):
        assert reply.language == "ar"


def test_a_language_that_can_not_be_kept_is_spoken_all_the_same(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(library.store, "set_language", full)
    reply = dialogue.say("/language de")
    assert reply.language == "de"
