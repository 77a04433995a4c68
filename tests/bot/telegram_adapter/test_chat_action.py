"""Typing is shown for what takes long, in private chats, and costs no answer anything."""

import time
from collections.abc import Iterator

import pytest

from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.telegram_adapter import chat_action
from bot.telegram_server import BadGateway, BotApiServer, RetryAfter
from index.keeping.library import Library
from tests.bot.telegram_adapter.running import ANN, GROUP, running
from tests.conftest import nothing_to_fetch


class Slow(Dialogue):
    """Needs a while for every question."""

    def say(self, text: str, *_: object, **__: object) -> Reply:
        time.sleep(0.5)
        return super().say(text)


@pytest.fixture
def slow(
    server: BotApiServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BotApiServer]:
    monkeypatch.setattr(chat_action, "TYPING_AFTER", 0.1)
    with running(server, lambda chat: Slow(library.collection(chat), nothing_to_fetch)):
        yield server


def methods(server: BotApiServer) -> list[str]:
    return [call.method for call in server.calls]


def test_what_is_quick_shows_no_typing(bot: BotApiServer) -> None:
    bot.say(ANN, "hi")
    bot.wait_for_messages(ANN, 1)
    assert "sendChatAction" not in methods(bot)


def test_what_takes_long_shows_it_before_the_answer(slow: BotApiServer) -> None:
    slow.say(ANN, "Who released the photos?")
    slow.wait_for_messages(ANN, 1)
    assert methods(slow).index("sendChatAction") < methods(slow).index("sendMessage")


@pytest.mark.parametrize("fault", [BadGateway(), RetryAfter(60)], ids=lambda f: type(f).__name__)
def test_typing_that_fails_is_not_repeated_and_delays_nothing(
    slow: BotApiServer, fault: BadGateway | RetryAfter
) -> None:
    slow.fail_next("sendChatAction", fault, times=5)
    slow.say(ANN, "Who released the photos?")
    assert "Sentence 2" in slow.wait_for_messages(ANN, 1)[0].text
    assert methods(slow).count("sendChatAction") == 1


def test_a_group_has_its_messages_for_answers(slow: BotApiServer) -> None:
    slow.say(GROUP, "/article", chat_type="group")
    slow.wait_for_messages(GROUP, 1)
    assert "sendChatAction" not in methods(slow)
