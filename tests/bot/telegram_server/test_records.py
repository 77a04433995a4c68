"""What a test reads of the bot's messages and calls."""

import httpx
import pytest

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, MORE_KEYBOARD, call, text_message


def test_waiting_in_vain_says_what_was_refused(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    call(http, server, "sendMessage", text_message(""))

    with pytest.raises(AssertionError, match="Bad Request: message text is empty"):
        server.wait_for_messages(CHAT, 1, timeout=0.01)


def test_what_a_message_says_can_be_read_whoever_wrote_it(
    server: BotApiServer, http: httpx.Client
) -> None:
    said = server.say(CHAT, "hello")
    sent = call(http, server, "sendMessage", text_message("Hi"))["result"]["message_id"]
    assert [server.text_of(CHAT, number) for number in (said, sent, sent + 1)] == [
        "hello",
        "Hi",
        "",
    ]
    assert server.text_of(CHAT + 1, said) == ""


def test_one_can_wait_until_the_bot_has_taken_what_people_did(
    server: BotApiServer, http: httpx.Client
) -> None:
    assert server.wait_until_taken(0)
    server.say(CHAT, "hello")
    [update] = call(http, server, "getUpdates", {})["result"]
    assert not server.wait_until_taken(0.01)
    call(http, server, "getUpdates", {"offset": update["update_id"] + 1})
    assert server.wait_until_taken(0)


def test_one_can_wait_until_the_press_of_a_button_is_answered(
    server: BotApiServer, http: httpx.Client
) -> None:
    server.say(CHAT, "hello")
    message = text_message("x") | {"reply_markup": MORE_KEYBOARD}
    sent = call(http, server, "sendMessage", message)["result"]["message_id"]
    query_id = server.press(CHAT, sent, "more")
    assert not server.wait_until_answered(query_id, 0.01)
    call(http, server, "answerCallbackQuery", {"callback_query_id": query_id})
    assert server.wait_until_answered(query_id, 0)


def test_an_inline_query_has_an_answer_or_none(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    query_id = server.ask_inline(CHAT, "hello")
    assert server.inline_answer(query_id) is None
    call(http, server, "answerInlineQuery", {"inline_query_id": query_id, "results": []})
    answer = server.inline_answer(query_id)
    assert answer is not None
    assert answer.results == []


def test_a_keyboard_has_what_its_buttons_open(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    keyboard = [[{"text": "There", "url": "https://example.org/"}]]
    message = text_message("x") | {"reply_markup": {"inline_keyboard": keyboard}}
    call(http, server, "sendMessage", message)
    [sent] = server.sent_messages(CHAT)
    assert sent.keyboard == keyboard
    assert sent.buttons == [[("There", None)]]
