"""The Bot API's methods, a module for each group; `METHODS` has all of them by name."""

from bot.telegram_server.methods import (
    bot_settings,
    chats,
    commands,
    files,
    guests,
    inline,
    members,
    menu_button,
    messages,
    profile,
    queries,
    updates,
    webhooks,
)
from bot.telegram_server.methods.table import MethodTable

METHODS = MethodTable(
    bot_settings.methods,
    chats.methods,
    commands.methods,
    files.methods,
    guests.methods,
    inline.methods,
    members.methods,
    menu_button.methods,
    messages.methods,
    profile.methods,
    queries.methods,
    updates.methods,
    webhooks.methods,
)
