"""A `Reply` -> one message that Telegram sends for the bot: as a guest's answer, or for a user."""

from typing import Any

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.rendering.telegram_html import telegram_message
from bot.replies.reply import Reply
from bot.telegram_adapter.sending import keyboard


def look_of(reply: Reply) -> dict[str, Any]:
    """What the message shows, as the arguments of an edit."""
    return {
        "text": telegram_message(reply),
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
        "reply_markup": keyboard(reply),
    }


def as_result(
    number: str, title: str, look: dict[str, Any], description: str | None = None
) -> InlineQueryResultArticle:
    """The message as a result that is listed with a title and a description, if it is listed."""
    content = InputTextMessageContent(
        look["text"],
        parse_mode=look["parse_mode"],
        link_preview_options=look["link_preview_options"],
    )
    return InlineQueryResultArticle(
        number, title, content, reply_markup=look["reply_markup"], description=description
    )
