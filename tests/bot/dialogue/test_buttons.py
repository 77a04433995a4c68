"""Context and further passages, by command or button, also of other times and places."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue import Dialogue
from bot.replies import answer_replies
from bot.replies.reply import Reply, Role
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.types import Answer, Article
from tests.bot.dialogue.chats import (
    NOWHERE,
    PASTED,
    UNSURE,
    WHERE,
    WHO,
    action,
    answer_of,
    cited,
    labels,
    prose,
    quotes,
)
from tests.conftest import nothing_to_fetch


def test_context_shows_the_paragraph_of_the_last_answer(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    [quote] = quotes(dialogue.say("/context"))
    assert quote.role is Role.CONTEXT
    assert quote.place == "Sentence 2 of 13 · paragraph 2"
    assert quote.emphasis is not None
    assert quote.sentences[quote.emphasis].startswith("The photos")


@pytest.mark.parametrize("question", [UNSURE, NOWHERE])
def test_context_without_an_answer_is_that_of_the_closest_passage(
    dialogue: Dialogue, question: str
) -> None:
    closest = answer_of(dialogue.say(question)).nearest
    assert closest is not None
    [quote] = quotes(dialogue.say("/context"))
    assert quote.focus == closest.sentence


@pytest.mark.parametrize(
    ("number", "emphasised", "shown"),
    [
        ("1", 0, "Sentence 1 of 13"),
        ("9", 1, "Sentence 9 of 13"),
        ("13", 1, "Sentence 13 of 13"),
        (" 13 ", 1, "Sentence 13 of 13"),
    ],
)
def test_context_of_a_number_needs_no_question(
    dialogue: Dialogue, number: str, emphasised: int, shown: str
) -> None:
    [quote] = quotes(dialogue.say(f"/context {number}"))
    assert quote.emphasis == emphasised
    assert quote.place.startswith(f"{shown} · ")


@pytest.mark.parametrize("number", ["0", "14", "-1", "two", "1 2", "²", "1.5", "9" * 5000])
def test_context_of_no_such_number_says_so(dialogue: Dialogue, number: str) -> None:
    assert dialogue.say(f"/context {number}") == answer_replies.NO_SUCH_SENTENCE


@pytest.mark.parametrize("command", ["/context", "/more"])
def test_before_any_question_there_is_nothing_to_show(
    deaf_dialogue: Dialogue, command: str
) -> None:
    assert deaf_dialogue.say(command) == answer_replies.NOTHING_ASKED


def test_the_context_button_shows_what_the_command_shows(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "Context")
    assert dialogue.press(pressed) == dialogue.say("/context")


def test_the_context_button_of_an_earlier_question_still_works(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "Context")
    dialogue.say("Where did the missiles land?")
    [quote] = quotes(dialogue.press(pressed))
    assert quote.emphasis is not None
    assert quote.sentences[quote.emphasis].startswith("The photos")


def everything_more(first: Reply, go_on: Callable[[Reply], Reply]) -> list[str]:
    """What a chat shows about a question until nothing is left."""
    shown = [sentence for quote in quotes(first) for sentence in quote.sentences]
    reply = go_on(first)
    while reply != answer_replies.NOTHING_MORE:
        assert {quote.role for quote in quotes(reply)} == {Role.MORE}
        assert len(quotes(reply)) <= 3
        shown += [sentence for quote in quotes(reply) for sentence in quote.sentences]
        reply = go_on(reply)
    return shown


@pytest.mark.parametrize("question", [WHO, UNSURE, NOWHERE, "And when?"])
def test_more_shows_every_ranked_passage_once(dialogue: Dialogue, question: str) -> None:
    first = dialogue.say(question)
    shown = everything_more(first, lambda _: dialogue.say("/more"))
    assert sorted(shown) == sorted(citation.text for citation in answer_of(first).ranked)


@pytest.mark.parametrize(("question", "pages"), [(WHO, 3), (UNSURE, 3), (NOWHERE, 4)])
def test_the_more_button_is_there_as_long_as_there_is_more(
    dialogue: Dialogue, question: str, pages: int
) -> None:
    reply = dialogue.say(question)
    presses = 0
    while "More" in labels(reply):
        reply = dialogue.press(action(reply, "More"))
        presses += 1
    assert presses == pages
    assert dialogue.say("/more") == answer_replies.NOTHING_MORE


def test_asking_again_starts_over_with_more(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    once = dialogue.say("/more")
    dialogue.say(WHO)
    assert dialogue.say("/more") == once


def test_the_more_button_of_an_earlier_question_says_so(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "More")
    dialogue.say("Where did the missiles land?")
    assert dialogue.press(pressed) == answer_replies.OLD_BUTTON


@pytest.mark.parametrize("label", ["Context", "More"])
def test_buttons_of_another_article_say_so(dialogue: Dialogue, label: str) -> None:
    pressed = action(dialogue.say(WHO), label)
    dialogue.say(PASTED)
    dialogue.say("Who built the lighthouse?")
    assert dialogue.press(pressed) == answer_replies.OLD_BUTTON


def test_after_a_restart_the_chat_goes_on(library: Library, dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    reply = dialogue.say("Who built the lighthouse?")
    restarted = Dialogue(library.collection("chat"), nothing_to_fetch)
    assert restarted.say("/article") == dialogue.say("/article")
    assert restarted.press(action(reply, "Context")) == dialogue.say("/context")
    assert restarted.press(action(reply, "More")) == dialogue.say("/more")
    assert cited(restarted.say("And when?")) == [1]


def test_after_a_restart_only_a_follow_up_asks_the_last_question_again(
    library: Library, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogue.say(WHO)
    asked: list[str] = []
    ask = ArticleIndex.ask

    def noted(index: ArticleIndex, question: str, **options: Any) -> Answer:
        asked.append(question)
        return ask(index, question, **options)

    monkeypatch.setattr(ArticleIndex, "ask", noted)
    Dialogue(library.collection("chat"), nothing_to_fetch).say(WHERE)
    assert asked == [WHERE]
    Dialogue(library.collection("chat"), nothing_to_fetch).say("And when?")
    assert asked == [WHERE, WHERE, "And when?"]


@pytest.mark.parametrize(
    "pressed",
    ["", ":", "::", "context", "more", "context:", "nonsense", "more:{id}", "context:{id}",
     "context:{id}:", "context:{id}:one", "context:{id}:-1", "context:{id}:²", "more:{id}:",
     "more:{id}:00000000", "delete:{id}:1", "context:{id}:1:1", "{id}", "\ud800", "é" * 32],
)  # fmt: skip
def test_nonsense_from_a_button_is_an_old_button(
    dialogue: Dialogue, article: Article, pressed: str
) -> None:
    dialogue.say(WHO)
    assert dialogue.press(pressed.format(id=article.id)) == answer_replies.OLD_BUTTON


@pytest.mark.parametrize("number", ["0", "14", "9" * 40, "9" * 5000])
def test_a_button_for_no_such_sentence_says_so(
    dialogue: Dialogue, article: Article, number: str
) -> None:
    assert dialogue.press(f"context:{article.id}:{number}") == answer_replies.NO_SUCH_SENTENCE


@pytest.mark.parametrize("text", ["more", "Show me more!", "more please"])
def test_more_can_be_asked_for_in_words(dialogue: Dialogue, text: str) -> None:
    dialogue.say(WHO)
    assert prose(dialogue.say(text)).startswith("Further passages")
