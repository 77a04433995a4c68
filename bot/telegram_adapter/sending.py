"""`Reply` -> messages in Telegram, sent again after lost connections."""

import asyncio
import re
from typing import Any

from telegram import (
    Bot,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.rendering.telegram_html import telegram_messages
from bot.replies.reply import Reply

_RETRY_PAUSES = (0.5, 2.0)
"""Seconds before a message is sent again."""

_LINK = re.compile(r"\w\.\w")
"""A pattern of what Telegram might take for a link, and cover the answer with its preview."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def send(message: Message, reply: Reply) -> None:
    """Send a reply into the message's chat; in a group, as a reply to the message."""
    parts = telegram_messages(reply)
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    for number, part in enumerate(parts, start=1):
        await _delivered(
            message.get_bot(),
            chat_id=message.chat_id,
            text=part,
            parse_mode=ParseMode.HTML,
            message_thread_id=topic_of(message),
            reply_parameters=to if number == 1 and message.chat.type != Chat.PRIVATE else None,
            link_preview_options=_NO_PREVIEW if _LINK.search(part) else None,
            reply_markup=_keyboard(reply) if number == len(parts) else None,
        )


async def _delivered(bot: Bot, **arguments: Any) -> None:
    """Send a message, and send it again after a gateway error or a lost connection.

    It is not sent again after a time-out or an unreadable answer, because it has probably arrived
    then. Error 429 is handled by the rate limiter.
    """
    for pause in (*_RETRY_PAUSES, None):
        try:
            await bot.send_message(**arguments)
            return
        except (BadRequest, TimedOut):
            raise
        except NetworkError:
            if pause is None:
                raise
            await asyncio.sleep(pause)


def topic_of(message: Message) -> int | None:
    """The forum topic that a message belongs to, or None."""
    return message.message_thread_id if message.is_topic_message else None


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    buttons = [InlineKeyboardButton(b.label, callback_data=b.action) for b in reply.buttons]
    rows = range(0, len(buttons), reply.buttons_per_row)
    return InlineKeyboardMarkup([buttons[row : row + reply.buttons_per_row] for row in rows])
