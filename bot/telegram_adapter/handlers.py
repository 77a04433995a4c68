"""The handlers of Telegram's updates."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from telegram import Chat, Document, Message, Update, User
from telegram.error import BadRequest, Conflict, NetworkError
from telegram.ext import ContextTypes

from bot.dialogue import Dialogue
from bot.intents import (
    POST_LENGTH,
    Right,
    Work,
    only_tells,
    right_of,
    right_of_press,
    work_of,
    work_of_press,
    work_of_sources,
)
from bot.links import find_links
from bot.observing.statistics import Statistics
from bot.questions import asks
from bot.rendering.plain_text import to_plain
from bot.replies import article_replies, chat_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.access import person_of
from bot.telegram_adapter.answers import Answers
from bot.telegram_adapter.chat_action import show_typing
from bot.telegram_adapter.dialogue_pool import DialoguePool
from bot.telegram_adapter.documents import Unreadable, content_of
from bot.telegram_adapter.groups import addressed_text
from bot.telegram_adapter.loading import Load, Loads
from bot.telegram_adapter.messages import actions_replied_to, kind_of_media, links_of
from bot.telegram_adapter.pastes import Pastes, Whole, whole
from bot.telegram_adapter.permitting import Permissions
from bot.telegram_adapter.posts import post_asked, question_replied_to
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_adapter.remembered import About, Remembered
from bot.telegram_adapter.sending import Sender, Sent, remove_keyboard, spoken_to, stop_spinner
from bot.wording import LANGUAGES
from index.keeping.inbox import Answered

_log = logging.getLogger(__name__)

_MAX_ATTEMPTS = 3
"""How often an update is begun, each time in a new process."""


class Handlers:
    """A method for each kind of update that Telegram is asked for, and one for errors.

    `dialogues` runs what a message or a button asks for in its chat's dialogue; `permissions`
    knows whether somebody may ask for it; `pastes` joins texts that were cut; `receiver` knows
    which updates were begun, and what was answered; `remembered` knows what answers from posts were
    about; `statistics` counts errors.
    """

    def __init__(
        self,
        dialogues: DialoguePool,
        sender: Sender,
        permissions: Permissions,
        pastes: Pastes,
        receiver: Receiver,
        remembered: Remembered,
        statistics: Statistics,
    ) -> None:
        self._dialogues = dialogues
        self._receiver = receiver
        self._sender = sender
        self._answers = Answers(receiver, sender)
        self._permissions = permissions
        self._statistics = statistics
        self._loads = Loads(self._sender)
        self._pastes = pastes
        self._remembered = remembered
        self._beside: set[asyncio.Task[None]] = set()

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text or take a document, if it is meant for the bot."""
        message = update.effective_message
        if message is None:
            return
        self._sender.saw(message.chat_id, message.message_id)
        text = addressed_text(message, context.bot)
        if text is None or not await self._may_try(update.update_id, message):
            return
        said = await self._pastes.joined(message, text)
        if said is not None:
            await self._handle(message, said)

    async def on_edit(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message anew that was answered lately and now says something else.

        An article that somebody edits stays as it was sent.
        """
        message = update.effective_message
        if message is None:
            return
        text = addressed_text(message, context.bot)
        former = await self._answers.former(message, text) if text else None
        if not text or not former or not await self._may_try(update.update_id, message):
            return
        in_group = message.chat.type != Chat.PRIVATE
        if not in_group or not await self._answer_from_post(message, text, former):
            await self._say(message, whole(message, text), links_of(message), former)

    async def _may_try(self, update_id: int, message: Message) -> bool:
        """Note that an update is about to be handled. What has ended the process again and again is
        not tried once more."""
        attempt = await self._receiver.begin(update_id, self._sender.last_id(message.chat_id))
        if attempt is None:
            return False
        if attempt.number > _MAX_ATTEMPTS:
            _log.error("Update %s was begun %s times and is given up.", update_id, _MAX_ATTEMPTS)
            await self._sender.send(message, chat_replies.APOLOGY)
            return False
        if attempt.number > 1:
            self._sender.may_have_answered(message, attempt.last_message)
        return True

    async def _handle(self, message: Message, said: Whole) -> None:
        """Answer a message by what it brings; `said` is what it says to the bot."""
        if message.chat.type != Chat.PRIVATE:
            said = said if said.text else Whole(question_replied_to(message))
            if await self._answer_from_post(message, said.text):
                return
        text, links = said.text, links_of(message)
        if message.document and not message.animation:
            await self._read(message, message.document, text)
        elif _is_article(message, text):
            if await self._may(message, Work.LOAD, Right.CHANGE):
                await self._load(
                    message, lambda d, load: d.add_text(text, load.on_progress, said.messages)
                )
        elif message.text or links or find_links(text) or asks(text):
            await self._say(message, said, links)
        elif kind := kind_of_media(message):
            await self._sender.send(message, article_replies.NOT_READABLE[kind])
        elif message.effective_attachment:
            await self._sender.send(message, article_replies.NOT_TEXT)

    async def _answer_from_post(
        self, message: Message, text: str, former: Answered | None = None
    ) -> bool:
        """Answer what is asked in a group of the post that it replies to, or of the one that the
        answer came from that it replies to. False if it is no such question."""
        replied = message.reply_to_message
        about = self._remembered.find(replied) if replied and text[:1] != "/" else None
        if about is None:
            post = post_asked(message, text, message.get_bot())
            if post is None:
                return False
            try:
                about = About(await post.sources())
            except Unreadable as error:
                await self._sender.send(message, error.reply)
                return True
        sources, after = about.sources, about.after
        work = work_of_sources(sources)
        if not await self._may(message, work, Right.ASK):
            return True
        if work is Work.LOAD:
            reply = await self._load(
                message, lambda d, load: d.ask_about(text, sources, load.on_progress, after=after)
            )
        else:
            reply = await self._answer(
                message, text, work, lambda d: d.ask_about(text, sources, after=after), former
            )
        reply = spoken_to(reply, message.from_user)
        self._remembered.add(message.chat_id, reply, About(sources, text or after))
        return True

    async def _say(
        self, message: Message, said: Whole, links: Sequence[str], former: Answered | None = None
    ) -> None:
        text, messages, replied_to = said.text, said.messages, actions_replied_to(message)
        work = work_of(text, links)
        if not await self._may(message, work, right_of(text, links)):
            return
        if work is Work.LOAD:
            await self._load(
                message,
                lambda d, load: d.say(text, load.on_progress, links=links, messages=messages),
            )
            if former:  # It became an article, which is read once.
                self._answers.note(message, text, Sent(None))
        else:
            await self._answer(
                message,
                text,
                work,
                lambda d: d.say(text, messages=messages, replied_to=replied_to),
                former,
            )

    async def _may(self, message: Message, work: Work, right: Right) -> bool:
        """Whether who wrote a message may have a piece of work done; if not, they are told."""
        refusal = await self._permissions.refusal(message, person_of(message), work, right)
        if refusal and refusal.reply:
            await self._sender.send(message, refusal.reply)
        return refusal is None

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Act on a pressed inline button."""
        query = update.callback_query
        if query is None:
            return
        action, message = query.data, query.message
        if not isinstance(message, Message) or not action:
            self._run_beside(stop_spinner(query))
            return
        is_cancel = action.startswith(article_replies.CANCEL)
        load = action.removeprefix(article_replies.CANCEL)
        is_own_load = is_cancel and self._loads.is_of(load, query.from_user)
        work = Work.QUICK if is_cancel else work_of_press(action)
        right = Right.ASK if is_own_load else right_of_press(action)
        refusal = await self._permissions.refusal(message, query.from_user.id, work, right)
        self._run_beside(stop_spinner(query, refusal.reply if refusal else None))
        if refusal:
            return
        if is_cancel:
            if not self._loads.cancel(load):
                reply = spoken_to(article_replies.NOTHING_TO_CANCEL, query.from_user)
                await self._sender.send(message, reply)
            return
        self._sender.saw(message.chat_id, message.message_id)
        if not await self._may_try(update.update_id, message):
            return
        if work is Work.LOAD:
            await remove_keyboard(message)
            await self._load(
                message, lambda d, load: d.press(action, load.on_progress), query.from_user
            )
            return
        async with show_typing(message):
            reply = await self._dialogues.run(
                message, work, lambda dialogue: dialogue.press(action)
            )
        reply = spoken_to(reply, query.from_user)
        if reply.spends:
            await remove_keyboard(message)
        if reply.extends and await self._sender.extend(message, reply, action):
            return
        if reply.relabels and await self._sender.relabel(message, reply):
            return
        await self._sender.send(
            message, reply, instead_of=message.message_id if reply.replaces else None
        )

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log an error, and apologise in the chat if somebody waits for a reply there."""
        error = context.error
        self._statistics.count_error(error)
        if isinstance(error, Conflict):
            _log.error("Another program polls with the same token. Only one can; stop the other.")
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _log.warning("Telegram could not be reached: %s", error)
        else:
            _log.error("An update could not be handled", exc_info=error)
        if not isinstance(update, Update) or update.guest_message:  # A guest is told elsewhere.
            return
        if isinstance(update.effective_message, Message):
            await self._sender.send(update.effective_message, chat_replies.APOLOGY)

    async def _read(self, message: Message, document: Document, caption: str) -> None:
        """Take a document as an article, and answer what its caption asks."""
        name = document.file_name or ""
        if not await self._may(message, Work.LOAD, Right.CHANGE):
            return
        try:
            content = await content_of(document)
        except Unreadable as error:
            await self._sender.send(message, error.reply)
            return
        await self._load(
            message, lambda d, load: d.add_file(content, name, load.on_progress, caption=caption)
        )

    async def _answer(
        self,
        message: Message,
        text: str,
        work: Work,
        action: Callable[[Dialogue], Reply],
        former: Answered | None,
    ) -> Reply:
        """Send what the chat's dialogue replies to a message that says `text`, in the place of its
        `former` answer if it has one, and show "typing" until it does."""
        async with show_typing(message):
            reply = await self._dialogues.run(message, work, action)
        self._answers.note(message, text, await self._answers.send(message, reply, former))
        return reply

    async def _load(
        self,
        message: Message,
        action: Callable[[Dialogue, Load], Reply],
        person: User | None = None,
    ) -> Reply:
        """Have the chat's dialogue take an article, and show how far it is until it has.

        `person`: who asked for it, if that is not who wrote the message.
        """
        person = person or message.from_user
        async with show_typing(message), self._loads.shown(message, person) as load:
            reply = await self._dialogues.run(
                message, Work.LOAD, lambda dialogue: action(dialogue, load)
            )
        reply = spoken_to(reply, person)
        await self._sender.send(message, reply, instead_of=load.message_id)
        return reply

    def _run_beside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run what nobody has to wait for."""
        task = asyncio.create_task(coroutine)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _is_article(message: Message, text: str) -> bool:
    """Whether a text is an article whatever it says: a longer post that was forwarded, or a reply
    to the bot's word that it has none."""
    if message.forward_origin:
        return len(text) > POST_LENGTH
    replied = message.reply_to_message
    if not replied or replied.text not in _says_no_articles():
        return False
    return only_tells(text, links_of(message))


@cache
def _says_no_articles() -> frozenset[str]:
    """The bot's word that it has no article, in all languages."""
    reply = article_replies.NO_ARTICLES
    return frozenset(to_plain(replace(reply, language=language)) for language in LANGUAGES)
