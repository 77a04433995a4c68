"""Whether a person may have something done in a chat now."""

import logging
import math
from dataclasses import dataclass

from telegram import Chat, Message
from telegram.error import TelegramError

from bot.intents import Right, Work
from bot.replies.access_replies import (
    ADMINS_NOT_KNOWN,
    FOR_ADMINS,
    too_many_loads,
    too_many_questions,
)
from bot.replies.reply import Reply
from bot.telegram_adapter.access import Access
from bot.telegram_adapter.admins import Admins
from bot.telegram_adapter.dialogue_pool import DialoguePool

_log = logging.getLogger(__name__)

_TOO_MANY = {Work.QUESTION: too_many_questions, Work.LOAD: too_many_loads}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no, and what to say to it; None: it has been said already."""

    reply: Reply | None


class Permissions:
    """Knows who has to wait, and who may change the articles of a group."""

    def __init__(self, access: Access, admins: Admins, dialogues: DialoguePool) -> None:
        self._access = access
        self._admins = admins
        self._dialogues = dialogues

    async def refusal(
        self, message: Message, person: int, work: Work, right: Right
    ) -> Refusal | None:
        """A no to a piece of work that a person asks for in the message's chat; None: do it."""
        if wait := self._access.wait(person, work):
            seconds = math.ceil(wait.seconds)
            return Refusal(_TOO_MANY[work](seconds) if wait.is_new else None)
        try:
            return None if await self._has(message, person, right) else Refusal(FOR_ADMINS)
        except TelegramError as error:
            _log.warning("Whether somebody is an admin can't be known: %s", error)
            return Refusal(ADMINS_NOT_KNOWN)

    async def _has(self, message: Message, person: int, right: Right) -> bool:
        if right is Right.ASK or message.chat.type == Chat.PRIVATE:
            return True
        if right is Right.CHANGE and await self._dialogues.run(
            message, Work.QUICK, lambda dialogue: dialogue.is_open_to_members
        ):
            return True
        return await self._admins.has(message, person)
