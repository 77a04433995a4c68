"""A group that becomes a supergroup: it has another ID, under which everything goes on."""

import asyncio
import logging
from collections.abc import Callable

from telegram import Message

from bot.telegram_adapter.access import Access
from bot.telegram_adapter.dialogue_pool import DialoguePool, key_of
from index.errors import StorageError

_log = logging.getLogger(__name__)

Move = Callable[[str, str], None]
"""Keeps under a new key what is kept of a chat; raises `StorageError` if it can't."""


class Migrations:
    """Follows groups to their new IDs. Telegram tells of a move more than once: in the old chat, in
    the new one, and to whoever still writes into the old one."""

    def __init__(self, move: Move, dialogues: DialoguePool, access: Access) -> None:
        self._move = move
        self._dialogues = dialogues
        self._access = access

    async def announced(self, message: Message) -> bool:
        """Whether a message tells of a move, which has been followed then."""
        if message.migrate_to_chat_id:
            await self.follow(message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self.follow(message.migrate_from_chat_id, message.chat_id)
        else:
            return False
        return True

    async def follow(self, chat_id: int, new_id: int) -> None:
        """Have what is kept of a group go on under its new ID. To do so again changes nothing."""
        try:
            await asyncio.to_thread(self._move, key_of(chat_id), key_of(new_id))
        except StorageError as error:
            _log.warning("What is kept of a group could not follow it to its new ID: %s", error)
        self._dialogues.rename(chat_id, new_id)
        if self._access.rename(chat_id, new_id):
            _log.warning("Group %s is %s now: name it so in ARTICLE_BOT_ALLOWED.", chat_id, new_id)
