"""The bot in Telegram, from its start until it is stopped."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.dialogue import Dialogue
from bot.observing import Observed
from bot.observing.readiness import STORE, TELEGRAM, StoreCheck, heard_lately
from bot.settings import Settings, SettingsError
from bot.telegram_adapter.access import Access
from bot.telegram_adapter.admins import Admins
from bot.telegram_adapter.deep_links import deep_links
from bot.telegram_adapter.dialogue_pool import DialoguePool, NewDialogue
from bot.telegram_adapter.gate import Gate
from bot.telegram_adapter.guests import Guests
from bot.telegram_adapter.handlers import Handlers
from bot.telegram_adapter.inline import Inline
from bot.telegram_adapter.migrating import Migrations, Move
from bot.telegram_adapter.observed_application import ObservedApplication
from bot.telegram_adapter.operators import Operators
from bot.telegram_adapter.ordering import PerChatUpdates
from bot.telegram_adapter.pastes import Pastes
from bot.telegram_adapter.permitting import Permissions
from bot.telegram_adapter.profile import publish
from bot.telegram_adapter.rate_limiting import MessageRateLimiter
from bot.telegram_adapter.receiving import Json, Receiver, UpdatesRequest
from bot.telegram_adapter.remembered import Remembered
from bot.telegram_adapter.replicas import Drop, Replicas
from bot.telegram_adapter.sending import Sender
from bot.telegram_adapter.webhook_address import WebhookAddress
from index.errors import StorageError
from index.keeping.store import Store

if TYPE_CHECKING:
    from bot.telegram_adapter.webhook import Webhook

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.GUEST_MESSAGE,
]
"""What Telegram is asked for: everything else would only be thrown away."""

MAX_CONCURRENT_UPDATES = 256

EXPIRY_INTERVAL = 6 * 60 * 60
"""Seconds between two deletions of what nobody has used for too long."""

_CONNECT_PAUSE = 1.0
_LONGEST_CONNECT_PAUSE = 30.0
"""Seconds between two tries to reach Telegram at the start; each pause is twice the one before."""

_GRACE = 2.0
"""Seconds that running answers have when the bot is stopped."""

_STEP_OF_END = 0.7
"""Seconds that each step of the end may take. With the grace, all is over within five."""

_SWITCH_INTERVAL = 0.001
"""Seconds after which a thread that computes in Python lets another one go on. With Python's own
five milliseconds, an answer would wait for each of its steps while an article is read."""

_BEFORE_ALL = -1
"""The group of the handler that sees every update before those of its kind."""

Expire = Callable[[], int]
"""Deletes chats that nobody has used for too long, and returns their number."""

App = Application[Any, Any, Any, Any, Any, Any]


def run(
    token: str,
    settings: Settings,
    store: Store,
    new_dialogue: NewDialogue,
    expire: Expire,
    move: Move,
    webhook: WebhookAddress | None = None,
    observed: Observed | None = None,
    drop: Drop = lambda is_gone: None,
) -> None:
    """Answer until SIGTERM or SIGINT.

    Raises:
        SettingsError: Telegram refuses the token, or the webhook can't be.
        StorageError: a database that several processes share can't be used.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    service = Service(token, settings, store, new_dialogue, expire, move, webhook, observed, drop)
    asyncio.run(_run(service))


async def _run(service: "Service") -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await service.run(stop)
    # A thread that loads an article would be waited for. What it does is written down, and done
    # anew after the restart; what was kept is on the disk.
    logging.shutdown()
    os._exit(0)


