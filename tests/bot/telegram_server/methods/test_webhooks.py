"""Webhooks: which are refused, and how updates come by them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import telegram
from aiohttp import web
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT

HTTPS = "https://bot.example.org/updates"

REFUSED = [
    ({"url": "ftp://example.org"}, "invalid webhook URL specified"),
    ({"url": "https://"}, "invalid webhook URL specified"),
    (
        {"url": "http://bot.example.org/"},
        "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        {"url": "https://bot.example.org:8080/"},
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    ({"url": HTTPS, "secret_token": "x" * 257}, "secret token is too long"),
    ({"url": HTTPS, "secret_token": "a b"}, "secret token contains unallowed characters"),
    ({"url": HTTPS, "allowed_updates": [1]}, "can't parse allowed updates JSON object"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("setWebhook", params, description)


class Receiver:
    """Takes what is posted to it, and answers with the statuses given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.requests: asyncio.Queue[tuple[str, str | None, str]] = asyncio.Queue()
        self.statuses = list(statuses)
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        await self.requests.put((request.path, secret, update["message"]["text"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def next(self) -> tuple[str, str | None, str]:
        async with asyncio.timeout(10):
            return await self.requests.get()


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(*statuses)
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def test_updates_are_posted_in_order(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "a")
    async with receiving() as receiver:
        await bot.set_webhook(f"{receiver.url}/updates", secret_token="s-1")
        server.say(CHAT, "b")

        assert await receiver.next() == ("/updates", "s-1", "a")
        assert await receiver.next() == ("/updates", "s-1", "b")

        info = await bot.get_webhook_info()
        assert (info.url, info.max_connections) == (f"{receiver.url}/updates", 40)
        await bot.delete_webhook()


async def test_an_update_is_repeated_until_it_is_taken(server: BotApiServer, bot: Bot) -> None:
    async with receiving(500, 404) as receiver:
        await bot.set_webhook(receiver.url)
        server.say(CHAT, "a")
        server.say(CHAT, "b")

        assert [(await receiver.next())[2] for _ in range(4)] == ["a", "a", "a", "b"]

        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"
        await bot.delete_webhook()


async def test_a_poll_and_a_webhook_exclude_each_other(server: BotApiServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await bot.set_webhook(HTTPS)

    with pytest.raises(telegram.error.Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(telegram.error.Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.set_webhook("")
    assert await bot.get_updates() == ()


async def test_updates_wait_where_nobody_takes_them(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "a")
    await bot.set_webhook(HTTPS, allowed_updates=["message"])

    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.allowed_updates) == (1, ("message",))
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_proxy_speaks_https_for_the_bot(server: BotApiServer, bot: Bot) -> None:
    async with receiving() as receiver:
        server.proxy_webhooks(to=receiver.url)
        await bot.set_webhook(HTTPS)
        server.say(CHAT, "a")

        assert await receiver.next() == ("/updates", None, "a")
        await bot.delete_webhook()
