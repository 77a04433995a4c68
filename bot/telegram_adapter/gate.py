"""What every update passes before anything is done for it."""

import logging
import time

from telegram import Chat, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.replies import access_replies
from bot.telegram_adapter.access import Access
from bot.telegram_adapter.limits import Clock, Limit
from bot.telegram_adapter.migrating import Migrations
from bot.telegram_adapter.sending import Sender

_log = logging.getLogger(__name__)

_HOUR = 3600.0


class Gate:
    """Lets through what comes from people and chats that the bot works for."""

    def __init__(
        self, access: Access, migrations: Migrations, sender: Sender, clock: Clock = time.monotonic
    ) -> None:
        self._access = access
        self._migrations = migrations
        self._sender = sender
        self._refusals = Limit(1, _HOUR, clock)

    async def on_any(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow a group to its new ID, and turn away whom the bot does not work for: with a word
        in a private chat, silently elsewhere.

        Raises:
            ApplicationHandlerStop: nothing else is to be done for the update.
        """
        message, user, chat = update.message, update.effective_user, update.effective_chat
        if message and await self._migrations.announced(message):
            raise ApplicationHandlerStop
        user_id, chat_id = user.id if user else None, chat.id if chat else None
        if self._access.admits(user_id, chat_id):
            return
        if message and self._refusals.wait(message.chat_id) is None:
            # So that the operator learns the ID of whom to allow.
            _log.info("Turned away: user %s, chat %s.", user_id, chat_id)
            if message.chat.type == Chat.PRIVATE:
                await self._sender.send(message, access_replies.not_for_you(message.chat_id))
        raise ApplicationHandlerStop
