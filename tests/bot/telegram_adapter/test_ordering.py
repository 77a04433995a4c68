"""In order within a chat, in parallel between chats."""

import threading
from collections.abc import Iterator

import pytest

from bot.rendering.plain_text import to_plain
from bot.replies.access_replies import ONE_AT_A_TIME
from bot.replies.reply import Button, Reply
from bot.telegram_adapter.ordering import MAX_WAITING
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, running


def test_chats_have_their_own_state(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    bot.wait_for_messages(ANN, 1)
    bot.say(BEN, "And when?")
    (reply,) = bot.wait_for_messages(BEN, 1)
    assert reply.text == "The article does not say."


def test_messages_of_a_chat_are_answered_in_order(bot: BotApiServer) -> None:
    asked = ["Who released the photos?", "Where did the missiles land?", "hello", "/privacy"] * 3
    for text in asked:
        bot.say(ANN, text)
    answers = [message.text[:10] for message in bot.wait_for_messages(ANN, len(asked))]
    assert answers == answers[:4] * 3
    assert len(set(answers)) == 4


class _Waiting:
    """A dialogue that blocks its thread until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    is_open_to_members = True

    def say(self, text: str, *_: object, **__: object) -> Reply:
        if len(text) > 100:
            return Reply((f"{len(text)} characters",))
        if text.endswith("wait"):
            assert self.go.wait(timeout=60)
        return Reply((text[:20],), (Button("Press", "press"),))


def test_a_slow_answer_holds_up_neither_the_loop_nor_other_chats(server: BotApiServer) -> None:
    dialogue = _Waiting()
    with running(server, lambda _chat: dialogue):  # type: ignore[arg-type,return-value]
        server.say(ANN, "wait")
        server.wait_for_calls("sendChatAction")
        server.say(BEN, "quick")
        assert server.wait_for_messages(BEN, 1)[0].text == "quick"
        assert server.sent_messages(ANN) == []
        dialogue.go.set()
        assert server.wait_for_messages(ANN, 1)[0].text == "wait"


@pytest.fixture
def waiting(server: BotApiServer) -> Iterator[_Waiting]:
    """A dialogue of all chats; in Ann's one message is being answered, until it is let go."""
    dialogue = _Waiting()
    with running(server, lambda _chat: dialogue):  # type: ignore[arg-type,return-value]
        server.say(ANN, "first")
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "wait")
        server.wait_for_calls("sendChatAction", 2)
        yield dialogue
        dialogue.go.set()
    assert server.refusals == []


def test_of_a_flood_only_so_many_wait_and_one_word_says_so(
    server: BotApiServer, waiting: _Waiting
) -> None:
    for number in range(MAX_WAITING + 30):
        server.say(ANN, str(number))
    assert server.wait_for_messages(ANN, 2)[1].text == to_plain(ONE_AT_A_TIME)
    server.say(BEN, "quick")
    assert server.wait_for_messages(BEN, 1)[0].text == "quick"
    waiting.go.set()
    server.wait_for_messages(ANN, 3 + MAX_WAITING)
    server.say(ANN, "last")
    texts = [message.text for message in server.wait_for_messages(ANN, 4 + MAX_WAITING)]
    assert texts[2:] == ["wait", *map(str, range(MAX_WAITING)), "last"]


def test_a_button_that_finds_no_place_says_so_too(server: BotApiServer, waiting: _Waiting) -> None:
    for number in range(MAX_WAITING):
        server.say(ANN, str(number))
    server.press(ANN, server.sent_messages(ANN)[0].message_id, "press")
    answer = server.wait_for_calls("answerCallbackQuery")[-1]
    assert answer.params["text"] == to_plain(ONE_AT_A_TIME)


def test_the_parts_of_a_long_text_wait_as_one(server: BotApiServer, waiting: _Waiting) -> None:
    part = "word " * 800
    for _ in range(MAX_WAITING + 10):
        server.say(ANN, part)
    waiting.go.set()
    texts = [message.text for message in server.wait_for_messages(ANN, 3)]
    assert texts[1:] == ["wait", f"{(MAX_WAITING + 10) * len(part) - 1} characters"]


def test_what_people_say_to_each_other_takes_no_place(
    server: BotApiServer, waiting: _Waiting
) -> None:
    server.say(GROUP, "/all wait")
    server.wait_for_calls("sendChatAction", 3)
    for number in range(MAX_WAITING):
        server.say(GROUP, str(number))
    server.say(GROUP, "/all quick")
    waiting.go.set()
    texts = [message.text for message in server.wait_for_messages(GROUP, 2)]
    assert texts == ["/all wait", "/all quick"]
