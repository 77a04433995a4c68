"""Who the bot works for, and how much of it each may ask for: what its operator has set."""

import time

from telegram import Message

from bot.intents import Work
from bot.settings import Settings
from bot.telegram_adapter.limits import Clock, Limit, Wait

_MINUTE = 60.0


class Access:
    """Decides by IDs alone: a name can go to somebody else."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        self._allowed = set(settings.allowed)
        self._operators = settings.operators
        self._limits = {
            Work.QUESTION: Limit(settings.questions_per_minute, _MINUTE, clock),
            Work.LOAD: Limit(settings.loads_per_minute, _MINUTE, clock),
        }

    def admits(self, user_id: int | None, chat_id: int | None) -> bool:
        """Whether the bot works for a person in a chat: everybody, if nobody is named."""
        return (
            not self._allowed
            or bool({user_id, chat_id} & self._allowed)
            or user_id in self._operators
        )

    def is_operator(self, user_id: int | None) -> bool:
        """Whether a person runs the bot."""
        return user_id in self._operators

    def wait(self, person: int, work: Work) -> Wait | None:
        """Count one more piece of work for a person; None: there is no need to wait for it."""
        limit = self._limits.get(work)
        return None if limit is None or self.is_operator(person) else limit.wait(person)

    def rename(self, chat_id: int, new_id: int) -> bool:
        """Let a chat that was named go on under its new ID; False if it was not named."""
        if chat_id in self._allowed:
            self._allowed.add(new_id)
        return chat_id in self._allowed


def person_of(message: Message) -> int:
    """The ID of who wrote a message: a group, where an admin writes in its name."""
    if message.sender_chat:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else message.chat_id
