"""A server for each test, and the clients that call it."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, GROUP, MORE_KEYBOARD, call, make_bot


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with make_bot(server) as bot:
        yield bot


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def prepared_server(http: httpx.Client) -> Iterator[BotApiServer]:
    """A server whose chat has a message of the person (1), a message of the bot (2) with a
    keyboard, a document of the bot (3), a group with a message of a person (4), and long messages
    (5) and (6). Calls that are refused leave it as it is."""
    with BotApiServer() as server:
        server.say(CHAT, "The sky is blue. Grass is green.")
        message = {"chat_id": CHAT, "text": "<b>Hello</b>", "parse_mode": "HTML"}
        call(http, server, "sendMessage", message | {"reply_markup": MORE_KEYBOARD})
        url = f"{server.base_url}{server.token}/sendDocument"
        http.post(url, data={"chat_id": CHAT}, files={"document": ("a.txt", b"a")})
        server.say(GROUP, "/start")
        server.say(CHAT, "x" * 1025)
        bold = {"chat_id": CHAT, "text": "<b>" + "&lt;" * 1025 + "</b>", "parse_mode": "HTML"}
        call(http, server, "sendMessage", bold)
        assert not server.refusals
        yield server


@pytest.fixture
def assert_refused(
    prepared_server: BotApiServer, http: httpx.Client
) -> Callable[[str, Json, str], None]:
    """Fails unless the method is refused with that description and changes nothing in the chat."""

    def check(method: str, params: Json, description: str) -> None:
        expected = {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}
        before = prepared_server.sent_messages(CHAT)

        assert call(http, prepared_server, method, params) == expected
        assert prepared_server.refusals[-1].method == method
        assert prepared_server.sent_messages(CHAT) == before

    return check


@pytest.fixture
def assert_accepted(
    prepared_server: BotApiServer, http: httpx.Client
) -> Callable[[str, Json], None]:
    """Fails if the method is refused."""

    def check(method: str, params: Json) -> None:
        assert call(http, prepared_server, method, params)["ok"]

    return check
