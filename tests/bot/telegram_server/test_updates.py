"""Which messages become updates for the bot."""

import httpx
import pytest

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, GROUP, call, update_texts

GROUP_MESSAGES = [
    ("just talk", False),
    ("/start", True),
    ("/start@article_test_bot", True),
    ("/start@other_bot", False),
    ("hey @article_test_bot, look", True),
    ("hey @other_bot", False),
    ("see and/or mail@article_test_bot", False),
]


@pytest.mark.parametrize(("text", "is_delivered"), GROUP_MESSAGES)
def test_privacy_mode(http: httpx.Client, text: str, is_delivered: bool) -> None:
    for privacy_mode in (True, False):
        with BotApiServer(privacy_mode=privacy_mode) as server:
            server.say(GROUP, text, chat_type="supergroup")
            assert update_texts(http, server) == [text][: is_delivered or not privacy_mode]


def test_what_came_by_way_of_the_bot_passes_privacy_mode(
    server: BotApiServer, http: httpx.Client
) -> None:
    content = {"message_text": "chosen"}
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": content}
    query_id = server.ask_inline(CHAT, "what?")
    answer = {"inline_query_id": query_id, "results": [result]}
    call(http, server, "answerInlineQuery", answer)
    call(http, server, "getUpdates", {"allowed_updates": ["message"], "offset": -1})
    server.create_group(GROUP)

    server.choose_inline(query_id, "1", GROUP)

    updates = call(http, server, "getUpdates", {})["result"]
    assert updates[-1]["message"]["text"] == "chosen"


def test_replies_to_the_bot_pass_privacy_mode(server: BotApiServer, http: httpx.Client) -> None:
    server.say(GROUP, "/start")
    question = call(http, server, "sendMessage", {"chat_id": GROUP, "text": "What?"})["result"]

    server.say(GROUP, "this", reply_to=question["message_id"])

    assert update_texts(http, server) == ["/start", "this"]
