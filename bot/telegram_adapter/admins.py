"""Who is an admin of a group."""

import time
from collections import OrderedDict

from telegram import Bot, Message
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from bot.telegram_adapter.limits import Clock

REMEMBERED_SECONDS = 300.0
"""How long an answer of Telegram's is good for."""

_MAX_REMEMBERED = 10_000

_ADMINS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


class Admins:
    """Asks Telegram who is an admin, and remembers it for some minutes."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()

    async def has(self, message: Message, person: int) -> bool:
        """Whether a person is an admin of the message's group.

        An admin may write in the name of the group, which is the `person` then.

        Raises:
            TelegramError: Telegram does not tell.
        """
        chat = message.chat_id
        if person <= 0:
            return person == chat
        until, is_admin = self._known.get((chat, person), (0.0, False))
        if self._clock() < until:
            return is_admin
        is_admin = await _is_admin(message.get_bot(), chat, person)
        self._known[chat, person] = self._clock() + REMEMBERED_SECONDS, is_admin
        self._known.move_to_end((chat, person))
        if len(self._known) > _MAX_REMEMBERED:
            self._known.popitem(last=False)
        return is_admin


async def _is_admin(bot: Bot, chat: int, person: int) -> bool:
    try:
        return (await bot.get_chat_member(chat, person)).status in _ADMINS
    except BadRequest:  # Where it is no admin, Telegram may refuse to tell a bot of members.
        return any(each.user.id == person for each in await bot.get_chat_administrators(chat))
