"""`Reply` -> messages that arrive in Telegram, once."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

import httpx
from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    User,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.rendering.plain_text import to_plain
from bot.rendering.telegram_html import (
    TELEGRAM_LIMIT,
    telegram_messages,
    utf16_length,
    without_tags,
)
from bot.replies.reply import Button, Reply
from bot.telegram_adapter.quoting import quoted_place, quoting
from bot.wording import language_for

_log = logging.getLogger(__name__)

_PAUSES = (0.5, 2.0, 5.0, 15.0)
_LONGEST_PAUSE = 30.0
"""Seconds before a message is sent again."""

_PROBED, _PROBED_SHARED = 5, 25
"""Message IDs behind the last known one, among which a message of unknown fate is looked for: where
a chat counts its own messages, and where others count with it."""

_SUPERGROUPS = -1_000_000_000_000
"""IDs of supergroups are below this one: https://core.telegram.org/api/bots/ids"""

_MAX_LOOKS = 1_000
"""Messages whose present look is known."""

_LOOK = ("text", "parse_mode", "link_preview_options", "reply_markup")
"""What a message and an edit of it have in common."""

_MAX_CHATS = 10_000
"""Chats whose last message is known."""

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Errors after which a request certainly has not reached Telegram."""

_LINK = re.compile(r"\w\.\w")
"""A pattern of what Telegram might take for a link, and cover the answer with its preview."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_UNQUOTABLE = re.compile(
    r"quote|message to be replied|replied message|reply_message", re.IGNORECASE
)
"""A pattern of the reasons for which a native quote is refused: the message was edited, or is
gone."""


_QUOTED = re.compile(r"""\"[^\"]*\"?|(?<!\w)'[^']*'?""")


@dataclass(frozen=True, slots=True)
class _Look:
    """What a message shows."""

    html: str
    markup: InlineKeyboardMarkup | None

    @property
    def rows(self) -> tuple[tuple[InlineKeyboardButton, ...], ...]:
        """The rows of its buttons."""
        return self.markup.inline_keyboard if self.markup else ()


Follow = Callable[[int, int], Awaitable[None]]
"""Is told that a chat has moved from one ID to another."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that has arrived. `message_id` is None if it has several messages; `quoted` is a key
    of the place in the chat that it quotes natively, if it does."""

    message_id: int | None
    quoted: str | None = None


