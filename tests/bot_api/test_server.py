"""The test server against python-telegram-bot's own client, and against plain HTTP."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import escape as html_escape
from typing import Any

import httpx
import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.bot_api.html import HtmlError, clean, parse_html
from tests.bot_api.server import (
    BadGateway,
    BotApiServer,
    DroppedConnection,
    Fault,
    RetryAfter,
)

CHAT = 42
GROUP = -500
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more:1")]])


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


def request_without_tls() -> HTTPXRequest:
    """Quick to make: loads no certificates and reads no proxy from the environment."""
    return HTTPXRequest(httpx_kwargs={"verify": False, "trust_env": False})


def make_bot(server: BotApiServer, token: str | None = None) -> Bot:
    return Bot(
        token or server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=request_without_tls(),
        get_updates_request=request_without_tls(),
    )


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with make_bot(server) as bot:
        yield bot


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def prepared() -> Iterator[BotApiServer]:
    """A server whose chat has a message of the person (1), a message of the bot (2) with a
    keyboard, a document of the bot (3), and a group with a message of a person (1). Calls that are
    refused leave it as it is."""
    with BotApiServer() as server, httpx.Client(verify=False, trust_env=False) as client:
        server.say(CHAT, "The sky is blue. Grass is green.")
        server.say(GROUP, "/start")
        markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
        send = {"chat_id": CHAT, "text": "<b>Hello</b>", "parse_mode": "HTML"}
        call(client, server, "sendMessage", send | {"reply_markup": markup})
        url = f"{server.base_url}{server.token}/sendDocument"
        client.post(url, data={"chat_id": CHAT}, files={"document": ("a.txt", b"a")})
        assert not server.refusals
        yield server


def call(client: httpx.Client, server: BotApiServer, method: str, params: Any) -> Any:
    return client.post(f"{server.base_url}{server.token}/{method}", json=params).json()


def buttons(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"chat_id": CHAT, "text": "x", "reply_markup": {"inline_keyboard": list(rows)}}


def quoting(quote: str, **more: Any) -> dict[str, Any]:
    reply = {"message_id": 1, "quote": quote} | more
    return {"chat_id": CHAT, "text": "x", "reply_parameters": reply}


def command(name: str, description: str = "d") -> dict[str, Any]:
    return {"commands": [{"command": name, "description": description}]}


def html(text: str) -> dict[str, Any]:
    return {"chat_id": CHAT, "text": text, "parse_mode": "HTML"}


SAME = {"chat_id": CHAT, "message_id": 2, "text": "<b>Hello</b>", "parse_mode": "HTML"}
MORE = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
NO_QUERY = "query is too old and response timeout expired or query ID is invalid"

REFUSED = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": CHAT}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": ""}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": " \n"}, "text must be non-empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", html("<b>" + "x" * 4097 + "</b>"), "message is too long"),
    ("sendMessage", html("<b>x") | {"parse_mode": "Markdown"}, "unsupported parse_mode"),
    (
        "sendMessage",
        html("é<b>x"),
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ("sendMessage", html("é</b>"), "can't parse entities: Unexpected end tag at byte offset 2"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "message_thread_id": 7},
        "message thread not found",
    ),
    ("sendMessage", buttons([{"text": "x", "callback_data": "x" * 65}]), "BUTTON_DATA_INVALID"),
    ("sendMessage", buttons([{"text": "x", "callback_data": "é" * 33}]), "BUTTON_DATA_INVALID"),
    ("sendMessage", buttons([{"text": "x", "callback_data": ""}]), "BUTTON_DATA_INVALID"),
    (
        "sendMessage",
        buttons([{"text": "x"}]),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        buttons([{"callback_data": "x"}]),
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        "sendMessage",
        buttons(*[[{"text": "x", "callback_data": "x"}] for _ in range(101)]),
        "reply markup is too long",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": [1]},
        "object expected as reply markup",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": "{"},
        "can't parse reply keyboard markup JSON object",
    ),
    (
        "sendMessage",
        quoting("") | {"reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_to_message_id": 999},
        "message to be replied not found",
    ),
    ("sendMessage", quoting("The sky is green"), "QUOTE_TEXT_INVALID"),
    ("sendMessage", quoting("the sky"), "QUOTE_TEXT_INVALID"),
    ("sendMessage", quoting("<b>sky</b>", quote_parse_mode="HTML"), "QUOTE_TEXT_INVALID"),
    ("sendMessage", quoting("Hello", message_id=2), "QUOTE_TEXT_INVALID"),
    ("editMessageText", SAME | {"reply_markup": MORE}, NOT_MODIFIED),
    ("editMessageText", SAME | {"message_id": 999}, "message to edit not found"),
    ("editMessageText", SAME | {"message_id": 1}, "message can't be edited"),
    ("editMessageText", SAME | {"message_id": 3}, "there is no text in the message to edit"),
    ("editMessageText", SAME | {"message_id": ""}, "message identifier is not specified"),
    ("editMessageText", SAME | {"text": ""}, "message text is empty"),
    ("editMessageText", SAME | {"text": "x" * 4097}, "MESSAGE_TOO_LONG"),
    (
        "editMessageReplyMarkup",
        {"chat_id": CHAT, "message_id": 2, "reply_markup": MORE},
        NOT_MODIFIED,
    ),
    ("editMessageReplyMarkup", {"chat_id": CHAT, "message_id": 999}, "message to edit not found"),
    ("deleteMessage", {"chat_id": CHAT, "message_id": 999}, "message to delete not found"),
    ("deleteMessage", {"chat_id": GROUP, "message_id": 1}, "message can't be deleted"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, NO_QUERY),
    (
        "sendChatAction",
        {"chat_id": CHAT, "action": "thinking"},
        "wrong parameter action in request",
    ),
    ("sendChatAction", {"chat_id": 99, "action": "typing"}, "chat not found"),
    ("sendDocument", {"chat_id": CHAT}, "there is no document in the request"),
    ("sendDocument", {"chat_id": CHAT, "caption": "x" * 1025}, "message caption is too long"),
    ("getFile", {}, "file_id not specified"),
    ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
    ("getChat", {"chat_id": 99}, "chat not found"),
    ("setMyCommands", command(""), "command must be non-empty"),
    ("setMyCommands", command("x" * 33), "command length must not exceed 32"),
    ("setMyCommands", command("Ask"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", command("ask-me"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", command("ask", " "), "command description must be non-empty"),
    ("setMyCommands", command("ask", "x" * 257), "command description length must not exceed 256"),
    ("setMyCommands", {"commands": command("ask")["commands"] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short description is too long"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    prepared: BotApiServer, http: httpx.Client, method: str, params: Any, description: str
) -> None:
    expected = {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}
    before = prepared.sent(CHAT)

    assert call(http, prepared, method, params) == expected
    assert prepared.refusals[-1].method == method
    assert prepared.sent(CHAT) == before


ACCEPTED = [
    ("sendMessage", {"chat_id": CHAT, "text": "x" * 4096}),
    ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2048}),
    ("sendMessage", html("<b>" + "&lt;" * 4096 + "</b>")),
    ("sendMessage", buttons([{"text": "x", "callback_data": "x" * 64}])),
    ("sendMessage", buttons(*[[{"text": "x", "callback_data": "x"}] for _ in range(100)])),
    ("sendMessage", quoting("The sky is blue.")),
    ("sendMessage", quoting("<b>Hell</b>", quote_parse_mode="HTML", message_id=2)),
    ("sendMessage", quoting("x", message_id=999, allow_sending_without_reply=True)),
    ("setMyCommands", command("x" * 32, "x" * 256)),
    ("sendChatAction", {"chat_id": CHAT, "action": "typing"}),
]


@pytest.mark.parametrize(("method", "params"), ACCEPTED)
def test_takes_what_just_fits(
    prepared: BotApiServer, http: httpx.Client, method: str, params: Any
) -> None:
    assert call(http, prepared, method, params)["ok"]


BAD_HTML = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("😀<p>x</p>", 'Unsupported start tag "p" at byte offset 4'),
    ("x<br/>y", 'Unsupported start tag "br/" at byte offset 1'),
    ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
    ("1 <2", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=x&y>z</a>", "Unexpected end of name token at byte offset 8"),
    ('<a ="x">z</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    (
        "<b expandable>x</b>",
        'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0',
    ),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("R&D", 'Unescaped "&" at byte offset 1'),
    ("a&nbsp;b", 'Unescaped "&" at byte offset 1'),
    (
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
        'Nested start tag "blockquote" at byte offset 13',
    ),
]


@pytest.mark.parametrize(("source", "error"), BAD_HTML)
def test_html_that_telegram_refuses(source: str, error: str) -> None:
    with pytest.raises(HtmlError) as raised:
        parse_html(source)
    assert str(raised.value) == error


GOOD_HTML = [
    ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
    ("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
    ("<strike>a</strike>", "a", [("strikethrough", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<blockquote>😀 <b>a</b></blockquote>", "😀 a", [("blockquote", 0, 4), ("bold", 3, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ("&lt;&gt;&amp;&quot;&#39;&#x27;", "<>&\"''", []),
    ("<b></b> x\t\r\n", "x", []),
    ("  <b> x</b>", " x", [("bold", 0, 2)]),
    ("<b>a <code>b</code> c</b>", "a b c", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]),
    ('<a href="https://e.org/x"><b>a</b></a>', "a", [("text_link", 0, 1), ("bold", 0, 1)]),
    ('<a href="https://e.org/x">a <code>b</code></a>', "a b", [("text_link", 0, 3)]),
    ('<a href="http://localhost/">a</a>', "a", []),
    ("<B>a</B>", "a", [("bold", 0, 1)]),
]


@pytest.mark.parametrize(("source", "text", "entities"), GOOD_HTML)
def test_html_that_telegram_takes(source: str, text: str, entities: list[Any]) -> None:
    parsed = parse_html(source)

    assert parsed.text == text
    assert [(e["type"], e["offset"], e["length"]) for e in parsed.entities] == entities


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=50, deadline=None)
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(html_escape(text)).text == clean(text).strip()


def test_html_keeps_addresses_and_languages() -> None:
    source = (
        '<a href="https://e.org?a=1&amp;b=2">x</a><pre><code class="language-py">y</code></pre>'
    )

    link, code = parse_html(source).entities

    assert link["url"] == "https://e.org/?a=1&b=2"
    assert (code["type"], code["language"]) == ("pre", "py")


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
        reply_markup=KEYBOARD,
        reply_parameters=ReplyParameters(question, quote="what?"),
    )
    assert answer.text_html == "It is <b>blue</b>."
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == update.message.text
    assert answer.quote is not None
    assert (answer.quote.text, answer.quote.position) == ("what?", 25)
    assert answer.reply_markup == KEYBOARD
    assert answer.message_id > question

    (sent,) = server.wait_for_messages(CHAT, 1)
    assert (sent.text, sent.html) == ("It is blue.", "It is <b>blue</b>.")
    assert sent.entities == [{"type": "bold", "offset": 6, "length": 4}]
    assert sent.buttons == [[("More", "more:1")]]
    assert (sent.reply_to, sent.quote) == (question, "what?")
    assert not server.refusals


async def test_a_pressed_button(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    await bot.get_updates()
    shown = await bot.send_message(CHAT, "x", reply_markup=KEYBOARD)
    with pytest.raises(ValueError, match="no button 'less:1'"):
        server.press(CHAT, shown.message_id, "less:1")
    query_id = server.press(CHAT, shown.message_id, "more:1")

    update = (await bot.get_updates())[-1]
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query_id, "more:1")
    assert update.callback_query.message == shown

    assert await update.callback_query.answer()
    with pytest.raises(telegram.error.BadRequest, match="uery is too old"):
        await update.callback_query.answer()


async def test_a_button_that_is_gone_can_only_be_forced(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    shown = await bot.send_message(CHAT, "x", reply_markup=KEYBOARD)
    await shown.edit_text("y")
    with pytest.raises(ValueError, match="no button"):
        server.press(CHAT, shown.message_id, "more:1")
    await shown.delete()

    server.press(CHAT, shown.message_id, "more:1", force=True)

    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_edits(server: BotApiServer, bot: Bot) -> None:
    mine = server.say(CHAT, "first")
    server.edit(CHAT, mine, "second")
    update = (await bot.get_updates())[-1]
    assert update.edited_message is not None
    assert (update.edited_message.message_id, update.edited_message.text) == (mine, "second")

    shown = await bot.send_message(CHAT, "x", reply_markup=KEYBOARD)
    await shown.edit_text("<i>y</i>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert server.sent(CHAT)[0].html == "<i>y</i>"
    await shown.edit_reply_markup(None)
    assert server.sent(CHAT)[0].buttons == []
    await shown.delete()
    assert server.sent(CHAT) == []


async def test_files_go_both_ways(server: BotApiServer, bot: Bot) -> None:
    server.send_document(CHAT, "notes.txt", b"Grass is green.", caption="read this")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    assert (message.caption, message.document.mime_type) == ("read this", "text/plain")

    file = await message.document.get_file()
    assert file.file_path is not None
    assert file.file_path.endswith("/documents/file_0.txt")
    assert await file.download_as_bytearray() == b"Grass is green."

    sent = await bot.send_document(
        CHAT, b"a,b", filename="table.csv", caption="<b>t</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert await (await sent.document.get_file()).download_as_bytearray() == b"a,b"
    await bot.send_document(CHAT, sent.document.file_id)
    assert [m.document for m in server.sent(CHAT)] == ["table.csv", "table.csv"]
    assert server.sent(CHAT)[0].text == "t"


def test_files_too_big_or_unknown(server: BotApiServer, http: httpx.Client) -> None:
    server.send_document(CHAT, "big.pdf", b"%PDF", file_size=20 * 1024 * 1024 + 1)
    updates = call(http, server, "getUpdates", {})["result"]
    file_id = updates[0]["message"]["document"]["file_id"]

    refused = call(http, server, "getFile", {"file_id": file_id})

    assert refused["description"] == "Bad Request: file is too big"
    assert http.get(f"{server.base_file_url}{server.token}/documents/file_9.txt").status_code == 404
    assert http.get(f"{server.base_file_url}9:wrong/documents/file_0.pdf").status_code == 401


async def test_about_the_bot(server: BotApiServer, bot: Bot) -> None:
    assert (bot.username, bot.can_read_all_group_messages) == ("article_test_bot", False)
    await bot.set_my_commands([("ask", "Ask a question"), ("help", "Say what this is")])
    await bot.set_my_commands([("ask", "Frage stellen")], language_code="de")
    await bot.set_my_description("Answers from articles.")
    await bot.set_my_short_description("Answers.")

    assert [command["command"] for command in server.commands] == ["ask", "help"]
    assert len(await bot.get_my_commands(language_code="de")) == 1
    assert (await bot.get_my_description()).description == "Answers from articles."
    assert (await bot.get_my_short_description()).short_description == "Answers."
    server.say(CHAT, "hello")
    assert (await bot.get_chat(CHAT)).type == "private"
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    assert await bot.log_out()
    with pytest.raises(telegram.error.BadRequest, match="Logged out"):
        await bot.get_me()


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
    params = {"chat_id": str(CHAT), "text": "é & <b>", "reply_markup": json.dumps(MORE)}

    http.get(url, params=params)
    http.post(url, params=params)
    http.post(url, data=params)
    http.post(url, files={name: (None, value) for name, value in params.items()})
    http.post(url, json=params | {"reply_markup": MORE})

    assert [(m.text, m.buttons) for m in server.sent(CHAT)] == [
        ("é & <b>", [[("More", "more")]])
    ] * 5
    assert all(c.params == params | {"reply_markup": MORE} for c in server.calls[:4])


def updates_texts(server: BotApiServer, http: httpx.Client, **params: Any) -> list[str]:
    updates = call(http, server, "getUpdates", params)["result"]
    return [update["message"]["text"] for update in updates]


def test_updates_stay_until_confirmed(server: BotApiServer, http: httpx.Client) -> None:
    for text in "abcd":
        server.say(CHAT, text)
    first = call(http, server, "getUpdates", {})["result"][0]["update_id"]

    assert updates_texts(server, http, limit=2) == ["a", "b"]
    assert updates_texts(server, http, offset=first + 1) == ["b", "c", "d"]
    assert updates_texts(server, http) == ["b", "c", "d"]
    assert updates_texts(server, http, offset=-1) == ["d"]
    assert updates_texts(server, http, offset=first + 4) == []


def test_allowed_updates_are_remembered(server: BotApiServer, http: httpx.Client) -> None:
    call(http, server, "getUpdates", {"allowed_updates": ["message"]})
    message_id = server.say(CHAT, "a")
    server.edit(CHAT, message_id, "b")
    assert len(call(http, server, "getUpdates", {})["result"]) == 1
    call(http, server, "getUpdates", {"allowed_updates": []})
    server.edit(CHAT, message_id, "c")
    assert len(call(http, server, "getUpdates", {})["result"]) == 2


async def test_long_poll_waits_for_an_update(server: BotApiServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert not poll.done()

    await asyncio.to_thread(server.say, CHAT, "hello")

    assert len(await asyncio.wait_for(poll, 2)) == 1


async def test_second_poller_ends_the_first(server: BotApiServer, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=5))

    with pytest.raises(
        telegram.error.Conflict,
        match="terminated by other getUpdates request; make sure that only one bot instance",
    ):
        await asyncio.wait_for(first, 2)
    server.say(CHAT, "hello")
    assert len(await asyncio.wait_for(second, 2)) == 1
    assert [call.response["error_code"] for call in server.refusals] == [409]


async def test_a_poller_that_went_away_is_forgotten(server: BotApiServer, bot: Bot) -> None:
    gone = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    server.say(CHAT, "hello")

    assert len(await asyncio.wait_for(poll, 2)) == 1
    assert not server.refusals


FAULTS = [
    (RetryAfter(7), telegram.error.RetryAfter, 0),
    (BadGateway(), telegram.error.NetworkError, 0),
    (DroppedConnection(), telegram.error.NetworkError, 0),
    (DroppedConnection(after_processing=True), telegram.error.NetworkError, 1),
]


def test_requests_that_are_no_calls_are_refused_too(
    server: BotApiServer, http: httpx.Client
) -> None:
    url = f"{server.base_url}{server.token}/sendMessage"
    http.post(url, content=b"{", headers={"Content-Type": "application/json"})
    http.post(f"{server.base_url}9:wrong/sendMessage", json={})

    assert [call.response["error_code"] for call in server.refusals] == [400, 401]


@pytest.mark.parametrize(("fault", "error", "sent"), FAULTS)
async def test_faults(
    server: BotApiServer,
    bot: Bot,
    fault: Fault,
    error: type[Exception],
    sent: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Else python-telegram-bot warns whenever it makes a RetryAfter.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    server.say(CHAT, "hello")
    server.fail_next("sendMessage", fault, times=2)

    for _ in range(2):
        with pytest.raises(error) as raised:
            await bot.send_message(CHAT, "x")
    if isinstance(raised.value, telegram.error.RetryAfter):
        assert raised.value.retry_after == timedelta(seconds=7)
    await bot.send_message(CHAT, "y")

    assert [m.text for m in server.sent(CHAT)] == ["x"] * (2 * sent) + ["y"]
    assert [c.fault for c in server.calls if c.method == "sendMessage"] == [fault, fault, None]
    assert not server.refusals


def test_a_running_poll_does_not_delay_the_end(http: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with BotApiServer() as server:
            poll = pool.submit(http.get, f"{server.base_url}{server.token}/getUpdates?timeout=50")
            time.sleep(0.05)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert isinstance(poll.exception(2), httpx.TransportError)


async def test_a_failed_download(server: BotApiServer, bot: Bot) -> None:
    server.send_document(CHAT, "a.txt", b"a")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    file = await message.document.get_file()
    server.fail_next("downloadFile", DroppedConnection())

    with pytest.raises(telegram.error.NetworkError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == b"a"


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
            assert updates_texts(server, http) == [text][: is_delivered or not privacy_mode]


def test_replies_to_the_bot_pass_privacy_mode(server: BotApiServer, http: httpx.Client) -> None:
    server.say(GROUP, "/start")
    asked = call(http, server, "sendMessage", {"chat_id": GROUP, "text": "What?"})["result"]

    server.say(GROUP, "this", reply_to=asked["message_id"])

    assert updates_texts(server, http) == ["/start", "this"]


def test_topics(server: BotApiServer, http: httpx.Client) -> None:
    asked = server.say(GROUP, "/start", chat_type="supergroup", thread_id=77)

    reply = {"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": asked}}
    assert call(http, server, "sendMessage", reply)["result"]["message_thread_id"] == 77
    assert server.sent(GROUP)[0].thread_id == 77


def test_a_long_paste_comes_in_parts(server: BotApiServer, http: httpx.Client) -> None:
    text = "A sentence of words. 😀\n" * 400
    with pytest.raises(ValueError, match="paste"):
        server.say(CHAT, text)

    assert len(server.paste(CHAT, text)) == 3

    assert "\n".join(updates_texts(server, http)) == text.strip()


def test_a_blocked_bot(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    server.block(CHAT)

    refused = call(http, server, "sendMessage", {"chat_id": CHAT, "text": "x"})

    assert refused["description"] == "Forbidden: bot was blocked by the user"


def test_waiting_in_vain_says_what_was_refused(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    call(http, server, "sendMessage", {"chat_id": CHAT, "text": ""})

    with pytest.raises(AssertionError, match="Bad Request: message text is empty"):
        server.wait_for_messages(CHAT, 1, timeout=0.01)


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
