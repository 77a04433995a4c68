"""Chats and topics, known and unknown."""

from collections.abc import Callable

import httpx
import pytest

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import GROUP, call, text_message

REFUSED = [
    ({"text": "x"}, "chat_id is empty"),
    (text_message(chat_id=99), "chat not found"),
    (text_message(chat_id="@nobody"), "chat not found"),
    (text_message(message_thread_id=7), "message thread not found"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("sendMessage", params, description)


async def test_a_bot_that_was_thrown_out(server: BotApiServer, http: httpx.Client) -> None:
    for chat_type in ("group", "supergroup"):
        chat_id = GROUP - len(chat_type)
        server.create_group(chat_id, chat_type)
        server.remove_bot(chat_id)
        refusal = call(http, server, "sendMessage", {"chat_id": chat_id, "text": "x"})
        assert refusal["error_code"] == 403
        assert refusal["description"] == f"Forbidden: bot was kicked from the {chat_type} chat"


def test_topics(server: BotApiServer, http: httpx.Client) -> None:
    question = server.say(GROUP, "/start", chat_type="supergroup", thread_id=77)

    reply = {"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": question}}
    assert call(http, server, "sendMessage", reply)["result"]["message_thread_id"] == 77
    assert server.sent_messages(GROUP)[0].thread_id == 77
