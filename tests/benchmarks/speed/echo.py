"""The bare echo bot of python-telegram-bot's examples: what an answer costs without a model.

With an argument it keeps to Telegram's limits, as this program does.
"""

import os
import sys

from telegram import Update
from telegram.ext import AIORateLimiter, Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


application = (
    Application.builder()
    .token(os.environ["TELEGRAM_BOT_TOKEN"])
    .base_url(os.environ["TELEGRAM_BASE_URL"])
    .base_file_url(os.environ["TELEGRAM_BASE_FILE_URL"])
    .rate_limiter(AIORateLimiter() if sys.argv[1:] else None)
    .build()
)
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
