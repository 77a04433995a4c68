"""In order within a chat, in parallel between chats."""

import threading

from bot.replies.reply import Reply
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import ANN, BEN, running


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

    def say(self, text: str, **_: object) -> Reply:
        if text == "wait":
            assert self.go.wait(timeout=10)
        return Reply((text,))


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
