"""What every update passes before anything is done for it."""

import logging
import time

from telegram import Bot, Chat, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.observing.handling import Outcome, ends_as
from bot.replies import access_replies
from bot.telegram_adapter.access import Access
from bot.telegram_adapter.groups import addressed_text
from bot.telegram_adapter.limits import Clock, Limit
from bot.telegram_adapter.migrating import Migrations
from bot.telegram_adapter.ordering import PerChatUpdates
from bot.telegram_adapter.sending import Sender, stop_spinner

_log = logging.getLogger(__name__)

_HOUR = 3600.0
_MINUTE = 60.0


class Gate:
    """Lets through what comes from people and chats that the bot works for, one thing at a time.

    `updates` knows what found its chat's queue full.
    """

    def __init__(
        self,
        access: Access,
        updates: PerChatUpdates,
        migrations: Migrations,
        sender: Sender,
        clock: Clock = time.monotonic,
    ) -> None:
        self._access = access
        self._updates = updates
        self._migrations = migrations
        self._sender = sender
        self._refusals = Limit(1, _HOUR, clock)
        self._floods = Limit(1, _MINUTE, clock)

    async def on_any(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow a group to its new ID, and turn away whom the bot does not work for: with a word
        in a private chat, silently elsewhere; and who has asked for more than can wait.

        Raises:
            ApplicationHandlerStop: nothing else is to be done for the update.
        """
        message, user, chat = update.message, update.effective_user, update.effective_chat
        if message and await self._migrations.announced(message):
            raise ApplicationHandlerStop
        user_id, chat_id = user.id if user else None, chat.id if chat else None
        if self._access.admits(user_id, chat_id):
            if self._updates.is_turned_away(update):
                ends_as(Outcome.TURNED_AWAY)
                await self._say_to_wait(update, context.bot)
                raise ApplicationHandlerStop
            return
        ends_as(Outcome.TURNED_AWAY)
        if message and self._refusals.wait(message.chat_id) is None:
            # So that the operator learns the ID of whom to allow.
            _log.info("Turned away: user %s, chat %s.", user_id, chat_id)
            if message.chat.type == Chat.PRIVATE:
                await self._sender.send(message, access_replies.not_for_you(message.chat_id))
        raise ApplicationHandlerStop

    async def _say_to_wait(self, update: Update, bot: Bot) -> None:
        """Tell a chat from which too much waits that this is left out: once in a while, and with
        each button, for it shows that it was pressed until then."""
        message, query = update.message, update.callback_query
        if query:
            await stop_spinner(query, access_replies.ONE_AT_A_TIME)
        elif (
            message
            and addressed_text(message, bot) is not None
            and self._floods.wait(message.chat_id) is None
        ):
            await self._sender.send(message, access_replies.ONE_AT_A_TIME)