class Sender:
    """Sends replies, and knows the last message of every chat: behind it a message is looked for
    whose fate is not known. `follow` is told of chats that are found to have moved."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._last_ids: OrderedDict[int, int] = OrderedDict()
        self._last_shared_id = 0
        self._perhaps_answered: dict[tuple[int, int], int] = {}
        self._looks: OrderedDict[tuple[int, int], _Look] = OrderedDict()

    def saw(self, chat_id: int, message_id: int) -> None:
        """Note that a chat has that message."""
        if not _is_supergroup(chat_id):
            self._last_shared_id = max(message_id, self._last_shared_id)
        self._last_ids[chat_id] = max(message_id, self._last_ids.pop(chat_id, 0))
        if len(self._last_ids) > _MAX_CHATS:
            self._last_ids.popitem(last=False)

    def last_id(self, chat_id: int) -> int:
        """An ID before that of any message which is yet to come in a chat; 0: none is known.

        Private chats and small groups count their messages together, each supergroup its own.
        """
        last = self._last_ids.get(chat_id, 0)
        return last if _is_supergroup(chat_id) else max(last, self._last_shared_id)

    def may_have_answered(self, message: Message, last_id: int) -> None:
        """Note that an earlier process may have sent the reply to a message, behind the message
        with that ID: look for it first."""
        self._perhaps_answered[message.chat_id, message.message_id] = last_id

    async def send(
        self,
        message: Message,
        reply: Reply,
        *,
        instead_of: int | None = None,
        as_reply: bool = False,
    ) -> Sent | None:
        """Send a reply into the message's chat; `as_reply` and in a group, as a reply to the
        message; if it cites a message of the chat, as a reply that quotes that one.

        It returns when the reply has arrived; None if it never can: a chat may have blocked the
        bot. `instead_of` is the ID of a message of the bot's own that the reply replaces.
        """
        bot = message.get_bot()
        reply = spoken_to(reply, message.from_user)
        parts = telegram_messages(reply)
        to_message = ReplyParameters(message.message_id, allow_sending_without_reply=True)
        plain = to_message if as_reply or message.chat.type != Chat.PRIVATE else None
        behind = self._perhaps_answered.pop((message.chat_id, message.message_id), None)
        sent: Sent | None = None
        for number, part in enumerate(parts, start=1):
            is_first = number == 1
            look = _look(part, keyboard(reply) if number == len(parts) else None)
            replaced = instead_of if is_first else None
            if replaced and behind is None and await _edited(bot, message.chat_id, replaced, look):
                sent = Sent(replaced)
                continue
            to = quoting(reply.place) if reply.place else plain
            sent = await self._deliver(
                bot,
                behind,
                plain if is_first else None,
                chat_id=message.chat_id,
                message_thread_id=topic_of(message),
                reply_parameters=to if is_first else None,
                **look,
            )
            if behind is not None and sent:
                behind = sent.message_id
                if replaced and replaced != sent.message_id:
                    await delete(bot, message.chat_id, replaced)
        return sent if len(parts) == 1 else sent and Sent(None)

    async def change(self, message: Message, answer_id: int, reply: Reply) -> bool:
        """Put another reply to a message into the one that it has, which is the bot's.

        False: it has no room, or can't be changed.
        """
        reply = spoken_to(reply, message.from_user)
        parts = telegram_messages(reply)
        look = _look(parts[0], keyboard(reply))
        place = message.chat_id, answer_id
        if len(parts) > 1 or not await _edited(message.get_bot(), *place, look):
            return False
        self._looks.pop(place, None)
        self._perhaps_answered.pop((message.chat_id, message.message_id), None)
        return True

    async def extend(self, message: Message, reply: Reply, action: str) -> bool:
        """Add a reply to a message of the bot's own, in the place of the button with that action.

        False: it has no room, or can't be changed.
        """
        parts = telegram_messages(reply)
        place = message.chat_id, message.message_id
        before = self._look_of(message)
        html = f"{before.html}\n\n{parts[0]}"
        if len(parts) > 1 or utf16_length(html) > TELEGRAM_LIMIT:
            return False
        left = [[each for each in row if each.callback_data != action] for row in before.rows]
        markup = InlineKeyboardMarkup([row for row in left if row])
        if not await _edited(message.get_bot(), *place, _look(html, markup)):
            return False
        self._changed(place, _Look(html, markup))
        return True

    async def relabel(self, message: Message, reply: Reply) -> bool:
        """Give the labels of a reply's buttons to those with the same actions below a message of
        the bot's own.

        False: they can't be changed.
        """
        place = message.chat_id, message.message_id
        before = self._look_of(message)
        new = {button.action: _inline(button, reply) for button in reply.buttons}
        markup = InlineKeyboardMarkup(
            [[new.get(str(each.callback_data), each) for each in row] for row in before.rows]
        )
        if markup.inline_keyboard == before.rows:
            return True
        if not await _edited(message.get_bot(), *place, {"reply_markup": markup}):
            return False
        self._changed(place, _Look(before.html, markup))
        return True

    def _look_of(self, message: Message) -> _Look:
        """What a message of the bot's own shows now. Two buttons that are pressed one shortly after
        the other bring the same message."""
        place = message.chat_id, message.message_id
        return self._looks.get(place) or _Look(message.text_html, message.reply_markup)

    def _changed(self, place: tuple[int, int], look: _Look) -> None:
        """Note what a message shows after it was changed, which is the answer to a press."""
        self._perhaps_answered.pop(place, None)
        self._looks[place] = look
        if len(self._looks) > _MAX_LOOKS:
            self._looks.popitem(last=False)

    async def _deliver(
        self, bot: Bot, behind: int | None, plain: ReplyParameters | None, **arguments: Any
    ) -> Sent | None:
        """Send a message until it has arrived; None if it never can.

        `plain` is what it replies to where it may not quote. Where a connection ends without an
        answer, the message is looked for before it is sent again, and not sent before that is
        known. With `behind`, it is looked for at once, behind the message with that ID.
        """
        for pause in chain(_PAUSES, repeat(_LONGEST_PAUSE)):
            last_id = self.last_id(arguments["chat_id"])
            try:
                if behind is not None and (found := await self._found(bot, behind, arguments)):
                    return Sent(found, quoted_place(arguments["reply_parameters"]))
                behind = None
                sent = await bot.send_message(**arguments)
                self.saw(sent.chat_id, sent.message_id)
                return Sent(sent.message_id, quoted_place(arguments["reply_parameters"]))
            except Forbidden:
                _log.info("A chat has blocked the bot.")
                return None
            except InvalidToken:
                raise
            except ChatMigrated as error:
                await self._follow(arguments["chat_id"], error.new_chat_id)
                # A message of the old chat can't be replied to from the new one.
                arguments |= {"chat_id": error.new_chat_id, "reply_parameters": None}
                behind = None
                continue
            except BadRequest as error:
                plainer = _unquoted(arguments, error.message, plain)
                plainer = plainer or simpler(arguments, error.message)
                if plainer is None:
                    _log.error("Telegram does not take a message: %s", reason_of(error))
                    return None
                arguments = plainer
                continue
            except RetryAfter as error:  # The rate limiter has given up.
                await asyncio.sleep(seconds_of(error))
                continue
            except TelegramError as error:
                if behind is None and _may_have_arrived(error):
                    behind = last_id
                await asyncio.sleep(pause)
        raise AssertionError("the pauses do not end")

    async def _found(self, bot: Bot, behind: int, arguments: dict[str, Any]) -> int | None:
        """The ID of a message that may be in its chat, behind the message with the ID `behind`.

        To give a message the look that it has already is refused as "not modified", and changes
        nothing. All others there are people's or of other chats, which the bot can't edit.

        Raises:
            TelegramError: it can't be known now.
        """
        chat_id = arguments["chat_id"]
        if not behind:
            return None
        look = {key: arguments[key] for key in _LOOK}
        probed = _PROBED if _is_supergroup(chat_id) else _PROBED_SHARED
        for message_id in range(behind + 1, behind + 1 + probed):
            try:
                await bot.edit_message_text(chat_id=chat_id, message_id=message_id, **look)
            except BadRequest as error:
                if "not modified" not in error.message:
                    continue
            self.saw(chat_id, message_id)
            return message_id
        return None


async def stop_spinner(query: CallbackQuery, alert: Reply | None = None) -> None:
    """Answer a button's query, which shows a spinner until then, with a word for who pressed it."""
    text = to_plain(spoken_to(alert, query.from_user)) if alert else None
    with suppress(TelegramError):
        await query.answer(text, show_alert=alert is not None)


