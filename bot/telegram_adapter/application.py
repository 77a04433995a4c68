"""Telegram updates <-> `Dialogue`, by python-telegram-bot."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    Bot,
    BotCommand,
    Chat,
    Document,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.dialogue import Dialogue
from bot.health import beat
from bot.rendering.telegram_html import telegram_messages
from bot.replies import answer_replies as replies
from bot.replies.answer_replies import COMMANDS, Reply
from bot.settings import Settings, SettingsError
from index.loading import MAX_BYTES

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]
"""What Telegram is asked for: everything else would only be thrown away."""

_MAX_DIALOGUES = 1000
"""Chats held in memory; of more, the longest silent one is read from the store next time."""

_MAX_CONCURRENT_UPDATES = 256
_TYPING_LASTS = 4.0
"""Seconds; Telegram shows "typing" for five."""

_TYPING_MAY_DELAY = 1.0
"""Seconds that an answer waits for a "typing" under way."""

_RETRY_PAUSES = (0.5, 2.0)
"""Seconds before a message is sent again."""

_STARTUP_RETRIES = 3
_LINK = re.compile(r"\w\.\w")
"""Whatever Telegram might take for a link, and cover the answer with a preview of it."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_DOCUMENT_TYPES = ("text/", "application/pdf", "application/xhtml+xml")
_DOCUMENT_SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"}
)
_POST_LENGTH = 200
"""Characters. A forwarded message that is longer is an article, a shorter one may be a question."""

_EXPIRE_EVERY = 6 * 60 * 60
"""Seconds between two looks for what nobody has used for too long."""

Handler = Callable[[Dialogue], Reply]
NewDialogue = Callable[[str], Dialogue]
"""Makes the dialogue of the chat with that key."""

Expire = Callable[[], int]
"""Deletes what nobody has used for too long; returns how many chats that were."""


def run(token: str, settings: Settings, new_dialogue: NewDialogue, expire: Expire) -> None:
    """Poll until SIGTERM or SIGINT.

    Raises:
        SettingsError: Telegram refuses the token, or can't be reached.
    """
    application = build(token, settings, new_dialogue, expire)
    try:
        application.run_polling(
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=_STARTUP_RETRIES,
        )
    except InvalidToken:
        # Not the library's own words: they hold the token.
        raise SettingsError("Telegram refuses the token. Check it with @BotFather.") from None
    except NetworkError as error:
        raise SettingsError(f"Telegram can't be reached: {error.message}.") from None


def build(
    token: str, settings: Settings, new_dialogue: NewDialogue, expire: Expire
) -> "Application[Any, Any, Any, Any, Any, Any]":
    """The application with its handlers, not started."""
    bot = TelegramBot(new_dialogue, expire)
    builder = (
        ApplicationBuilder()
        .token(token)
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .rate_limiter(AIORateLimiter(max_retries=3))
        .concurrent_updates(PerChatUpdates(_MAX_CONCURRENT_UPDATES))
        .job_queue(None)
        .post_init(bot.begin)
        .post_shutdown(bot.close)
    )
    if settings.heartbeat_file:
        builder = builder.get_updates_request(_Heartbeat(settings.heartbeat_file))
    application = builder.build()
    application.add_handler(MessageHandler(filters.ALL, bot.on_message))
    application.add_handler(CallbackQueryHandler(bot.on_press))
    application.add_error_handler(bot.on_error)
    return application


class PerChatUpdates(BaseUpdateProcessor):
    """In order within one chat, in parallel between chats."""

    def __init__(self, max_concurrent_updates: int) -> None:
        super().__init__(max_concurrent_updates)
        # A lock lives as long as an update of its chat holds it or waits for it.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates; asyncio's locks are first come, first served."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock = self._locks.setdefault(chat.id, asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


