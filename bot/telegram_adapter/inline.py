"""Inline queries: what a user types behind the bot's name in any chat -> sentences to send there.

https://core.telegram.org/bots/api#inline-mode
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from telegram import InlineQueryResultsButton, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.dialogue import Dialogue
from bot.intents import Work
from bot.replies.inline_replies import TO_ADD, Offers
from bot.telegram_adapter.dialogue_pool import DialoguePool, key_of
from bot.telegram_adapter.one_message import as_result, look_of
from bot.telegram_adapter.sending import reason_of
from bot.wording import language_for, said

_log = logging.getLogger(__name__)

_CACHED_SECONDS = 10
"""How long Telegram may give the same user the same answer."""

_WAITED_FOR = 10.0
"""Seconds after which nobody waits for what is offered any more."""


class Inline:
    """Offers each user sentences of the article that they ask in their private chat.

    Telegram sends a query with nearly every key that is pressed: of those of a user that wait, only
    the newest is worth answering.
    """

    def __init__(self, dialogues: DialoguePool) -> None:
        self._dialogues = dialogues
        self._newest: dict[int, str] = {}

    async def on_query(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an inline query. If that fails, the next one will be along soon."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user
        self._newest[person.id] = query.id
        is_wanted = self._wanted(person.id, query.id)
        try:
            offers = await self._dialogues.run_in(
                key_of(person.id), Work.QUESTION, lambda d: _offers(d, query.query, is_wanted)
            )
        finally:
            if self._newest.get(person.id) == query.id:
                del self._newest[person.id]
        if offers is None:
            return
        language = offers.language or language_for(person.language_code)
        results = [
            as_result(
                str(offer.number),
                offer.title,
                look_of(replace(offer.reply, language=language)),
                said(offer.description, language),
            )
            for offer in offers.offers
        ]
        button = offers.button and InlineQueryResultsButton(
            said(offers.button, language), start_parameter=TO_ADD
        )
        try:
            await query.answer(
                results, cache_time=_CACHED_SECONDS, is_personal=True, button=button or None
            )
        except TelegramError as error:
            _log.info("An inline query can't be answered: %s", reason_of(error))

    def _wanted(self, person: int, query: str) -> Callable[[], bool]:
        """Tells later whether somebody still waits for the answer to a query."""
        until = time.monotonic() + _WAITED_FOR
        return lambda: self._newest.get(person) == query and time.monotonic() < until


def _offers(dialogue: Dialogue, text: str, is_wanted: Callable[[], bool]) -> Offers | None:
    """What is offered for a text; None if nobody waits for it any more."""
    return dialogue.offers(text) if is_wanted() else None
