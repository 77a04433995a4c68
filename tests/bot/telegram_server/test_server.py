"""The whole server against python-telegram-bot, and the way of requests through it."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import telegram
from telegram import Bot, ReplyParameters
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, MORE_KEYBOARD, MORE_MARKUP, make_bot


async def test_a_conversation(server: BotApiServer, bot: Bot) -> None:
    question = server.say(CHAT, "/ask@article_test_bot 😀 what? https://e.org/a.")

    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.message_id == question
    assert update.message.date.timestamp() > 0
    assert update.message.parse_entities() == {
        update.message.entities[0]: "/ask@article_test_bot",
        update.message.entities[1]: "https://e.org/a",
    }

    answer = await bot.send_message(
        CHAT,
        "It is <b>blue</b>.",
        parse_mode="HTML",
        reply_markup=MORE_MARKUP,
        reply_parameters=ReplyParameters(question, quote="what?"),
    )
    assert answer.text_html == "It is <b>blue</b>."
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == update.message.text
    assert answer.quote is not None
    assert (answer.quote.text, answer.quote.position) == ("what?", 25)
    assert answer.reply_markup == MORE_MARKUP
    assert answer.message_id > question

    (sent,) = server.wait_for_messages(CHAT, 1)
    assert (sent.text, sent.html) == ("It is blue.", "It is <b>blue</b>.")
    assert sent.entities == [{"type": "bold", "offset": 6, "length": 4}]
    assert sent.buttons == [[("More", "more:1")]]
    assert (sent.reply_to, sent.quote) == (question, "what?")
    assert not server.refusals


async def test_a_whole_application(server: BotApiServer) -> None:
    async def echo(update: telegram.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text(update.effective_message.text or "")

    application = Application.builder().bot(make_bot(server)).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    assert application.updater is not None
    async with application:
        await application.updater.start_polling()
        await application.start()
        server.say(CHAT, "one")
        server.say(CHAT, "two")
        sent = await asyncio.to_thread(server.wait_for_messages, CHAT, 2)
        await application.updater.stop()
        await application.stop()

    assert [message.text for message in sent] == ["one", "two"]
    assert not server.refusals


async def test_tokens_and_methods(server: BotApiServer, bot: Bot, http: httpx.Client) -> None:
    for token, code in [("9:wrong", 401), ("wrong", 404)]:
        answer = http.get(f"{server.base_url}{token}/getMe")
        assert (answer.status_code, answer.json()["error_code"]) == (code, code)
    stranger = make_bot(server, "9:wrong")
    with pytest.raises(telegram.error.InvalidToken, match="rejected"):
        await stranger.initialize()
    await stranger.shutdown()
    with pytest.raises(telegram.error.EndPointNotFound):
        await bot.do_api_request("sendNothing")
    assert http.get(f"{server.base_url}{server.token}/sendNothing").json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }


def test_every_way_to_pass_parameters(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    url = f"{server.base_url}{server.token}/sendmessage"
    params = {
        "chat_id": str(CHAT),
        "text": "é & <b>",
        "reply_markup": json.dumps(MORE_KEYBOARD),
    }
    decoded = params | {"reply_markup": MORE_KEYBOARD}

    http.get(url, params=params)
    http.post(url, params=params)
    http.post(url, data=params)
    http.post(url, files={name: (None, value) for name, value in params.items()})
    http.post(url, json=decoded)

    assert [(m.text, m.buttons) for m in server.sent_messages(CHAT)] == [
        ("é & <b>", [[("More", "more")]])
    ] * 5
    assert all(c.params == decoded for c in server.calls[:4])


def test_requests_that_are_no_calls_are_refused_too(
    server: BotApiServer, http: httpx.Client
) -> None:
    url = f"{server.base_url}{server.token}/sendMessage"
    http.post(url, content=b"{", headers={"Content-Type": "application/json"})
    http.post(f"{server.base_url}9:wrong/sendMessage", json={})

    assert [call.response["error_code"] for call in server.refusals] == [400, 401]


def test_a_running_poll_does_not_delay_the_end(http: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with BotApiServer() as server:
            poll = pool.submit(http.get, f"{server.base_url}{server.token}/getUpdates?timeout=50")
            time.sleep(0.05)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert isinstance(poll.exception(2), httpx.TransportError)
