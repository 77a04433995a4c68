"""The bot in a thread of its own, polling the test server."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from telegram.ext import Application

from bot.settings import Settings
from bot.telegram_adapter.application import ALLOWED_UPDATES, build
from bot.telegram_adapter.dialogue_pool import NewDialogue
from tests.bot_api import BotApiServer

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
def running(server: BotApiServer, new_dialogue: NewDialogue, **more: str) -> Iterator[None]:
    """The bot, polling the server from a thread of its own."""
    with polling(server, build(server.token, settings(server, **more), new_dialogue, lambda: 0)):
        yield


@contextmanager
def polling(
    server: BotApiServer, application: "Application[Any, Any, Any, Any, Any, Any]"
) -> Iterator[None]:
    """The application, from a thread of its own."""
    loop = asyncio.new_event_loop()

    def poll() -> None:
        asyncio.set_event_loop(loop)
        application.run_polling(allowed_updates=ALLOWED_UPDATES, stop_signals=None)

    thread = threading.Thread(target=poll, daemon=True)
    thread.start()
    try:
        server.wait_for_calls("deleteWebhook")
        while not application.running:
            time.sleep(0.01)
        yield
    finally:
        loop.call_soon_threadsafe(application.stop_running)
        thread.join(timeout=15)
        assert not thread.is_alive()
