"""The bot in a thread of its own, polling the test server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.settings import Settings
from bot.telegram_adapter.application import Service
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_adapter.migrating import Move
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
    **more: str,
) -> Iterator[None]:
    """The bot, polling the server from a thread of its own."""
    store = store or Store("sqlite://")
    service = Service(server.token, settings(server, **more), store, new_dialogue, lambda: 0, move)
    with serving(server, service):
        yield


@contextmanager
def serving(server: BotApiServer, service: Service) -> Iterator[None]:
    """A bot, from a thread of its own."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(service.run(stop)), daemon=True
    )
    thread.start()
    try:
        server.wait_for_calls("deleteWebhook")
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=15)
        assert not thread.is_alive()
        loop.close()