class Service:
    """The bot: it connects, goes on with what an earlier process left, answers, and ends.

    `store` has the inbox; `new_dialogue` makes the dialogue of a chat; `expire` deletes what nobody
    has used for too long; `move` keeps a chat under a new key. Updates come by long polling, or to
    the address of a `webhook`. What it does is `observed`. Where the store is shared with other
    processes, `drop` removes from memory the chats that are theirs.
    """

    def __init__(
        self,
        token: str,
        settings: Settings,
        store: Store,
        new_dialogue: NewDialogue,
        expire: Expire,
        move: Move,
        webhook: WebhookAddress | None = None,
        observed: Observed | None = None,
        drop: Drop = lambda is_gone: None,
    ) -> None:
        self._store = store
        self._expire = expire
        self._drop = drop
        self._beside: set[asyncio.Task[None]] = set()
        self._receiver = Receiver(store.inbox, settings.heartbeat_file)
        pastes = Pastes()
        self._updates = PerChatUpdates(self._receiver, MAX_CONCURRENT_UPDATES, pastes)
        self._new_dialogue = new_dialogue
        observed = observed or Observed()
        statistics, self._readiness = observed.statistics, observed.readiness
        self._dialogues = DialoguePool(self._dialogue_of, statistics)
        statistics.watch(
            waiting=lambda: self._receiver.waiting_count,
            dialogues=lambda: len(self._dialogues),
            last_answer=lambda: self._receiver.last_answer,
        )
        self._readiness.check(STORE, StoreCheck(store.ping))
        self._readiness.check(TELEGRAM, heard_lately(lambda: self._receiver.last_answer))
        self.application: App = (
            ApplicationBuilder()
            .application_class(
                ObservedApplication, {"statistics": statistics, "kinds": ALLOWED_UPDATES}
            )
            .token(token)
            .base_url(settings.telegram_base_url)
            .base_file_url(settings.telegram_base_file_url)
            .rate_limiter(MessageRateLimiter(max_retries=3))
            .concurrent_updates(self._updates)
            .get_updates_request(UpdatesRequest(self._receiver))
            .job_queue(None)
            .build()
        )
        self._webhook = self._webhook_at(webhook, token) if webhook else None
        self._replicas: Replicas | None = None
        if store.replica:
            self._replicas = Replicas(
                store.replica,
                self._receiver,
                self._take,
                self._updates.break_off,
                self._drop_chats,
            )
            self._receiver.hand_on = self._replicas.arrived
        access = Access(settings)
        migrations = Migrations(move, self._dialogues, access)
        sender = Sender(migrations.follow)
        gate = Gate(access, self._updates, migrations, sender)
        permissions = Permissions(access, Admins(), self._dialogues)
        remembered = Remembered()
        guests = Guests(self._dialogues, permissions, self._receiver, remembered)
        handlers = Handlers(
            self._dialogues,
            sender,
            permissions,
            pastes,
            self._receiver,
            remembered,
            statistics,
        )
        operators = Operators(statistics, store, self._receiver, sender)
        to_operators = filters.ChatType.PRIVATE & filters.User(settings.operators)
        add = self.application.add_handler
        add(TypeHandler(Update, gate.on_any), group=_BEFORE_ALL)
        add(MessageHandler(filters.UpdateType.GUEST_MESSAGE, guests.on_message))
        add(InlineQueryHandler(Inline(self._dialogues).on_query))
        add(CommandHandler("stats", operators.on_stats, filters.UpdateType.MESSAGE & to_operators))
        add(MessageHandler(filters.UpdateType.MESSAGE, handlers.on_message))
        add(MessageHandler(filters.UpdateType.EDITED_MESSAGE, handlers.on_edit))
        add(CallbackQueryHandler(handlers.on_press))
        self.application.add_error_handler(handlers.on_error)

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set; then end within five seconds, whatever is running.

        Raises:
            SettingsError: Telegram refuses the token, or the webhook can't be.
            StorageError: a database that several processes share can't be used.
        """
        self._readiness.runs_in(asyncio.get_running_loop())
        try:
            if await _unless(stop, self._begin()):
                await stop.wait()
        except InvalidToken:
            # The library's own error message is not shown: it holds the token.
            raise SettingsError("Telegram refuses the token. Check it with @BotFather.") from None
        finally:
            self._readiness.end()
            await self._end()

    async def _begin(self) -> None:
        application = self.application
        await _reached(application.initialize)
        await (self._join(self._replicas) if self._replicas else self._go_on())
        self._run_beside(self._expire_regularly())
        self._run_beside(self._publish())
        await application.start()
        await (self._listen(self._webhook) if self._webhook else self._poll())
        chats, articles = await asyncio.to_thread(self._counts)
        _log.info(
            "@%s answers. Chats: %s, articles: %s.", application.bot.username, chats, articles
        )

    async def _go_on(self) -> None:
        """Take what an earlier process has left."""
        for update in await self._receiver.waiting():
            self._receiver.hold(update)
            await self._take(update.payload)

    async def _join(self, replicas: Replicas) -> None:
        """Be one of several processes, and take what nobody works on."""
        await replicas.join()
        self._run_beside(replicas.watch())

    async def _poll(self) -> None:
        assert self.application.updater  # noqa: S101 - the builder makes one
        await self.application.updater.start_polling(
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=-1,
            error_callback=self._report,
        )

    async def _listen(self, webhook: "Webhook") -> None:
        await webhook.listen()
        bot = self.application.bot
        await _reached(lambda: webhook.announce(bot, ALLOWED_UPDATES))
        self._run_beside(webhook.watch(bot))

    def _webhook_at(self, address: WebhookAddress, token: str) -> "Webhook":
        from bot.telegram_adapter.webhook import Webhook  # Its server takes memory.

        return Webhook(address, token, self._receiver, self._take)

    async def _take(self, payload: Json) -> None:
        """Have an update handled that is written down."""
        await self.application.update_queue.put(Update.de_json(payload, self.application.bot))

    async def _end(self) -> None:
        """End step by step, none of which may hold up the others."""
        application = self.application
        if application.updater and application.updater.running:
            await _within(_STEP_OF_END, application.updater.stop())
        if self._webhook:
            await _within(_STEP_OF_END, self._webhook.close())
        await self._updates.stop(_GRACE)
        self._dialogues.close()
        for task in self._beside:
            task.cancel()
        if self._replicas:
            await _within(_STEP_OF_END, self._replicas.leave())
        if application.running:
            await _within(_STEP_OF_END, application.stop())
        # The bot has connections though the application could not begin, for want of Telegram.
        await _within(
            _STEP_OF_END, asyncio.gather(application.shutdown(), application.bot.shutdown())
        )

    def _dialogue_of(self, chat: str) -> Dialogue:
        """A new dialogue of the chat with this key, which makes links to the bot."""
        dialogue = self._new_dialogue(chat)
        dialogue.link_to_share = deep_links(self.application.bot.username)
        return dialogue

    def _drop_chats(self, is_gone: Callable[[str], bool]) -> None:
        """Remove from memory the chats whose keys are such."""
        self._dialogues.drop(is_gone)
        self._drop(is_gone)

    def _counts(self) -> tuple[int | str, int | str]:
        try:
            return self._store.counts()
        except StorageError:
            return "?", "?"

    def _report(self, error: TelegramError) -> None:
        """Log an error of the poll, which goes on."""
        self._run_beside(self._process(error))

    async def _process(self, error: TelegramError) -> None:
        await self.application.process_error(None, error)

    def _run_beside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run what goes on beside the updates until the end."""
        task = asyncio.create_task(coroutine)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _expire_regularly(self) -> None:
        while True:
            if await asyncio.to_thread(self._expire):
                self._dialogues.drop()  # Expired chats must not stay in memory.
            await asyncio.sleep(EXPIRY_INTERVAL)

    async def _publish(self) -> None:
        """Tell Telegram how the bot looks. If that fails, the bot works without it."""
        try:
            await publish(self.application.bot)
        except TelegramError as error:
            _log.warning("The bot's commands and descriptions could not be set: %s", error)


async def _reached(call: Callable[[], Awaitable[None]]) -> None:
    """Call Telegram until it answers, and say so while it does not.

    Raises:
        InvalidToken: it does not know the bot.
    """
    pause = _CONNECT_PAUSE
    while True:
        try:
            await call()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            _log.warning(
                "Telegram can't be reached (%s). Next try in %.0f s.", error.message, pause
            )
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_CONNECT_PAUSE)


async def _unless(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do some work; False if `stop` was set before it was done, and broke it off."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        return False
    working.result()
    return True


async def _within(seconds: float, work: Awaitable[Any]) -> None:
    """Do some work of the end, or give it up after so long."""
    try:
        await asyncio.wait_for(work, seconds)
    except (TimeoutError, NetworkError, RuntimeError) as error:
        _log.warning("The end was cut short: %s", error or type(error).__name__)
