"""A message that is an answer to an earlier reply follows up that one, not the last."""

import pytest

from bot.dialogue import Dialogue
from bot.replies import answer_replies
from bot.replies.reply import Reply
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import (
    HARBOUR,
    NOWHERE,
    PASTED,
    WHERE,
    WHO,
    cited,
    labels,
    prose,
    quotes,
)
from tests.conftest import nothing_to_fetch

BUILT = "Who built the lighthouse of Marrow Point?"

LIGHTHOUSE = "“The lighthouse of Marrow Point was built in…”"

OPENED = "When did the harbour of Lund open?"


def actions(reply: Reply) -> list[str]:
    return [button.action for button in reply.buttons]


def test_it_follows_up_the_answer_that_it_replies_to(dialogue: Dialogue) -> None:
    first = dialogue.say(WHO)
    dialogue.say(WHERE)
    assert cited(dialogue.say("And when?")) == [12]
    dialogue.say(WHERE)
    assert cited(dialogue.say("And when?", replied_to=actions(first))) == [2]


def test_the_next_message_goes_on_from_there(dialogue: Dialogue) -> None:
    first = dialogue.say(WHO)
    dialogue.say(WHERE)
    dialogue.say("And when?", replied_to=actions(first))
    assert cited(dialogue.say("Who?")) == [2]


def test_a_complete_question_is_answered_as_ever(dialogue: Dialogue) -> None:
    first = dialogue.say(WHO)
    assert dialogue.say(WHERE, replied_to=actions(first)).blocks == dialogue.say(WHERE).blocks
    assert dialogue.say(NOWHERE, replied_to=actions(first)).blocks == dialogue.say(NOWHERE).blocks


@pytest.mark.parametrize("more", ["more", "/more", "/context"])
def test_more_and_context_are_those_of_the_answer_that_is_replied_to(
    dialogue: Dialogue, more: str
) -> None:
    first = dialogue.say(WHO)
    expected = dialogue.say(more)
    dialogue.say(WHERE)
    assert dialogue.say(more).blocks != expected.blocks
    assert dialogue.say(more, replied_to=actions(first)).blocks == expected.blocks


def test_more_of_the_last_answer_goes_on_where_it_was(dialogue: Dialogue) -> None:
    reply = dialogue.say(WHO)
    first, second = (dialogue.say("more", replied_to=actions(reply)) for _ in range(2))
    assert quotes(first) != quotes(second)


def test_commands_and_talk_are_what_they_are(dialogue: Dialogue) -> None:
    first = dialogue.say(WHO)
    dialogue.say(WHERE)
    for text in ("Thanks!", "/help"):
        assert dialogue.say(text, replied_to=actions(first)) == dialogue.say(text)
    assert cited(dialogue.say("And when?")) == [12]


@pytest.mark.parametrize(
    "replied_to", [["more:elsewhere:00000000"], ["keep"], ["", ":::"], ["a:b"]]
)
def test_what_is_known_no_more_changes_nothing(dialogue: Dialogue, replied_to: list[str]) -> None:
    dialogue.say(WHO)
    assert cited(dialogue.say("And when?", replied_to=replied_to)) == [2]


def test_it_is_known_after_a_restart(
    dialogue: Dialogue, library: Library, embedder: Embedder, index: ArticleIndex
) -> None:
    first = dialogue.say(WHO)
    dialogue.say(WHERE)
    again = Library(library.store, embedder, EvidenceReader(), lambda: index)
    restarted = Dialogue(again.collection("chat"), nothing_to_fetch)
    assert cited(restarted.say("And when?", replied_to=actions(first))) == [2]


def test_an_answer_of_another_article_is_followed_up_there(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    dialogue.say(HARBOUR)
    dialogue.say(OPENED)
    reply = dialogue.say("And when?", replied_to=actions(built))
    assert prose(reply) == f"{LIGHTHOUSE}:"
    assert "1871" in quotes(reply)[0].sentences[0]
    assert [label[:20] for label in labels(reply)] == ["Ask “The lighthouse "]
    assert "1902" in quotes(dialogue.say("And when?"))[0].sentences[0]


def test_its_follow_up_can_be_followed_up_too(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    dialogue.say(HARBOUR)
    reply = dialogue.say("And when?", replied_to=actions(built))
    again = dialogue.say("Who?", replied_to=actions(reply))
    assert "Ada Fenn" in quotes(again)[0].sentences[0]


def test_its_button_turns_to_the_article_and_the_question(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    dialogue.say(HARBOUR)
    reply = dialogue.say("And when?", replied_to=actions(built))
    assert all(len(each.encode()) <= 64 for each in actions(reply))
    dialogue.press(actions(reply)[0])
    assert "1871" in quotes(dialogue.say("And when?"))[0].sentences[0]


def test_a_question_that_only_the_current_article_answers_is_answered_from_it(
    dialogue: Dialogue,
) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    dialogue.say(HARBOUR)
    reply = dialogue.say(OPENED, replied_to=actions(built))
    assert "1902" in quotes(reply)[0].sentences[0]
    assert prose(reply) == ""


def test_several_questions_may_follow_up_an_answer_of_another_article(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    dialogue.say(HARBOUR)
    reply = dialogue.say("And when? Who?", replied_to=actions(built))
    assert prose(reply).splitlines()[:2] == [f"{LIGHTHOUSE}:", "“And when?”"]
    assert len(reply.answers) == 2


def test_an_article_that_was_removed_is_asked_no_more(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    built = dialogue.say(BUILT)
    removed = built.buttons[0].action.split(":")[1]
    dialogue.say(HARBOUR)
    dialogue.say(OPENED)
    dialogue.press(f"remove:{removed}")
    reply = dialogue.say("And when?", replied_to=actions(built))
    assert "1902" in quotes(reply)[0].sentences[0]
    assert prose(reply) == ""
    assert answer_replies.OLD_BUTTON.blocks != reply.blocks


def test_the_shipped_article_is_followed_up_when_the_chat_has_another(dialogue: Dialogue) -> None:
    released = dialogue.say(WHO)
    dialogue.say(HARBOUR)
    reply = dialogue.say("And when?", replied_to=actions(released))
    assert "Saturday" in quotes(reply)[0].sentences[0]
    assert reply.buttons == ()
