"""How far a load is, and how it is stopped, while others are answered."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot.dialogue import Dialogue
from bot.rendering.plain_text import to_plain
from bot.replies import access_replies
from bot.telegram_adapter import loading
from bot.telegram_server import BotApiServer
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, running

LINK = "https://example.org/ferry"


class Pages:
    """Serves a page when it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def fetch(self, url: str) -> Article:
        assert self.go.wait(20)
        return load_text("The ferry to Holm runs twice a day.", title="Ferry")


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.go.set()


@pytest.fixture
def bot(
    server: BotApiServer, library: Library, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BotApiServer]:
    monkeypatch.setattr(loading, "SHOWN_AFTER", 0.1)
    monkeypatch.setattr(loading, "_STEP", 0.1)
    with running(server, lambda chat: Dialogue(library.collection(chat), pages.fetch)):
        yield server
    assert server.refusals == []


def test_one_message_grows_into_the_reply(bot: BotApiServer, pages: Pages) -> None:
    bot.say(ANN, LINK)
    (shown,) = bot.wait_for_messages(ANN, 1)
    assert shown.text.startswith("Reading it")
    assert [label for label, _ in shown.buttons[0]] == ["Stop"]
    pages.go.set()
    edited = bot.wait_for_calls("editMessageText")[-1]
    assert edited.params["message_id"] == str(shown.message_id)
    (reply,) = bot.sent_messages(ANN)
    assert "I have read “Ferry”" in reply.text
    assert reply.buttons == []


def test_a_load_can_be_stopped(bot: BotApiServer, pages: Pages) -> None:
    bot.say(ANN, LINK)
    (shown,) = bot.wait_for_messages(ANN, 1)
    bot.press(ANN, shown.message_id, dict(shown.buttons[0])["Stop"])
    bot.wait_for_calls("answerCallbackQuery")
    pages.go.set()
    bot.wait_for_calls("editMessageText")
    (reply,) = bot.sent_messages(ANN)
    assert reply.text == "All right, I stopped reading it."
    bot.say(ANN, "/article")
    assert "North Korea Weapons" in bot.wait_for_messages(ANN, 2)[1].text


def test_in_a_group_only_who_asks_for_a_load_and_admins_stop_it(
    bot: BotApiServer, pages: Pages
) -> None:
    bot.create_group(GROUP, creator=ANN)
    post = bot.say(GROUP, LINK, user_id=ANN)
    bot.say(GROUP, "@article_test_bot what runs?", user_id=BEN, reply_to=post)
    (shown,) = bot.wait_for_messages(GROUP, 1)
    stop = dict(shown.buttons[0])["Stop"]
    bot.press(GROUP, shown.message_id, stop, user_id=1009)
    refused = bot.wait_for_calls("answerCallbackQuery")[0]
    assert refused.params["text"] == to_plain(access_replies.FOR_ADMINS)
    bot.press(GROUP, shown.message_id, stop, user_id=BEN)
    bot.wait_for_calls("answerCallbackQuery", 2)
    pages.go.set()
    while "stopped" not in bot.sent_messages(GROUP)[0].text:
        time.sleep(0.01)


def test_a_stop_button_of_before_a_restart_says_so(
    server: BotApiServer, library: Library, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SHOWN_AFTER", 0.1)
    new_dialogue = lambda chat: Dialogue(library.collection(chat), pages.fetch)  # noqa: E731
    with running(server, new_dialogue):
        server.say(ANN, LINK)
        (shown,) = server.wait_for_messages(ANN, 1)
    with running(server, new_dialogue):
        server.press(ANN, shown.message_id, dict(shown.buttons[0])["Stop"])
        assert server.wait_for_messages(ANN, 2)[1].text == "There is nothing left to stop."


def test_loads_that_hang_hold_up_neither_commands_nor_questions(bot: BotApiServer) -> None:
    for chat in range(2001, 2007):
        bot.say(chat, LINK)
    bot.say(BEN, "/help")
    bot.wait_for_messages(BEN, 1)
    bot.say(BEN, "Who released the photos?")
    assert "Sentence 2" in bot.wait_for_messages(BEN, 2)[1].text


def test_a_stop_button_of_before_a_restart_stops_no_other_load(
    server: BotApiServer, library: Library, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SHOWN_AFTER", 0.1)
    new_dialogue = lambda chat: Dialogue(library.collection(chat), pages.fetch)  # noqa: E731
    with running(server, new_dialogue):
        server.say(ANN, LINK)
        (shown,) = server.wait_for_messages(ANN, 1)
    with running(server, new_dialogue):
        server.say(BEN, LINK)
        server.wait_for_messages(BEN, 1)
        server.press(ANN, shown.message_id, dict(shown.buttons[0])["Stop"])
        server.wait_for_messages(ANN, 2)
        pages.go.set()
        server.wait_for_calls("editMessageText")
        assert "I have read “Ferry”" in server.sent_messages(BEN)[0].text


def test_links_that_are_chosen_are_loads_too(bot: BotApiServer, pages: Pages) -> None:
    for chat in range(2001, 2007):
        bot.say(chat, f"{LINK} {LINK}2")
        (offer,) = bot.wait_for_messages(chat, 1)
        bot.press(chat, offer.message_id, offer.buttons[0][0][1])
    assert "Reading it" in bot.wait_for_messages(2001, 2)[1].text
    bot.say(BEN, "Who released the photos?")
    assert "Sentence 2" in bot.wait_for_messages(BEN, 1)[0].text
    pages.go.set()
    bot.wait_for_calls("editMessageText")
    offer, _ = bot.sent_messages(2001)
    assert offer.buttons == []


def test_a_load_that_is_soon_done_is_not_shown(
    server: BotApiServer, new_dialogue: Callable[[str], Dialogue]
) -> None:
    with running(server, new_dialogue):
        server.say(ANN, "The old cat sleeps on the stove. " * 20)
        assert "I have read" in server.wait_for_messages(ANN, 1)[0].text
    assert not any(call.method == "editMessageText" for call in server.calls)
