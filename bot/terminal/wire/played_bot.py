"""The real bot, in a thread of its own, which takes the imitation of Telegram for Telegram."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.dialogue import Dialogue
from bot.settings import Settings
from bot.telegram_adapter.application import Service
from bot.telegram_server import BotApiServer
from bot.terminal.stage import CannotAct
from index.keeping.store import Store

_LOOKED_AFTER = 0.5
"""Seconds between two looks whether the bot is still alive, while one waits for it."""


class PlayedBot:
    """A bot at a server of its own. Use it as a context manager.

    What it takes from the server is written down in memory alone: it has nothing to do with what
    waits for the same user's bot at the real Telegram.
    """

    def __init__(
        self, server: BotApiServer, settings: Settings, new_dialogue: Callable[[str], Dialogue]
    ) -> None:
        """`new_dialogue` makes the dialogue of the chat with a key such as `telegram:1001`."""
        settings = settings.model_copy(
            update={
                "telegram_base_url": server.base_url,
                "telegram_base_file_url": server.base_file_url,
                "heartbeat_file": None,
            }
        )
        self._server = server
        self._service = Service(
            server.token, settings, Store("sqlite://"), new_dialogue, lambda: 0, _move_nothing
        )
        self._stop = asyncio.Event()
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server.wait_for_calls("deleteWebhook")  # The last one before it polls.
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(RuntimeError):  # It may have ended by itself.
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def settle(self) -> None:
        """Wait until the bot has done everything that there is to do.

        Raises:
            CannotAct: it has ended.
        """
        self._check_alive()
        while not self._server.wait_until_taken(_LOOKED_AFTER):
            self._check_alive()
        # An update is in this queue before it is confirmed, and leaves it when it is handled.
        queue = self._service.application.update_queue
        handled = asyncio.run_coroutine_threadsafe(queue.join(), self._loop)
        while True:
            try:
                handled.result(_LOOKED_AFTER)
            except TimeoutError:
                self._check_alive()
            else:
                return

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                runner.run(self._service.run(self._stop))
        except Exception as error:
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    def _check_alive(self) -> None:
        if self._ended.done():
            raise CannotAct("the bot has ended") from self._ended.exception()


def _move_nothing(chat: str, new_chat: str) -> None:
    """No group becomes another one here."""