async def remove_keyboard(message: Message) -> None:
    """Remove the buttons below a message. If that fails, they stay, and say so when pressed."""
    try:
        await message.edit_reply_markup(None)
    except TelegramError as error:
        _log.debug("A keyboard could not be removed: %s", error)


async def _edited(bot: Bot, chat_id: int, message_id: int, look: dict[str, Any]) -> bool:
    """Whether a message could be given another look, or other buttons alone. Repeating it does no
    harm."""
    edit = bot.edit_message_text if "text" in look else bot.edit_message_reply_markup
    for pause in chain(_PAUSES, (None,)):
        try:
            await edit(chat_id=chat_id, message_id=message_id, **look)
            return True
        except BadRequest as error:
            return "not modified" in error.message
        except Forbidden:
            return True
        except TelegramError:
            if pause is not None:
                await asyncio.sleep(pause)
    return False


async def delete(bot: Bot, chat_id: int, message_id: int) -> None:
    """Delete a message. If that fails, it stays."""
    try:
        await bot.delete_message(chat_id, message_id)
    except TelegramError as error:
        _log.debug("A message could not be deleted: %s", error)


def _is_supergroup(chat_id: int) -> bool:
    return chat_id <= _SUPERGROUPS


def _look(html: str, markup: InlineKeyboardMarkup | None) -> dict[str, Any]:
    """What a message shows, as the calls that send it or change it take it."""
    return {
        "text": html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": _NO_PREVIEW if _LINK.search(html) else None,
        "reply_markup": markup,
    }


def _unquoted(
    arguments: dict[str, Any], reason: str, plain: ReplyParameters | None
) -> dict[str, Any] | None:
    """What may be taken where a native quote was refused: a reply to `plain`, or to nothing; None
    if it was refused for another reason."""
    if quoted_place(arguments["reply_parameters"]) and _UNQUOTABLE.search(reason):
        return {**arguments, "reply_parameters": plain}
    return None


def simpler(arguments: dict[str, Any], reason: str) -> dict[str, Any] | None:
    """What may be taken where a message was refused for this reason; None if nothing is left.

    As plain text; outside of a topic that is gone; without buttons that open an address that
    Telegram does not know, such as that of a machine in the same house.
    """
    if arguments.get("parse_mode") and "parse entities" in reason.lower():
        return {**arguments, "text": without_tags(arguments["text"]), "parse_mode": None}
    if arguments.get("message_thread_id") and "thread not found" in reason.lower():
        return {**arguments, "message_thread_id": None}
    markup = arguments.get("reply_markup")
    if markup and "url" in reason.lower() and any(b.url for r in markup.inline_keyboard for b in r):
        rows = ([each for each in row if not each.url] for row in markup.inline_keyboard)
        return {**arguments, "reply_markup": InlineKeyboardMarkup([row for row in rows if row])}
    return None


def _may_have_arrived(error: TelegramError) -> bool:
    """Whether a request that failed may have been carried out: it was sent, and then the connection
    ended, or the answer could not be read."""
    if not isinstance(error, NetworkError):
        return True
    return isinstance(error.__cause__, httpx.HTTPError) and not isinstance(error.__cause__, _UNSENT)


def reason_of(error: TelegramError) -> str:
    """Why Telegram refuses something, for the log: without what it quotes, which may be somebody's
    words."""
    return _QUOTED.sub("…", error.message)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return after if isinstance(after, int) else after.total_seconds()


def spoken_to(reply: Reply, person: User | None) -> Reply:
    """A reply in the language of a person's app, unless the chat has chosen another."""
    if reply.language or person is None or person.is_bot:
        return reply
    return replace(reply, language=language_for(person.language_code))


def topic_of(message: Message) -> int | None:
    """The forum topic that a message belongs to, or None."""
    return message.message_thread_id if message.is_topic_message else None


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The buttons below a reply, if it has some."""
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup([[_inline(each, reply) for each in row] for row in reply.rows])


def _inline(button: Button, reply: Reply) -> InlineKeyboardButton:
    """A button of a reply."""
    label = reply.said(button.label)
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    return InlineKeyboardButton(label, callback_data=button.action)
