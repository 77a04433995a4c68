"""Replies as messages: escaped, cut, sent again, and what is done when that fails."""

import json
from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.telegram_adapter import sending
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import (
    BadGateway,
    BotApiServer,
    DroppedConnection,
    Refused,
    RetryAfter,
    Unanswered,
)
from bot.telegram_server.faults import Fault
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, BEN, running


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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as short as tests are patient."""
    monkeypatch.setattr(sending, "_PAUSES", (0.05, 0.05))
    monkeypatch.setattr(sending, "_LONGEST_PAUSE", 0.1)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (RetryAfter(1), 1),
        (BadGateway(), 3),
        (BadGateway(), 12),
        (DroppedConnection(), 1),
        (DroppedConnection(), 4),
        (DroppedConnection(after_processing=True), 1),
        (Unanswered(7), 1),
        (Unanswered(7, processed=True), 1),
    ],
    ids=str,
)
def test_an_answer_arrives_once_whatever_the_server_does(
    server: BotApiServer, new_dialogue: NewDialogue, fault: Fault, times: int
) -> None:
    with running(server, new_dialogue):
        server.say(ANN, "hi")
        server.wait_for_messages(ANN, 1)
        server.fail_next("sendMessage", fault, times)
        server.say(ANN, "Who released the photos?")
        assert "Sentence 2" in server.wait_for_messages(ANN, 2, timeout=30)[1].text
        server.say(ANN, "thanks")
        answers = server.wait_for_messages(ANN, 3, timeout=30)
    assert [answer.text[:9] for answer in answers] == ["Hello! As", "The photo", "You're we"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("arrived", [True, False])
def test_while_it_can_not_be_known_whether_an_answer_arrived_it_is_not_sent_again(
    server: BotApiServer, new_dialogue: NewDialogue, arrived: bool
) -> None:
    """The connection is gone for a while: the answer can't be looked for either."""
    with running(server, new_dialogue):
        server.say(ANN, "hi")
        server.wait_for_messages(ANN, 1)
        server.fail_next("sendMessage", DroppedConnection(after_processing=arrived))
        server.fail_next("editMessageText", BadGateway(), 3)
        server.say(ANN, "Who released the photos?")
        server.wait_for_messages(ANN, 2)
        server.say(ANN, "thanks")
        answers = server.wait_for_messages(ANN, 3)
    assert [answer.text[:9] for answer in answers] == ["Hello! As", "The photo", "You're we"]


@pytest.mark.usefixtures("quick")
def test_a_lost_answer_is_found_though_other_chats_count_with_this_one(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        server.say(ANN, "hi")
        server.wait_for_messages(ANN, 1)
        for chat in range(1, 21):
            server.say(chat, "hello")
            server.wait_for_messages(chat, 1)
        server.fail_next("sendMessage", DroppedConnection(after_processing=True))
        server.press(ANN, 1 + 1, "more:old", force=True)
        server.wait_for_messages(ANN, 2)
        server.say(ANN, "thanks")
        answers = server.wait_for_messages(ANN, 3)
    assert [answer.text[:9] for answer in answers] == ["Hello! As", "That butt", "You're we"]


def test_what_can_not_be_parsed_is_sent_as_plain_text(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        server.fail_next("sendMessage", Refused("can't parse entities: unsupported start tag"))
        server.say(ANN, "Who released the photos?")
        (answer,) = server.wait_for_messages(ANN, 1)
    assert answer.parse_mode is None
    assert "Sentence 2 of 13" in answer.text
    assert "<" not in answer.text


def test_what_telegram_never_takes_holds_up_nothing(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    with running(server, new_dialogue):
        server.fail_next("sendMessage", Refused("not enough rights to send text messages"))
        server.say(ANN, "Who released the photos?")
        server.say(ANN, "hello")
        assert server.wait_for_messages(ANN, 1)[0].text.startswith("Hello")
    assert "ot enough rights" in caplog.text


@pytest.mark.usefixtures("quick")
def test_an_older_answer_is_not_taken_for_one_that_got_lost(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    """A button of the first message is pressed: behind that one are others of the bot's own."""
    with running(server, new_dialogue):
        server.say(ANN, "Who released the photos?")
        (first,) = server.wait_for_messages(ANN, 1)
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 2)
        server.fail_next("sendMessage", DroppedConnection())
        server.press(ANN, first.message_id, dict(first.buttons[0])["More"])
        *before, more = server.wait_for_messages(ANN, 3)
    assert before[1].text.startswith("Hello!")
    assert "Further passages" in more.text


def test_a_passage_without_room_beside_its_answer_is_a_message_of_its_own(
    bot: BotApiServer,
) -> None:
    sentence = "The list of the exhibition names " + "a vase and a bowl, " * 190 + "and a cup."
    bot.send_document(ANN, "list.txt", f"{sentence} It is long. It is old.".encode())
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "What does the list of the exhibition name?")
    answer = bot.wait_for_messages(ANN, 2)[-1]
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    assert "It is long." in bot.wait_for_messages(ANN, 3)[-1].text


def test_a_button_opens_the_page_at_the_sentence(server: BotApiServer, library: Library) -> None:
    def fetch(url: str) -> Article:
        text = "The ferry to Holm runs twice a day."
        return replace(load_text(text, title="Ferry"), url=url, page_text=text)

    with running(server, lambda chat: Dialogue(library.collection(chat), fetch)):
        server.say(ANN, "https://example.org/ferry How often does the ferry to Holm run a day?")
        server.wait_for_messages(ANN, 1)
        server.fail_next("sendMessage", Refused("BUTTON_URL_INVALID"))
        server.say(ANN, "How often does the ferry to Holm run a day?")
        server.wait_for_messages(ANN, 2)
    calls = [call.params["reply_markup"] for call in server.calls if call.method == "sendMessage"]
    markups = [json.loads(each) if isinstance(each, str) else each for each in calls]
    opening, refused, without = (
        [button for row in markup["inline_keyboard"] for button in row] for markup in markups
    )
    assert opening[1]["text"] == "Open at this sentence"
    assert opening[1]["url"].startswith("https://example.org/ferry#:~:text=")
    assert [b["text"] for b in refused if b not in without] == ["Open at this sentence"]


def test_a_chat_that_blocked_the_bot_does_no_harm(bot: BotApiServer) -> None:
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Who released the photos?")
    bot.say(BEN, "hello")
    assert bot.wait_for_messages(BEN, 1)
