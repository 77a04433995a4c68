"""The Bot API's methods, a module for each group; `METHODS` has all of them by name."""

from bot.telegram_server.methods import bot_settings, chats, files, messages, queries, updates
from bot.telegram_server.methods.table import MethodTable

METHODS = MethodTable(
    bot_settings.methods,
    chats.methods,
    files.methods,
    messages.methods,
    queries.methods,
    updates.methods,
)
