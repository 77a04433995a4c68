"""Questions in chats where the bot is no member: each is answered once, by one message.

https://core.telegram.org/bots/api#answerguestquery
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import Bot, Message, Update
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.intents import Right, work_of_sources
from bot.links import without_links
from bot.one_off import Page
from bot.replies import chat_replies, one_off_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.access import person_of
from bot.telegram_adapter.dialogue_pool import DialoguePool
from bot.telegram_adapter.documents import Unreadable
from bot.telegram_adapter.groups import without_mention
from bot.telegram_adapter.one_message import as_result, look_of
from bot.telegram_adapter.permitting import Permissions
from bot.telegram_adapter.posts import Content, content_in, content_replied_to
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_adapter.remembered import About, Remembered
from bot.telegram_adapter.sending import reason_of, seconds_of, simpler, spoken_to

_log = logging.getLogger(__name__)

ANSWERED_WITHIN = 5.0
"""Seconds after which a word that the bot is reading is the answer, which becomes the real one when
that is there: Telegram does not say how long a query may wait, and refuses late answers."""

_PAUSES = (0.5, 2.0, 5.0, 15.0, None)
"""Seconds before something is given to Telegram again; None ends the trying."""

_MAX_ATTEMPTS = 3
"""How often a query is begun, each time in a new process."""

_GUESTS = "guests"
"""The key of the dialogue that has no articles, and is asked by all guests."""

_SENT_AS = "sent_as"
"""The ID of the message that has the word, noted beside the update for the next process."""

Sent = TypeVar("Sent")


class Guests:
    """Answers those who mention the bot elsewhere, from the post or page that they reply to.

    `permissions` knows whether somebody may ask, `receiver` how often an update was begun,
    `remembered` what answers were about.
    """

    def __init__(
        self,
        dialogues: DialoguePool,
        permissions: Permissions,
        receiver: Receiver,
        remembered: Remembered,
    ) -> None:
        self._dialogues = dialogues
        self._permissions = permissions
        self._receiver = receiver
        self._remembered = remembered

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a guest's question. Nothing of it is kept when it is answered."""
        message = update.guest_message
        if message is None or not message.guest_query_id:
            return
        attempt = await self._receiver.begin(update.update_id, 0)
        if attempt is None:
            return
        if attempt.number > _MAX_ATTEMPTS:
            _log.error(
                "Update %s was begun %s times and is given up.", update.update_id, _MAX_ATTEMPTS
            )
            return
        working = asyncio.create_task(self._reply(message, context.bot))
        sent_as = update.api_kwargs.get(_SENT_AS)
        try:
            if sent_as is None:
                await asyncio.wait({working}, timeout=ANSWERED_WITHIN)
            if sent_as is None and not working.done():
                sent_as = await _answer(message, one_off_replies.READING)
                if sent_as is None:
                    return
                await self._receiver.note(update.update_id, _SENT_AS, sent_as)
            try:
                reply = await working
            except Exception:
                await _deliver(message, chat_replies.APOLOGY, sent_as)
                raise
            if reply is not None:
                await _deliver(message, reply, sent_as)
        finally:
            working.cancel()

    async def _reply(self, message: Message, bot: Bot) -> Reply | None:
        """The answer; None for a guest who asks more and more, though they were told to wait."""
        try:
            about = await self._about(message, bot)
        except Unreadable as error:
            return error.reply
        if about is None:
            return one_off_replies.ASK_THE_POST
        work = work_of_sources(about.sources)
        person = person_of(message)
        if refusal := await self._permissions.refusal(message, person, work, Right.ASK):
            return refusal.reply
        text = without_links(without_mention(message, bot))
        reply = await self._dialogues.run_in(
            _GUESTS,
            work,
            lambda dialogue: dialogue.ask_about(text, about.sources, after=about.after),
        )
        reply = spoken_to(reply, message.from_user)
        self._remembered.add(message.chat_id, reply, About(about.sources, text or about.after))
        return reply

    async def _about(self, message: Message, bot: Bot) -> About | None:
        """What is asked: what the message brings itself, or what it replies to; None if that can't
        be told."""
        own = content_in(message)
        if own.links or own.document:
            return About(await Content("", own.links, own.document).sources())
        replied = message.reply_to_message
        if replied and replied.from_user and replied.from_user.id == bot.id:
            pages = tuple(map(Page, content_in(replied).links))
            return self._remembered.find(replied) or (About(pages) if pages else None)
        return About(await content_replied_to(message).sources())


async def _deliver(message: Message, reply: Reply, sent_as: str | None) -> None:
    """Give the answer: as the message that says that the bot is reading, if there is one."""
    if sent_as is None:
        await _answer(message, reply)
        return
    look = look_of(spoken_to(reply, message.from_user))
    edit = message.get_bot().edit_message_text
    await _until_taken(lambda shown: edit(inline_message_id=sent_as, **shown), look)


async def _answer(message: Message, reply: Reply) -> str | None:
    """Answer the query; the ID of the message, or None if it is not answered any more.

    A query takes one answer, so that the same one may be given again where it is not known whether
    it has arrived.
    """
    reply = spoken_to(reply, message.from_user)
    title = reply.said(one_off_replies.ANSWER)
    sent = await _until_taken(
        lambda look: message.answer_guest_query(as_result("answer", title, look)), look_of(reply)
    )
    return sent.inline_message_id if sent else None


async def _until_taken(
    give: Callable[[dict[str, Any]], Awaitable[Sent]], look: dict[str, Any]
) -> Sent | None:
    """Give something to Telegram until it is taken; None if it never will be."""
    for pause in _PAUSES:
        try:
            return await give(look)
        except (BadRequest, Forbidden) as error:
            plainer = simpler(look, error.message)
            if plainer is None:
                if "not modified" not in error.message:
                    _log.info("A guest can't be answered: %s", reason_of(error))
                return None
            look = plainer
        except RetryAfter as error:
            await asyncio.sleep(seconds_of(error))
        except TelegramError as error:
            if pause is None:
                _log.warning("A guest could not be answered: %s", reason_of(error))
            else:
                await asyncio.sleep(pause)
    return None
