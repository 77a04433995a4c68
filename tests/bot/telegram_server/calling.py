"""How the tests call the server: with python-telegram-bot's own client, and with plain HTTP."""

from typing import Any

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json

CHAT = 42
GROUP = -500
MORE_KEYBOARD = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
MORE_MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more:1")]])


def make_bot(server: BotApiServer, token: str | None = None) -> Bot:
    return Bot(
        token or server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=_request_without_tls(),
        get_updates_request=_request_without_tls(),
    )


def _request_without_tls() -> HTTPXRequest:
    """Quick to make: loads no certificates and reads no proxy from the environment."""
    return HTTPXRequest(httpx_kwargs={"verify": False, "trust_env": False})


def call(client: httpx.Client, server: BotApiServer, method: str, params: Any) -> Any:
    return client.post(f"{server.base_url}{server.token}/{method}", json=params).json()


def update_texts(client: httpx.Client, server: BotApiServer, **params: Any) -> list[str]:
    """The texts of the messages that getUpdates returns."""
    updates = call(client, server, "getUpdates", params)["result"]
    return [update["message"]["text"] for update in updates]


def text_message(text: str = "x", **parameters: Any) -> Json:
    return {"chat_id": CHAT, "text": text} | parameters


def html_message(text: str) -> Json:
    return text_message(text, parse_mode="HTML")
