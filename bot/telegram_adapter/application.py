"""Builds python-telegram-bot's application from our parts, and polls until it is stopped."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from telegram import BotCommand, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    MessageHandler,
    filters,
)

from bot.replies.chat_replies import COMMANDS
from bot.settings import Settings, SettingsError
from bot.telegram_adapter.dialogue_pool import DialoguePool, NewDialogue
from bot.telegram_adapter.handlers import Handlers
from bot.telegram_adapter.ordering import PerChatUpdates
from bot.telegram_adapter.polling import HeartbeatRequest

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]
"""The kinds of updates that Telegram is asked for; others would only be thrown away."""

MAX_CONCURRENT_UPDATES = 256

EXPIRY_INTERVAL = 6 * 60 * 60
"""Seconds between two deletions of what nobody has used for too long."""

_STARTUP_RETRIES = 3

Expire = Callable[[], int]
"""Deletes chats that nobody has used for too long, and returns their number."""

App = Application[Any, Any, Any, Any, Any, Any]


def run(token: str, settings: Settings, new_dialogue: NewDialogue, expire: Expire) -> None:
    """Poll until SIGTERM or SIGINT.

    Raises:
        SettingsError: Telegram refuses the token, or can't be reached.
    """
    application = build(token, settings, new_dialogue, expire)
    try:
        application.run_polling(
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=_STARTUP_RETRIES,
        )
    except InvalidToken:
        # The library's own error message is not shown: it holds the token.
        raise SettingsError("Telegram refuses the token. Check it with @BotFather.") from None
    except NetworkError as error:
        raise SettingsError(f"Telegram can't be reached: {error.message}.") from None


def build(token: str, settings: Settings, new_dialogue: NewDialogue, expire: Expire) -> App:
    """Make the application with its handlers, without starting it."""
    dialogues = DialoguePool(new_dialogue)
    background = _Background(dialogues, expire)
    builder = (
        ApplicationBuilder()
        .token(token)
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .rate_limiter(AIORateLimiter(max_retries=3))
        .concurrent_updates(PerChatUpdates(MAX_CONCURRENT_UPDATES))
        .job_queue(None)
        .post_init(background.begin)
        .post_shutdown(background.end)
    )
    if settings.heartbeat_file:
        builder = builder.get_updates_request(HeartbeatRequest(settings.heartbeat_file))
    application = builder.build()
    handlers = Handlers(dialogues)
    application.add_handler(MessageHandler(filters.ALL, handlers.on_message))
    application.add_handler(CallbackQueryHandler(handlers.on_press))
    application.add_error_handler(handlers.on_error)
    return application


class _Background:
    """Tasks that begin and end with the application, beside its updates."""

    def __init__(self, dialogues: DialoguePool, expire: Expire) -> None:
        self._dialogues = dialogues
        self._expire = expire
        self._expiry: asyncio.Task[None] | None = None

    async def begin(self, application: App) -> None:
        """Fill the menu of commands, and start the regular deletion of unused chats."""
        await _publish_commands(application)
        self._expiry = asyncio.create_task(self._expire_regularly())

    async def end(self, _application: App) -> None:
        """Stop the regular deletion, and wait for running answers."""
        if self._expiry:
            self._expiry.cancel()
        self._dialogues.close()

    async def _expire_regularly(self) -> None:
        while True:
            if await asyncio.to_thread(self._expire):
                self._dialogues.clear()  # Expired chats must not stay in memory.
            await asyncio.sleep(EXPIRY_INTERVAL)


async def _publish_commands(application: App) -> None:
    """Fill the menu of commands. If that fails, the bot works without it."""
    try:
        await application.bot.set_my_commands([BotCommand(*item) for item in COMMANDS.items()])
    except TelegramError as error:
        _log.warning("The menu of commands could not be set: %s", error)