class TelegramBot:
    """The handlers, and the dialogue of every chat."""

    def __init__(self, new_dialogue: NewDialogue, expire: Expire) -> None:
        self._new_dialogue = new_dialogue
        self._expire = expire
        self._dialogues: OrderedDict[tuple[int, int | None], Dialogue] = OrderedDict()
        self._threads = ThreadPoolExecutor(thread_name_prefix="dialogue")
        self._expiring: asyncio.Task[None] | None = None

    async def begin(self, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        """Fill the menu of commands, and start to delete what nobody has used for too long."""
        await _publish_commands(application)
        self._expiring = asyncio.create_task(self._expire_now_and_then())

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text or take a document, if it is meant for the bot."""
        message = update.effective_message
        if message is None:
            return
        text = addressed_text(message, context.bot)
        if text is None:
            return
        if message.document:
            await self._read(message, message.document)
        elif message.forward_origin and len(text) > _POST_LENGTH:
            await self._answer(message, lambda dialogue: dialogue.paste(text))
        elif message.text:
            await self._answer(message, lambda dialogue: dialogue.say(text))
        elif message.effective_attachment:
            await _send(message, replies.NOT_TEXT)

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Act on an inline button."""
        query = update.callback_query
        if query is None:
            return
        with suppress(TelegramError):  # it only stops a spinner; what was asked for matters
            await query.answer()
        action = query.data
        if isinstance(query.message, Message) and action:
            await self._answer(query.message, lambda dialogue: dialogue.press(action))

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what went wrong, and apologise to whoever waits for a reply."""
        error = context.error
        if isinstance(error, Conflict):
            _log.error("Another program polls with the same token. Only one can; stop the other.")
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _log.warning("Telegram could not be reached: %s", error)
        elif isinstance(error, Forbidden):
            _log.info("A chat has blocked the bot.")
        else:
            _log.error("An update could not be handled", exc_info=error)
            if isinstance(update, Update) and isinstance(update.effective_message, Message):
                with suppress(TelegramError):
                    await _send(update.effective_message, replies.APOLOGY)

    async def close(self, _application: object) -> None:
        """Let the running answers end."""
        if self._expiring:
            self._expiring.cancel()
        self._threads.shutdown()

    async def _expire_now_and_then(self) -> None:
        while True:
            if await asyncio.to_thread(self._expire):
                self._dialogues.clear()  # Read from the store anew, where they are gone.
            await asyncio.sleep(_EXPIRE_EVERY)

    async def _read(self, message: Message, document: Document) -> None:
        """Take a document as an article."""
        name = document.file_name or ""
        is_article = (document.mime_type or "").startswith(_DOCUMENT_TYPES)
        if not is_article and Path(name).suffix.lower() not in _DOCUMENT_SUFFIXES:
            await _send(message, replies.NOT_TEXT)
        elif (document.file_size or 0) > MAX_BYTES:
            await _send(message, replies.TOO_LARGE)
        else:
            file = await document.get_file()
            content = bytes(await file.download_as_bytearray())
            await self._answer(message, lambda dialogue: dialogue.read(content, name))

    async def _answer(self, message: Message, handle: Handler) -> None:
        """Run the dialogue in a thread, so that the model never blocks the event loop."""
        loop = asyncio.get_running_loop()
        async with _typing(message):
            dialogue = await self._dialogue(message)
            reply = await loop.run_in_executor(self._threads, handle, dialogue)
        await _send(message, reply)

    async def _dialogue(self, message: Message) -> Dialogue:
        """The chat's, made in a thread when it is new: its article may have to be loaded."""
        key = (message.chat_id, _thread(message))
        if key not in self._dialogues:
            loop = asyncio.get_running_loop()
            name = f"telegram:{message.chat_id}" + (f":{key[1]}" if key[1] else "")
            self._dialogues[key] = await loop.run_in_executor(
                self._threads, self._new_dialogue, name
            )
        self._dialogues.move_to_end(key)
        if len(self._dialogues) > _MAX_DIALOGUES:
            self._dialogues.popitem(last=False)
        return self._dialogues[key]


def addressed_text(message: Message, bot: Bot) -> str | None:
    """The message without the mention of the bot; None if a group's message isn't for it.

    In a group the bot is addressed by a command, by its @name, or by a reply to it.
    """
    text = message.text or message.caption or ""
    if message.chat.type == Chat.PRIVATE:
        return text
    entities = message.parse_entities() | message.parse_caption_entities()
    for entity, name in entities.items():
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            command, _, addressee = name[1:].partition("@")
            to_us = addressee.lower() == (bot.username or "").lower()
            return text if to_us or (not addressee and command.lower() in COMMANDS) else None
        if entity.type == MessageEntity.MENTION and name.lower() == f"@{bot.username}".lower():
            return text.replace(name, "", 1).strip()
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == bot.id
    return text if to_us else None


async def _send(message: Message, reply: Reply) -> None:
    """Send a reply into the message's chat; in a group, as a reply to the message."""
    parts = telegram_messages(reply)
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    for number, part in enumerate(parts, start=1):
        await _delivered(
            message.get_bot(),
            chat_id=message.chat_id,
            text=part,
            parse_mode=ParseMode.HTML,
            message_thread_id=_thread(message),
            reply_parameters=to if number == 1 and message.chat.type != Chat.PRIVATE else None,
            link_preview_options=_NO_PREVIEW if _LINK.search(part) else None,
            reply_markup=_keyboard(reply) if number == len(parts) else None,
        )


async def _delivered(bot: Bot, **arguments: Any) -> None:
    """Send a message, and again after a gateway error or a lost connection.

    Not after a time-out or an answer that can't be read: then the message is
    likely to have arrived. 429 is the rate limiter's business.
    """
    for pause in (*_RETRY_PAUSES, None):
        try:
            await bot.send_message(**arguments)
            return
        except (BadRequest, TimedOut):
            raise
        except NetworkError:
            if pause is None:
                raise
            await asyncio.sleep(pause)


def _thread(message: Message) -> int | None:
    """The forum topic that a message belongs to."""
    return message.message_thread_id if message.is_topic_message else None


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    buttons = [InlineKeyboardButton(b.label, callback_data=b.action) for b in reply.buttons]
    rows = range(0, len(buttons), reply.abreast)
    return InlineKeyboardMarkup([buttons[row : row + reply.abreast] for row in rows])


@asynccontextmanager
async def _typing(message: Message) -> AsyncIterator[None]:
    """Show "typing" until the work is done. If that fails, the work goes on."""
    done = asyncio.Event()

    async def keep_typing() -> None:
        with suppress(TelegramError):
            while not done.is_set():
                await _send_typing(message)
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(done.wait(), _TYPING_LASTS)

    task = asyncio.create_task(keep_typing())
    try:
        yield
    finally:
        done.set()
        # Under way, it must arrive before the answer does, which ends it.
        await asyncio.wait({task}, timeout=_TYPING_MAY_DELAY)
        task.cancel()


async def _send_typing(message: Message) -> None:
    bot: Any = message.get_bot()
    await bot.send_chat_action(
        message.chat_id,
        ChatAction.TYPING,
        message_thread_id=_thread(message),
        rate_limit_args=0,  # no retries: it isn't worth the wait
    )


async def _publish_commands(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    """Fill the menu of commands. The bot works without it, so a failure is no reason to stop."""
    try:
        await application.bot.set_my_commands([BotCommand(*item) for item in COMMANDS.items()])
    except TelegramError as error:
        _log.warning("The menu of commands could not be set: %s", error)


class _Heartbeat(HTTPXRequest):
    """The poll's requests, with a sign of life after each that Telegram answers."""

    def __init__(self, heartbeat: Path) -> None:
        super().__init__()
        self._heartbeat = heartbeat

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As its base, and touch the file."""
        status, payload = await super().do_request(*args, **kwargs)
        if status == 200:
            try:
                beat(self._heartbeat)
            except OSError as error:
                _log.warning("%s can't be touched: %s", self._heartbeat, error.strerror)
        return status, payload
