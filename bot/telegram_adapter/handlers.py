"""The handlers of Telegram's updates."""

import logging
from collections.abc import Callable
from contextlib import suppress

from telegram import Document, Message, Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.dialogue import Dialogue
from bot.replies import article_replies, chat_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.chat_action import show_typing
from bot.telegram_adapter.dialogue_pool import DialoguePool
from bot.telegram_adapter.groups import addressed_text
from bot.telegram_adapter.sending import send
from index.loading import MAX_BYTES
from index.loading.kinds import may_be_article

_log = logging.getLogger(__name__)

_POST_LENGTH = 200
"""Characters. A longer forwarded message is taken for an article, a shorter one is answered."""


class Handlers:
    """A method for each kind of update that Telegram is asked for, and one for errors.

    `dialogues` runs what a message or a button asks for in its chat's dialogue.
    """

    def __init__(self, dialogues: DialoguePool) -> None:
        self._dialogues = dialogues

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text or take a document, if it is meant for the bot."""
        message = update.effective_message
        if message is None:
            return
        text = addressed_text(message, context.bot)
        if text is None:
            return
        if message.document:
            await self._read(message, message.document)
        elif message.forward_origin and len(text) > _POST_LENGTH:
            await self._answer(message, lambda dialogue: dialogue.add_text(text))
        elif message.text:
            await self._answer(message, lambda dialogue: dialogue.say(text))
        elif message.effective_attachment:
            await send(message, article_replies.NOT_TEXT)

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Act on a pressed inline button."""
        query = update.callback_query
        if query is None:
            return
        with suppress(TelegramError):  # it only stops a spinner; what was asked for matters
            await query.answer()
        action = query.data
        if isinstance(query.message, Message) and action:
            await self._answer(query.message, lambda dialogue: dialogue.press(action))

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log an error, and apologise in the chat if somebody waits for a reply there."""
        error = context.error
        if isinstance(error, Conflict):
            _log.error("Another program polls with the same token. Only one can; stop the other.")
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _log.warning("Telegram could not be reached: %s", error)
        elif isinstance(error, Forbidden):
            _log.info("A chat has blocked the bot.")
        else:
            _log.error("An update could not be handled", exc_info=error)
            if isinstance(update, Update) and isinstance(update.effective_message, Message):
                with suppress(TelegramError):
                    await send(update.effective_message, chat_replies.APOLOGY)

    async def _read(self, message: Message, document: Document) -> None:
        """Take a document as an article."""
        name = document.file_name or ""
        if not may_be_article(name, document.mime_type):
            await send(message, article_replies.NOT_TEXT)
        elif (document.file_size or 0) > MAX_BYTES:
            await send(message, article_replies.TOO_LARGE)
        else:
            file = await document.get_file()
            content = bytes(await file.download_as_bytearray())
            await self._answer(message, lambda dialogue: dialogue.add_file(content, name))

    async def _answer(self, message: Message, action: Callable[[Dialogue], Reply]) -> None:
        """Send what the chat's dialogue replies, and show "typing" until it does."""
        async with show_typing(message):
            reply = await self._dialogues.run(message, action)
        await send(message, reply)
