"""Updates that Telegram posts to an address of the bot's own, instead of their being polled.

A proxy stands before it that has the certificate: https://core.telegram.org/bots/webhooks
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.settings import SettingsError
from bot.telegram_adapter.receiving import Json, Receiver
from bot.telegram_adapter.webhook_address import WebhookAddress
from index.errors import StorageError

_log = logging.getLogger(__name__)

LOOK_INTERVAL = 20.0
"""Seconds between two looks at how Telegram fares with the address, also when nobody writes."""

MAX_BYTES = 1_000_000
"""Of a request. Telegram's updates are far smaller."""

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
_PURPOSE = b"article-bot: the secret of its webhook"
_CLOSING_SECONDS = 0.3

Take = Callable[[Json], Awaitable[None]]
"""Has an update handled that is written down."""


class Webhook:
    """Takes the updates that Telegram posts. Each is written down before Telegram is told so."""

    def __init__(self, address: WebhookAddress, token: str, receiver: Receiver, take: Take) -> None:
        self._address = address
        self._receiver = receiver
        self._take = take
        self._secret = secret_of(token)
        self._runner: web.AppRunner | None = None
        self._last_error: object = None

    async def listen(self) -> None:
        """Wait for requests.

        Raises:
            SettingsError: that is not possible at this host and port.
        """
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_post(self._address.path, self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_SECONDS)
        await self._runner.setup()
        host, port = self._address.host, self._address.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise SettingsError(f"Nothing can listen at {host}:{port}: {error.strerror}.") from None

    async def announce(self, bot: Bot, allowed_updates: Sequence[str]) -> None:
        """Tell Telegram where to post these kinds of updates.

        Raises:
            SettingsError: Telegram does not take the address.
            TelegramError: it can't be reached.
        """
        try:
            await bot.set_webhook(
                self._address.url, allowed_updates=allowed_updates, secret_token=self._secret
            )
        except BadRequest as error:
            raise SettingsError(f"Telegram refuses the webhook: {error.message}.") from None

    async def watch(self, bot: Bot) -> None:
        """Keep the heartbeat while Telegram answers and knows the address; log what it can't
        deliver."""
        while True:
            try:
                await self._look(bot)
            except InvalidToken:
                raise
            except TelegramError as error:
                _log.warning("Telegram could not be reached: %s", error)
            await asyncio.sleep(LOOK_INTERVAL)

    async def close(self) -> None:
        """Take nothing more. Telegram keeps what comes for the next start."""
        if self._runner:
            await self._runner.cleanup()

    async def _look(self, bot: Bot) -> None:
        info = await bot.get_webhook_info()
        if info.url != self._address.url:
            _log.error("Telegram posts nothing here any more: another program took its updates.")
            return
        self._receiver.beat()
        if info.last_error_date and info.last_error_date != self._last_error:
            self._last_error = info.last_error_date
            _log.warning("Telegram could not deliver an update: %s", info.last_error_message)

    async def _receive(self, request: web.Request) -> web.Response:
        """Take an update, of whoever knows the secret."""
        secret = request.headers.get(_SECRET, "")
        if not hmac.compare_digest(secret.encode(errors="replace"), self._secret.encode()):
            return web.Response(status=401)
        update = _update_in(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            [received] = await self._receiver.receive([update])
        except StorageError as error:
            _log.warning("An update could not be written down, and will come again: %s", error)
            return web.Response(status=503)
        await self._take(received)
        return web.Response()


def secret_of(token: str) -> str:
    """What Telegram is told to send with each update: the same for all processes of a bot, and of
    no use to find out the token."""
    return hmac.new(token.encode(), _PURPOSE, "sha256").hexdigest()


def _update_in(body: bytes) -> Json | None:
    """The update that a request has; None if it has none."""
    try:
        update: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and type(update.get("update_id")) is int else None
