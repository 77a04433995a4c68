"""A webhook: the address to which updates are posted, one after the other."""

import asyncio
import ipaddress
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.telegram_server.types import Json
from bot.telegram_server.updates import UpdateQueue

# Telegram waits 2 seconds, then twice as long each time, up to a minute and more.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 1.0
SECONDS_TO_ANSWER = 60


@dataclass(slots=True)
class Webhook:
    """What the bot said of it, and how the last update that failed did so.

    `proxy` is what stands before the bot and speaks TLS with the world; here, it speaks HTTP.
    """

    url: str
    secret_token: str
    max_connections: int
    ip_address: str
    proxy: str | None = None
    last_error_date: int = 0
    last_error_message: str = ""

    @property
    def target(self) -> str | None:
        """Where updates are posted; nowhere if that were not on this machine."""
        parts = urlsplit(self.url)
        if self.proxy:
            return self.proxy.rstrip("/") + parts.path
        return self.url if is_loopback(parts.hostname or "") else None

    def as_json(self) -> Json:
        """Its part of a WebhookInfo object."""
        error: Json = {}
        if self.last_error_message:
            error["last_error_date"] = self.last_error_date
            error["last_error_message"] = self.last_error_message
        return {
            "url": self.url,
            "max_connections": self.max_connections,
            "ip_address": self.ip_address or "<unknown>",
        } | error


class Delivery:
    """Posts the updates of a queue, which a lock guards, to a webhook until it is stopped."""

    def __init__(self, webhook: Webhook, updates: UpdateQueue, lock: threading.Condition) -> None:
        self._webhook = webhook
        self._updates = updates
        self._lock = lock
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Stop, even while an update is on its way; it then is not delivered."""
        self._task.cancel()

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with self._lock:
                    pending = self._updates.pending[:1]
                    poll = self._updates.start_poll()
                if not pending:
                    await poll.ended
                    continue
                await self._deliver(session, pending[0])
                with self._lock:
                    self._updates.remove(pending[0])

    async def _deliver(self, session: aiohttp.ClientSession, update: Json) -> None:
        pause = 0.0
        while (error := await self._post(session, update)) is not None:
            self._webhook.last_error_date = int(time.time())
            self._webhook.last_error_message = error
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2 or FIRST_PAUSE_SECONDS)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str | None:
        """What went wrong; None if nothing did."""
        target = self._webhook.target
        if target is None:
            return "Connection timed out"
        secret = self._webhook.secret_token
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        timeout = aiohttp.ClientTimeout(total=SECONDS_TO_ANSWER)
        try:
            async with session.post(
                target, json=update, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if 200 <= response.status <= 299:
                    return None
                reason = f"{response.status} {response.reason}"
                return f"Wrong response from the webhook: {reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"


def is_loopback(host: str) -> bool:
    """Whether a host of that name is on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
