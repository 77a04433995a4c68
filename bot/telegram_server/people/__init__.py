"""What people do in Telegram's apps, which the bot gets as updates."""

from bot.telegram_server.people.groups import Groups
from bot.telegram_server.people.guests import Guests
from bot.telegram_server.people.inline import InlineMode
from bot.telegram_server.people.pressing import Pressing


class People(Guests, Groups, InlineMode, Pressing):
    """All that people can do; whatever they cannot do raises ValueError."""
