"""Whether a person may have something done in a chat now."""

import math
from dataclasses import dataclass

from bot.dialogue import Work
from bot.replies import access_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.access import Access

_TOO_MANY = {
    Work.QUESTION: access_replies.too_many_questions,
    Work.LOAD: access_replies.too_many_loads,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no, and what to say to it; None: it has been said already."""

    reply: Reply | None


class Permissions:
    """Knows who has to wait."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def refusal(self, person: int, work: Work) -> Refusal | None:
        """A no to a piece of work that a person asks for; None: do it."""
        if wait := self._access.wait(person, work):
            seconds = math.ceil(wait.seconds)
            return Refusal(_TOO_MANY[work](seconds) if wait.is_new else None)
        return None
