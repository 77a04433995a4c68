"""Replies as messages: escaped, cut, sent again, and what is done when that fails."""

from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, BEN, running
from tests.bot_api import BadGateway, BotApiServer, DroppedConnection, RetryAfter


def test_html_in_what_is_shown_is_escaped(bot: BotApiServer) -> None:
    text = "<b>Tags & ampersands</b> are shown as they stand. " * 20
    bot.say(ANN, text)
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Which tags and ampersands are shown as they stand?")
    *_, answer = bot.wait_for_messages(ANN, 2)
    assert "<b>Tags & ampersands</b> are shown as they stand." in answer.text
    assert "&lt;b&gt;Tags &amp; ampersands" in answer.html


def test_a_very_long_sentence_is_cut_into_several_messages(bot: BotApiServer) -> None:
    sentence = "The list of the exhibition names " + "a vase & a bowl, " * 400 + "and a cup."
    bot.send_document(ANN, "list.txt", sentence.encode())
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "What does the list of the exhibition name?")
    parts = bot.wait_for_messages(ANN, 5)[1:]
    shown = " ".join(part.text for part in parts)
    assert shown.count("a vase & a bowl") == 400


def test_a_link_to_the_cited_sentence_is_sent(server: BotApiServer, library: Library) -> None:
    def fetch(url: str) -> Article:
        text = "The ferry to Holm runs twice a day."
        return replace(load_text(text, title="Ferry"), url=url, page_text=f"Menu\n{text}")

    with running(server, lambda chat: Dialogue(library.collection(chat), fetch)):
        server.say(ANN, "https://example.org/ferry?a=1&b=2")
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "How often does the ferry to Holm run a day?")
        html = server.wait_for_messages(ANN, 2)[-1].html
    assert '<a href="https://example.org/ferry?a=1&amp;b=2#:~:text=The%20ferry' in html
    assert server.refusals == []


@pytest.mark.parametrize(
    "fault",
    [
        RetryAfter(1),
        BadGateway(),
        DroppedConnection(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_an_answer_survives_a_fault_of_the_server(
    bot: BotApiServer, fault: RetryAfter | BadGateway | DroppedConnection
) -> None:
    bot.fail_next("sendMessage", fault)
    bot.say(ANN, "Who released the photos?")
    assert "Sentence 2" in bot.wait_for_messages(ANN, 1)[0].text


def test_a_chat_that_blocked_the_bot_does_no_harm(bot: BotApiServer) -> None:
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Who released the photos?")
    bot.say(BEN, "hello")
    assert bot.wait_for_messages(BEN, 1)
