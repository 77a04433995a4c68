"""The bot in a thread of its own, polling the test server."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.observing import Observed
from bot.settings import Settings
from bot.telegram_adapter.application import Service
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_adapter.migrating import Move
from bot.telegram_adapter.webhook_address import WebhookAddress
from bot.telegram_server import BotApiServer
from index.keeping.store import Store

TOKEN = "123456:TEST-token-of-the-tests-0123456789abc"

ANN, BEN = 1001, 1002

GROUP = -2001


def settings(server: BotApiServer, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "TELEGRAM_BASE_URL": server.base_url,
            "TELEGRAM_BASE_FILE_URL": server.base_file_url,
            **more,
        }
    )


@contextmanager
def running(
    server: BotApiServer,
    new_dialogue: NewDialogue,
    store: Store | None = None,
    move: Move = lambda chat, new_chat: None,
    webhook: WebhookAddress | None = None,
    observed: Observed | None = None,
    **more: str,
) -> Iterator[None]:
    """The bot, from a thread of its own. It polls the server, or has a webhook."""
    store = store or Store("sqlite://")
    service = Service(
        *(server.token, settings(server, **more), store, new_dialogue, lambda: 0, move, webhook),
        observed,
    )
    with serving(server, service, "setWebhook" if webhook else "deleteWebhook"):
        yield


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    server: BotApiServer, service: Service, begins_with: str = "deleteWebhook"
) -> Iterator[None]:
    """A bot, from a thread of its own, as soon as it has called the method that it begins with."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(service.run(stop)), daemon=True
    )
    thread.start()
    try:
        server.wait_for_calls(begins_with)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=15)
        assert not thread.is_alive()
        loop.close()
