"""Small talk and commands."""

import pytest

from bot.dialogue import Dialogue
from bot.intents import PASTE_LENGTH
from bot.replies import chat_replies
from bot.replies.chat_replies import COMMANDS
from bot.replies.reply import Role
from tests.bot.dialogue.chats import has_words, prose, quotes


@pytest.mark.parametrize("text", ["Hi", "Thanks!", "Bye", "ok", "", " ", "👍", "?!", "Hi. Thanks!"])
def test_talk_never_reaches_the_index(deaf_dialogue: Dialogue, text: str) -> None:
    reply = deaf_dialogue.say(text)
    assert has_words(reply)
    assert reply.answers == ()


@pytest.mark.parametrize(
    "text",
    [
        "What is this about?",
        "what's it about",
        "What’s the article about?",
        "So what is it all about?",
        "What does the article say?",
        "What is this article about?",
        "Summarize the article.",
        "Please summarise it",
        "Sum up!",
        "tl;dr",
        "TLDR",
    ],
)
def test_asked_what_it_is_about_the_bot_sums_up(dialogue: Dialogue, text: str) -> None:
    assert {quote.role for quote in quotes(dialogue.say(text))} == {Role.SUMMARY}


@pytest.mark.parametrize("text", ["What is the parade about?", "What does Kim say?"])
def test_asked_what_something_in_it_is_about_the_bot_answers(dialogue: Dialogue, text: str) -> None:
    assert len(dialogue.say(text).answers) == 1


def test_start_names_the_article_and_help(dialogue: Dialogue) -> None:
    reply = dialogue.say("/start")
    assert "“North Korea Weapons” (13 sentences)" in prose(reply)
    assert "/help" in prose(reply)


def test_help_lists_every_command(dialogue: Dialogue) -> None:
    for name, about in COMMANDS.items():
        assert f"/{name} – {about}" in prose(dialogue.say("/help")).splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_is_known(dialogue: Dialogue, name: str) -> None:
    assert dialogue.say(f"/{name}") != chat_replies.UNKNOWN_COMMAND


def test_article_names_the_article_and_its_size(dialogue: Dialogue) -> None:
    assert prose(dialogue.say("/article")) == (
        "You are asking “North Korea Weapons”.\n13 sentences, about 1 minute of reading"
    )


def test_summary_quotes_sentences_in_the_articles_order(dialogue: Dialogue) -> None:
    numbers = [quote.number for quote in quotes(dialogue.say("/summary"))]
    assert 3 <= len(numbers) <= 5
    assert numbers == sorted(set(numbers))


def test_privacy_says_what_is_kept(deaf_dialogue: Dialogue) -> None:
    assert "/forget" in prose(deaf_dialogue.say("/privacy"))


@pytest.mark.parametrize("text", ["/weather", "/starts", "/1", "/ask who?", "/помощь"])
def test_an_unknown_command_leads_to_help(deaf_dialogue: Dialogue, text: str) -> None:
    assert deaf_dialogue.say(text) == chat_replies.UNKNOWN_COMMAND


@pytest.mark.parametrize(
    "text",
    ["/article", "/ARTICLE", " /article ", "/article@article_bot", "/article now", "/article\nnow"],
)
def test_a_command_may_have_a_name_and_arguments(dialogue: Dialogue, text: str) -> None:
    assert dialogue.say(text) == dialogue.say("/article")


def test_a_command_with_a_long_argument_is_no_article(deaf_dialogue: Dialogue) -> None:
    assert deaf_dialogue.say("/help " + "please " * PASTE_LENGTH) == chat_replies.help_()
