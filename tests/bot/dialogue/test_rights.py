"""What takes a right where several people talk, and who may give it."""

import pytest

from bot.dialogue import Dialogue
from bot.intents import PASTE_LENGTH, Right, right_of, right_of_press
from bot.replies import access_replies, article_replies
from bot.replies.chat_replies import COMMANDS
from index.errors import StorageError
from index.keeping.library import Library
from tests.bot.dialogue.chats import HARBOUR, PASTED, WHO, action, labels, prose
from tests.conftest import nothing_to_fetch

TOKEN = "s" * 22

PAGE = "https://example.org/story"


@pytest.fixture
def group(library: Library) -> Dialogue:
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    dialogue.in_group = True
    return dialogue


@pytest.mark.parametrize(
    "text", [WHO, "hello", "", "/articles", "/ARTICLE", "/start", "/language", "/all who?",
             "/members", "Is it " + "very " * PASTE_LENGTH + "long?"]
)  # fmt: skip
def test_everybody_may_ask(text: str) -> None:
    assert right_of(text) is Right.ASK


@pytest.mark.parametrize(
    "text", [PAGE, f" Who wrote {PAGE} ?", PASTED, HARBOUR, "/forget", "/FORGET@bot",
             "/language de", f"/start {TOKEN}", f"{PASTED} {PAGE}"]
)  # fmt: skip
def test_to_load_and_to_forget_takes_a_right(text: str) -> None:
    assert right_of(text) is Right.CHANGE


def test_a_link_beside_the_text_counts() -> None:
    assert right_of(WHO, [PAGE]) is Right.CHANGE


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_changes_something_takes_a_right(
    group: Dialogue, library: Library, command: str
) -> None:
    group.say(PASTED)
    before = library.collection("chat").articles()
    if right_of(f"/{command}") is Right.ASK:
        group.say(f"/{command}")
    assert library.collection("chat").articles() == before


def test_every_button_that_changes_something_takes_a_right(group: Dialogue) -> None:
    group.say(PASTED)
    group.say(HARBOUR)
    listed = group.say("/articles")
    forget = group.say("/forget")
    which = group.say(f"{PAGE} {PAGE}/2")
    either = group.say("It stands there. It is old. " * 10)
    changing = [
        action(listed, "Ask 1"), action(listed, "Remove 2"), action(forget, "Forget everything"),
        action(which, "Read 1"), action(either, "An article"),
        action(group.say("/language"), "Deutsch"),
        action(article_replies.reading(0.5, "key"), "Stop"),
    ]  # fmt: skip
    assert {right_of_press(each) for each in changing} == {Right.CHANGE}
    answer = group.say("Who built the harbour?")
    asking = [action(either, "A question"), action(answer, "Context"), action(answer, "More"),
              action(forget, "Keep it"), "articles:10"]  # fmt: skip
    assert {right_of_press(each) for each in asking} == {Right.ASK}
    assert right_of_press(group.say("/members").buttons[0].action) is Right.DECIDE


def test_a_group_is_opened_and_closed_by_one_button(group: Dialogue, library: Library) -> None:
    assert not group.is_open_to_members
    closed = group.say("/members")
    assert labels(closed) == ["Let everybody"]
    opened = group.press(closed.buttons[0].action)
    assert (labels(opened), opened.replaces) == (["Admins only"], True)
    assert opened.blocks == group.say("/members").blocks
    again = Dialogue(library.collection("chat"), nothing_to_fetch)
    assert again.is_open_to_members
    assert not Dialogue(library.collection("other"), nothing_to_fetch).is_open_to_members
    group.press(opened.buttons[0].action)
    assert not group.is_open_to_members


def test_with_everything_else_the_choice_is_forgotten(group: Dialogue) -> None:
    group.press(f"members:{access_replies.EVERYBODY}")
    group.press(action(group.say("/forget"), "Forget everything"))
    assert not group.is_open_to_members


def test_alone_there_is_nothing_to_choose(dialogue: Dialogue) -> None:
    assert dialogue.say("/members") == access_replies.NO_GROUP


def test_a_choice_that_can_not_be_read_is_the_careful_one(
    group: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise StorageError("The disk is full.")

    group.press(f"members:{access_replies.EVERYBODY}")
    monkeypatch.setattr(library.store, "is_open_to_members", full)
    assert not group.is_open_to_members


def test_in_a_group_privacy_says_who_sees_the_articles(group: Dialogue, dialogue: Dialogue) -> None:
    assert "Everybody in the group can ask about them." in prose(group.say("/privacy"))
    assert "group" not in prose(dialogue.say("/privacy"))
