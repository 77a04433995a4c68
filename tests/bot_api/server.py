"""A strict imitation of Telegram's Bot API, over real HTTP on this machine only.

A test plays the people (`say`, `press`, `send_document`, `edit`), the bot under test calls the
server as it would call Telegram, and the test then reads what the bot has in the chat (`sent`) and
what it called (`calls`, `refusals`). The server has its own thread and event loop, so the bot may
run in the same process or in another one.

    with BotApiServer() as server:
        start_bot(server.token, server.base_url, server.base_file_url)
        server.say(42, "What colour is the sky?")
        (answer,) = server.wait_for_messages(42, 1)
        server.press(42, answer.message_id, answer.buttons[0][0][1])
        assert not server.refusals

What Telegram refuses is refused here with Telegram's code and words. They come from the source of
Telegram's own server (tdlib/telegram-bot-api, tdlib/td), from its documentation and from reports.

Stricter than Telegram: malformed JSON in any parameter, a button without a text, and the two rules
of `telegram_html`. The words for these, and for descriptions that are too long, are made up.

Not imitated: every method without a `_method_...` below (Telegram knows them, this server answers
404); webhooks; Markdown; inline mode; media other than documents; replies into another chat;
channels; rate limits (use `fail_next`); expiry of updates and callback queries; entities and link
previews that Telegram finds by itself in a bot's text; the check that an `@username` exists; the
pauses of a few seconds that Telegram makes before some answers to getUpdates.
"""

import asyncio
import concurrent.futures
import itertools
import json
import mimetypes
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.bot_api.html import (
    Entity,
    FormattedText,
    HtmlError,
    clean,
    parse_html,
    trim,
    utf16_length,
    utf16_slice,
)

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_QUOTE = 1024
MAX_CALLBACK_ANSWER = 200
MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_COMMANDS = 100
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_POLL_SECONDS = 50
FIRST_UPDATE_ID = 700_000_001
FIRST_USER_IN_GROUPS = 1001

JSON_PARAMETERS = {
    "allowed_updates": "allowed updates",
    "caption_entities": "caption entities",
    "commands": "commands",
    "entities": "message entities",
    "link_preview_options": "link preview options",
    "quote_entities": "quote entities",
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "scope": "BotCommandScope",
}
CHAT_ACTIONS = {
    "cancel",
    "choose_sticker",
    "find_location",
    "pick_up_location",
    "record_audio",
    "record_video",
    "record_video_note",
    "record_voice",
    "typing",
    "upload_audio",
    "upload_document",
    "upload_photo",
    "upload_video",
    "upload_video_note",
    "upload_voice",
}
BUTTON_ACTIONS = {
    "callback_data",
    "callback_game",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "url",
    "web_app",
}
OTHER_MARKUPS = {"keyboard", "remove_keyboard", "force_reply"}
ENTITIES_COMPARED_IN_QUOTES = {"bold", "italic", "underline", "strikethrough", "spoiler"}

TOKEN_FORM = re.compile(r"[1-9][0-9]*:[A-Za-z0-9_-]+")
COMMAND_NAME = re.compile(r"[a-z0-9_]+")
ENTITIES_IN_USER_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w))"
)

CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class ApiError(Exception):
    """An answer with ok:false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> Json:
        parameters = {"parameters": self.parameters} if self.parameters else {}
        head = {"ok": False, "error_code": self.code, "description": self.description}
        return head | parameters


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


# Faults for `fail_next`.


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """429 Too Many Requests; the call is not processed."""

    seconds: int


@dataclass(frozen=True, slots=True)
class BadGateway:
    """502 with a page that is not JSON; the call is not processed."""


@dataclass(frozen=True, slots=True)
class DroppedConnection:
    """The connection ends without an answer, before or after the call was processed."""

    after_processing: bool = False


Fault = RetryAfter | BadGateway | DroppedConnection


# What a test reads.


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What the bot has in a chat. `html` is the text as the bot gave it, tags and all."""

    message_id: int
    text: str
    html: str
    parse_mode: str | None
    entities: list[Entity]
    buttons: list[list[tuple[str, str | None]]]
    reply_to: int | None
    quote: str | None
    thread_id: int | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot; `response` is empty when there was none. A download is `downloadFile`.

    `params` has the parameters as they came, those that hold JSON decoded.
    """

    method: str
    params: Json
    response: Json
    time: float
    fault: Fault | None


# What the server keeps.


@dataclass(slots=True)
class Message:
    message_id: int
    sender: Json
    date: int
    content: FormattedText
    source: str = ""
    parse_mode: str | None = None
    markup: Json | None = None
    reply_to: int | None = None
    quote: Json | None = None
    thread_id: int | None = None
    document: Json | None = None
    edit_date: int | None = None
    forward_origin: Json | None = None

    def buttons(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(slots=True)
class Chat:
    id: int
    type: str
    messages: dict[int, Message] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    is_blocked: bool = False

    def as_json(self) -> Json:
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            return chat | {"first_name": f"User {self.id}"}
        return chat | {"title": f"Group {self.id}"} | ({"is_forum": True} if self.threads else {})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    mime_type: str


class Params:
    """The parameters of a call: text from a form or a URL, any JSON value from a JSON body."""

    def __init__(self, values: Json, uploads: dict[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def decode_json(self) -> None:
        for name, label in JSON_PARAMETERS.items():
            if isinstance(self.values.get(name), str) and self.values[name]:
                try:
                    self.values[name] = json.loads(self.values[name])
                except ValueError:
                    raise bad_request(f"can't parse {label} JSON object") from None

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Like Telegram, take what is no number for 0."""
        text = self.text(name)
        if not text:
            return default
        return int(text) if re.fullmatch(r"-?[0-9]+", text) else 0

    def boolean(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")


@dataclass(slots=True)
class Poll:
    """A getUpdates call that waits. Its result says whether another getUpdates ended it."""

    ended_by_other: asyncio.Future[bool]

    def end(self, by_other: bool) -> None:
        if not self.ended_by_other.done():
            self.ended_by_other.set_result(by_other)


@dataclass(slots=True)
class PlannedFault:
    method: str
    fault: Fault
    times: int


class BotApiServer:
    """See the module. Use it as a context manager; what it recorded can be read afterwards too."""

    def __init__(
        self,
        token: str = "123456:TEST-token-of-the-bot-under-test",
        *,
        username: str = "article_test_bot",
        privacy_mode: bool = True,
    ) -> None:
        self.token = token
        self.username = username
        self.privacy_mode = privacy_mode
        self.calls: list[Call] = []
        self.commands: list[Json] = []
        self.commands_by_scope: dict[str, list[Json]] = {}
        self.descriptions: dict[str, str] = {}
        self.allowed_updates: list[str] = []
        self._bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Article Bot",
            "username": username,
        }
        self._chats: dict[int, Chat] = {}
        self._updates: list[Json] = []
        self._update_ids = itertools.count(FIRST_UPDATE_ID)
        self._last_update_id = FIRST_UPDATE_ID - 1
        self._open_queries: set[str] = set()
        self._query_ids = itertools.count(1)
        self._files: dict[str, tuple[Json, bytes]] = {}
        self._is_logged_out = False
        self._faults: list[PlannedFault] = []
        self._poll: Poll | None = None
        # Guards all of the above; notified after each call of the bot.
        self._changed = threading.Condition()
        self._methods = {
            name.removeprefix("_method_").replace("_", ""): getattr(self, name)
            for name in dir(self)
            if name.startswith("_method_")
        }

    # Life.

    def __enter__(self) -> Self:
        started: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run_loop, args=(started,), daemon=True)
        self._thread.start()
        self._port = started.result(timeout=10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/file/bot"

    def _run_loop(self, started: concurrent.futures.Future[int]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: concurrent.futures.Future[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES + 1024 * 1024)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._serve_download)
        app.router.add_route("*", "/bot{token}/{method}", self._serve_call)
        app.router.add_route("*", "/{anything:.*}", self._serve_nothing)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        started.set_result(runner.addresses[0][1])
        await self._stop.wait()
        await runner.cleanup()

    # The people.

    def say(
        self,
        chat_id: int,
        text: str,
        *,
        chat_type: str | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
        user_id: int | None = None,
        forwarded: bool = False,
    ) -> int:
        """A person writes, or forwards. A new chat is private, or a group if its id is
        negative."""
        if utf16_length(text) > MAX_TEXT:
            raise ValueError("a person can't send that much as one message; use paste()")
        with self._changed:
            chat = self._open_chat(chat_id, chat_type)
            message = self._new_message(chat, sender_json(chat, user_id), user_content(text))
            message.thread_id = thread_id
            if forwarded:
                # https://core.telegram.org/bots/api#messageoriginhiddenuser
                message.forward_origin = {
                    "type": "hidden_user", "date": message.date, "sender_user_name": "Someone",
                }  # fmt: skip
            message.reply_to = self._known_message(chat, reply_to) if reply_to else None
            if thread_id is not None:
                chat.threads.add(thread_id)
            self._deliver(chat, message, "message")
            return message.message_id

    def paste(self, chat_id: int, text: str, **options: Any) -> list[int]:
        """A person sends a long text, which Telegram's apps cut into several messages."""
        return [self.say(chat_id, part, **options) for part in cut(text)]

    def send_document(
        self,
        chat_id: int,
        file_name: str,
        content: bytes,
        mime_type: str | None = None,
        caption: str | None = None,
        *,
        user_id: int | None = None,
        file_size: int | None = None,
    ) -> int:
        """A person sends a file. `file_size` may claim more bytes than there are."""
        with self._changed:
            chat = self._open_chat(chat_id, None)
            content_and_entities = user_content(caption or "")
            message = self._new_message(chat, sender_json(chat, user_id), content_and_entities)
            mime_type = mime_type or mimetypes.guess_type(file_name)[0]
            upload = Upload(file_name, content, mime_type or "application/octet-stream")
            message.document = self._keep_file(upload, file_size)
            self._deliver(chat, message, "message")
            return message.message_id

    def edit(self, chat_id: int, message_id: int, new_text: str) -> None:
        """A person changes what they wrote."""
        with self._changed:
            chat = self._chats[chat_id]
            message = chat.messages[self._known_message(chat, message_id)]
            if message.sender["is_bot"]:
                raise ValueError(f"message {message_id} is the bot's")
            message.content = user_content(new_text)
            message.edit_date = int(time.time())
            self._deliver(chat, message, "edited_message")

    def press(
        self,
        chat_id: int,
        message_id: int,
        callback_data: str,
        *,
        user_id: int | None = None,
        force: bool = False,
    ) -> str:
        """A person presses a button; `force` presses one that is not, or no longer, there."""
        with self._changed:
            chat = self._chats[chat_id]
            message = chat.messages.get(message_id)
            on_keyboard = callback_data_of(message) if message else []
            if callback_data not in on_keyboard and not force:
                raise ValueError(f"no button {callback_data!r} on {message_id}, only {on_keyboard}")
            query_id = str(4_000_000_000 + next(self._query_ids))
            self._open_queries.add(query_id)
            query = {
                "id": query_id,
                "from": sender_json(chat, user_id),
                "message": self._message_json(chat, message)
                if message
                else {"chat": chat.as_json(), "message_id": message_id, "date": 0},
                "chat_instance": str(chat_id),
                "data": callback_data,
            }
            self._queue("callback_query", query)
            return query_id

    def block(self, chat_id: int) -> None:
        """A person blocks the bot."""
        with self._changed:
            self._chats[chat_id].is_blocked = True

    # What a test reads and asks for.

    @property
    def refusals(self) -> list[Call]:
        """Calls that were answered with ok:false, other than for a fault."""
        with self._changed:
            return [
                call for call in self.calls if call.fault is None and call.response["ok"] is False
            ]

    def sent(self, chat_id: int) -> list[SentMessage]:
        with self._changed:
            chat = self._chats.get(chat_id)
            messages = chat.messages.values() if chat else []
            return [sent_message(m) for m in messages if m.sender["is_bot"]]

    def wait_for_messages(self, chat_id: int, count: int, timeout: float = 10) -> list[SentMessage]:
        """Wait until the bot has at least `count` messages in the chat; AssertionError if not."""
        if not self._wait(lambda: len(self.sent(chat_id)) >= count, timeout):
            self._give_up(f"{count} messages in chat {chat_id}", timeout, self.sent(chat_id))
        return self.sent(chat_id)

    def wait_for_calls(self, method: str, count: int = 1, timeout: float = 10) -> list[Call]:
        """Wait until the bot has called `method` at least `count` times."""

        def found() -> list[Call]:
            return [call for call in self.calls if call.method.lower() == method.lower()]

        if not self._wait(lambda: len(found()) >= count, timeout):
            self._give_up(f"{count} calls of {method}", timeout, found())
        return found()

    def fail_next(self, method: str, fault: Fault, times: int = 1) -> None:
        """Answer the next calls of `method` (for downloads: downloadFile) with a fault."""
        with self._changed:
            self._faults.append(PlannedFault(method.lower(), fault, times))

    def _wait(self, condition: Callable[[], bool], timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def _give_up(self, wanted: str, timeout: float, found: list[Any]) -> None:
        refused = [(c.method, c.response["description"], c.params) for c in self.refusals]
        faults = [(c.method, c.fault) for c in self.calls if c.fault]
        called = [c.method for c in self.calls]
        raise AssertionError(
            f"waited {timeout} s for {wanted}\nfound: {found}\nrefused calls: {refused}\n"
            f"faults: {faults}\nall calls: {called}"
        )

    # Updates.

    def _open_chat(self, chat_id: int, chat_type: str | None) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            chat_type = chat_type or ("private" if chat_id > 0 else "group")
            if (chat_type == "private") != (chat_id > 0):
                raise ValueError("a private chat has a positive id, a group a negative one")
            chat = self._chats[chat_id] = Chat(chat_id, chat_type)
        if chat_type not in (None, chat.type):
            raise ValueError(f"chat {chat_id} is a {chat.type}")
        return chat

    def _known_message(self, chat: Chat, message_id: int) -> int:
        if message_id not in chat.messages:
            raise ValueError(f"no message {message_id} in chat {chat.id}")
        return message_id

    def _new_message(self, chat: Chat, sender: Json, content: FormattedText) -> Message:
        message = Message(next(chat.ids), sender, int(time.time()), content)
        chat.messages[message.message_id] = message
        return message

    def _deliver(self, chat: Chat, message: Message, kind: str) -> None:
        if self._is_for_bot(chat, message):
            self._queue(kind, self._message_json(chat, message))

    def _is_for_bot(self, chat: Chat, message: Message) -> bool:
        """In a group, a bot in privacy mode gets only what is meant for it."""
        if chat.type == "private" or not self.privacy_mode:
            return True
        replied = chat.messages.get(message.reply_to or 0)
        if replied and replied.sender["is_bot"]:
            return True
        return any(self._means_bot(message, entity) for entity in message.content.entities)

    def _means_bot(self, message: Message, entity: Entity) -> bool:
        words = utf16_slice(message.content.text, entity["offset"], entity["length"])
        name = words.partition("@")[2].lower()
        if entity["type"] == "bot_command" and not name:
            return True
        return entity["type"] in ("bot_command", "mention") and name == self.username.lower()

    def _queue(self, kind: str, value: Json) -> None:
        if self.allowed_updates and kind not in self.allowed_updates:
            return
        self._last_update_id = next(self._update_ids)
        self._updates.append({"update_id": self._last_update_id, kind: value})
        if self._poll:
            self._loop.call_soon_threadsafe(self._poll.end, False)

    def _message_json(self, chat: Chat, message: Message, with_reply: bool = True) -> Json:
        text, entities = (
            ("caption", "caption_entities") if message.document else ("text", "entities")
        )
        replied = chat.messages.get(message.reply_to or 0) if with_reply else None
        optional = {
            text: message.content.text,
            entities: message.content.entities,
            "document": message.document,
            "edit_date": message.edit_date,
            "forward_origin": message.forward_origin,
            "message_thread_id": message.thread_id,
            "is_topic_message": message.thread_id is not None,
            "quote": message.quote if replied else None,
            "reply_markup": message.markup if message.buttons() else None,
            "reply_to_message": self._message_json(chat, replied, False) if replied else None,
        }
        head = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": chat.as_json(),
            "date": message.date,
        }
        return head | {key: value for key, value in optional.items() if value}

    # HTTP.

    async def _serve_nothing(self, request: web.Request) -> web.Response:
        return web.json_response(ApiError(404, "Not Found").answer(), status=404)

    async def _serve_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            self._check_token(request.match_info["token"])
            params = await read_params(request)
        except ApiError as error:
            return self._respond(request, Call(method, {}, error.answer(), time.time(), None))
        fault = self._take_fault(method)
        answer: Json = {}
        if fault is None or fault == DroppedConnection(after_processing=True):
            answer = await self._answer(method, params)
        return self._respond(request, Call(method, params.values, answer, time.time(), fault))

    async def _serve_download(self, request: web.Request) -> web.StreamResponse:
        fault = self._take_fault("downloadFile")
        path = request.match_info["path"]
        answer: Json = {"ok": True}
        try:
            self._check_token(request.match_info["token"])
            content = self._content_of(path)
        except ApiError as error:
            answer = error.answer()
        call = Call("downloadFile", {"file_path": path}, answer, time.time(), fault)
        response = self._respond(request, call)
        return response if fault or not answer["ok"] else web.Response(body=content)

    def _respond(self, request: web.Request, call: Call) -> web.StreamResponse:
        if call.method.lower() == "getupdates" and is_gone(request):
            return web.Response()
        if isinstance(call.fault, RetryAfter):
            words = f"Too Many Requests: retry after {call.fault.seconds}"
            error = ApiError(429, words, retry_after=call.fault.seconds)
            self._record(call, error.answer())
            return web.json_response(error.answer(), status=429)
        if isinstance(call.fault, BadGateway):
            self._record(call, {})
            return web.Response(text=BAD_GATEWAY_PAGE, content_type="text/html", status=502)
        self._record(call, call.response)
        if isinstance(call.fault, DroppedConnection) and request.transport:
            request.transport.abort()
        return web.json_response(call.response, status=call.response.get("error_code", 200))

    def _record(self, call: Call, response: Json) -> None:
        with self._changed:
            self.calls.append(Call(call.method, call.params, response, call.time, call.fault))
            self._changed.notify_all()

    def _take_fault(self, method: str) -> Fault | None:
        with self._changed:
            for planned in self._faults:
                if planned.method == method.lower() and planned.times > 0:
                    planned.times -= 1
                    return planned.fault
        return None

    def _check_token(self, token: str) -> None:
        if not TOKEN_FORM.fullmatch(token):
            raise ApiError(404, "Not Found")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    async def _answer(self, method: str, params: Params) -> Json:
        name = method.lower()
        try:
            if self._is_logged_out:
                raise ApiError(400, "Logged out")
            if name != "getupdates" and name not in self._methods:
                raise ApiError(404, "Not Found: method not found")
            params.decode_json()
            if name == "getupdates":
                return {"ok": True, "result": await self._get_updates(params)}
            with self._changed:
                return {"ok": True, "result": self._methods[name](params)}
        except ApiError as error:
            return error.answer()
        except Exception as error:  # A fault of this server, or a value Telegram would not take.
            return ApiError(500, f"Internal Server Error: {error!r}").answer()

    # getUpdates.

    async def _get_updates(self, params: Params) -> list[Json]:
        limit = min(max(params.integer("limit", 100), 1), 100)
        timeout = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
        with self._changed:
            self._remember_allowed_updates(params)
            self._confirm_updates(params.integer("offset"))
            if self._updates or timeout == 0:
                return self._updates[:limit]
            if self._poll:
                self._poll.end(by_other=True)
            poll = self._poll = Poll(self._loop.create_future())
        try:
            async with asyncio.timeout(timeout):
                if await poll.ended_by_other:
                    raise ApiError(409, CONFLICT)
        except TimeoutError:
            pass
        finally:
            with self._changed:
                if self._poll is poll:
                    self._poll = None
        with self._changed:
            return self._updates[:limit]

    def _remember_allowed_updates(self, params: Params) -> None:
        allowed = params.get("allowed_updates")
        if allowed is None or allowed == "":
            return
        if not isinstance(allowed, list) or not all(isinstance(kind, str) for kind in allowed):
            raise bad_request("can't parse allowed updates JSON object")
        self.allowed_updates = allowed

    def _confirm_updates(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one counts from the end."""
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset <= self._last_update_id + 1:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]

    # Methods about the bot.

    def _method_get_me(self, params: Params) -> Json:
        return self._bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy_mode,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _method_log_out(self, params: Params) -> bool:
        self._is_logged_out = True
        return True

    def _method_close(self, params: Params) -> bool:
        return True

    def _method_delete_webhook(self, params: Params) -> bool:
        if params.boolean("drop_pending_updates"):
            self._updates.clear()
        return True

    def _method_get_webhook_info(self, params: Params) -> Json:
        info: Json = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        return info | ({"allowed_updates": self.allowed_updates} if self.allowed_updates else {})

    def _method_set_my_commands(self, params: Params) -> bool:
        commands = checked_commands(params.get("commands") or [])
        scope = params.get("scope") or {"type": "default"}
        if params.text("language_code") or scope != {"type": "default"}:
            self.commands_by_scope[command_scope(params)] = commands
        else:
            self.commands = commands
        return True

    def _method_get_my_commands(self, params: Params) -> list[Json]:
        scope = command_scope(params)
        is_default = scope == command_scope(Params({}, {}))
        return self.commands if is_default else self.commands_by_scope.get(scope, [])

    def _method_set_my_description(self, params: Params) -> bool:
        return self._set_description("description", params, 512)

    def _method_set_my_short_description(self, params: Params) -> bool:
        return self._set_description("short_description", params, 120)

    def _set_description(self, name: str, params: Params, limit: int) -> bool:
        if utf16_length(params.text(name)) > limit:
            raise bad_request(f"{name.replace('_', ' ')} is too long")
        self.descriptions[name] = params.text(name)
        return True

    def _method_get_my_description(self, params: Params) -> Json:
        return {"description": self.descriptions.get("description", "")}

    def _method_get_my_short_description(self, params: Params) -> Json:
        return {"short_description": self.descriptions.get("short_description", "")}

    # Methods about chats and messages.

    def _method_get_chat(self, params: Params) -> Json:
        return self._chat(params).as_json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def _method_send_chat_action(self, params: Params) -> bool:
        if params.text("action").lower() not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._writable_chat(params)
        return True

    def _method_send_message(self, params: Params) -> Json:
        content = bot_content(params, "text", "entities")
        if not params.text("text"):
            raise bad_request("message text is empty")
        markup = checked_markup(params.get("reply_markup"))
        chat = self._writable_chat(params)
        if not content.text:
            raise bad_request("text must be non-empty")
        if utf16_length(content.text) > MAX_TEXT:
            raise bad_request("message is too long")
        return self._send(chat, params, content, markup, params.text("text"))

    def _method_send_document(self, params: Params) -> Json:
        content = bot_content(params, "caption", "caption_entities")
        markup = checked_markup(params.get("reply_markup"))
        chat = self._writable_chat(params)
        if utf16_length(content.text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        document = self._document(params)
        return self._send(chat, params, content, markup, params.text("caption"), document)

    def _send(
        self,
        chat: Chat,
        params: Params,
        content: FormattedText,
        markup: Json | None,
        source: str,
        document: Json | None = None,
    ) -> Json:
        reply_to, quote = find_reply(chat, params)
        thread_id = self._topic(chat, params, reply_to)
        check_buttons(markup)
        message = self._new_message(chat, self._bot, content)
        message.source, message.parse_mode = source, params.get("parse_mode")
        message.markup, message.document = markup, document
        message.reply_to, message.quote, message.thread_id = reply_to, quote, thread_id
        return self._message_json(chat, message)

    def _method_edit_message_text(self, params: Params) -> Json:
        content = bot_content(params, "text", "entities")
        if not params.text("text"):
            raise bad_request("message text is empty")
        markup = checked_markup(params.get("reply_markup"))
        chat, message = self._editable_message(params)
        if message.document:
            raise bad_request("there is no text in the message to edit")
        if not content.text:
            raise bad_request("text must be non-empty")
        if utf16_length(content.text) > MAX_TEXT:
            raise bad_request("MESSAGE_TOO_LONG")
        edited = self._edit(chat, message, content, markup)
        message.source, message.parse_mode = params.text("text"), params.get("parse_mode")
        return edited

    def _method_edit_message_reply_markup(self, params: Params) -> Json:
        markup = checked_markup(params.get("reply_markup"))
        chat, message = self._editable_message(params)
        return self._edit(chat, message, message.content, markup)

    def _edit(
        self, chat: Chat, message: Message, content: FormattedText, markup: Json | None
    ) -> Json:
        """Telegram takes the keyboard away when an edit has none."""
        check_buttons(markup)
        if content == message.content and (markup or {}) == (message.markup or {}):
            raise ApiError(400, NOT_MODIFIED)
        message.content, message.markup = content, markup
        message.edit_date = int(time.time())
        return self._message_json(chat, message)

    def _method_delete_message(self, params: Params) -> bool:
        chat = self._chat(params)
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if chat.type != "private" and not message.sender["is_bot"]:
            raise bad_request("message can't be deleted")
        del chat.messages[message.message_id]
        return True

    def _method_answer_callback_query(self, params: Params) -> bool:
        query_id = params.text("callback_query_id")
        if query_id not in self._open_queries:
            raise ApiError(400, QUERY_TOO_OLD)
        if utf16_length(params.text("text")) > MAX_CALLBACK_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        self._open_queries.remove(query_id)
        return True

    def _chat(self, params: Params) -> Chat:
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat = self._chats.get(params.integer("chat_id"))
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _writable_chat(self, params: Params) -> Chat:
        chat = self._chat(params)
        if chat.is_blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _editable_message(self, params: Params) -> tuple[Chat, Message]:
        chat = self._chat(params)
        if not params.integer("message_id"):
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.sender["is_bot"]:
            raise bad_request("message can't be edited")
        return chat, message

    def _topic(self, chat: Chat, params: Params, reply_to: int | None) -> int | None:
        """The topic named, or that of the message replied to."""
        thread_id = params.integer("message_thread_id")
        if thread_id and thread_id not in chat.threads:
            raise bad_request("message thread not found")
        return thread_id or (chat.messages[reply_to].thread_id if reply_to else None)

    # Files.

    def _document(self, params: Params) -> Json:
        """An upload under the parameter's own name or another (attach://name), or a known id."""
        given = params.text("document")
        upload = params.uploads.get(given.removeprefix("attach://") or "document")
        if upload is None and given in self._files:
            return self._files[given][0]
        if upload is None:
            raise bad_request("there is no document in the request")
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        return self._keep_file(upload)

    def _keep_file(self, upload: Upload, claimed_size: int | None = None) -> Json:
        number = len(self._files)
        document: Json = {
            "file_id": f"BQACAgIAAxk{number:06}",
            "file_unique_id": f"AgAD{number:06}",
            "file_name": upload.name,
            "mime_type": upload.mime_type,
            "file_size": len(upload.content) if claimed_size is None else claimed_size,
        }
        self._files[document["file_id"]] = (document, upload.content)
        return document

    def _method_get_file(self, params: Params) -> Json:
        file_id = params.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        if file_id not in self._files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        document = self._files[file_id][0]
        if document["file_size"] > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        shared = {key: document[key] for key in ("file_id", "file_unique_id", "file_size")}
        return shared | {"file_path": self._path_of(file_id)}

    def _path_of(self, file_id: str) -> str:
        suffix = PurePosixPath(self._files[file_id][0]["file_name"]).suffix
        return f"documents/file_{list(self._files).index(file_id)}{suffix}"

    def _content_of(self, path: str) -> bytes:
        for file_id, (_, content) in self._files.items():
            if self._path_of(file_id) == path:
                return content
        raise ApiError(404, "Not Found")


# Requests.


async def read_params(request: web.Request) -> Params:
    """Parameters come in the URL, as a form with or without files, or as JSON."""
    values: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            values |= await request.json()
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                value.file.close()
                uploads[name] = Upload(value.filename, content, value.content_type)
            else:
                values[name] = value
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except ValueError:
        raise bad_request("can't parse request") from None
    return Params(values, uploads)


def is_gone(request: web.Request) -> bool:
    """Whether nobody is there any more to read the answer."""
    return request.transport is None or request.transport.is_closing()


# Texts.


def user_content(text: str) -> FormattedText:
    text = text.strip()
    entities = []
    for match in ENTITIES_IN_USER_TEXT.finditer(text):
        place = {"offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
        entities.append({"type": match.lastgroup} | place)
    return FormattedText(text, entities)


def cut(text: str) -> list[str]:
    """Parts of at most 4096 UTF-16 units, cut where a line or a word ends if there is one."""
    parts = []
    while utf16_length(text) > MAX_TEXT:
        part = utf16_slice(text, 0, MAX_TEXT)
        if "\ud800" <= part[-1] <= "\udbff":
            part = part[:-1]
        end = part.rfind("\n") + 1 or part.rfind(" ") + 1 or len(part)
        parts.append(text[:end])
        text = text[end:]
    return [part for part in [*parts, text] if part.strip()]


def bot_content(params: Params, text: str, entities: str) -> FormattedText:
    return format_text(params.text(text), params.get("parse_mode"), params.get(entities))


def format_text(text: str, parse_mode: str | None, entities: Any) -> FormattedText:
    if parse_mode in ("", None):
        return trim(clean(text), checked_entities(text, entities or []))
    if not isinstance(parse_mode, str) or parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    try:
        return parse_html(text)
    except HtmlError as error:
        raise bad_request(f"can't parse entities: {error}") from None


def checked_entities(text: str, entities: Any) -> list[Entity]:
    for entity in entities:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
            raise bad_request('can\'t parse MessageEntity: Field "type" must be of type String')
        if entity["offset"] + entity["length"] > utf16_length(text):
            where = f"[{entity['offset']}, {entity['offset'] + entity['length']})"
            raise bad_request(f"entity {where} ends after the end of the text")
    return list(entities)


# Replies.


def find_reply(chat: Chat, params: Params) -> tuple[int | None, Json | None]:
    """The message replied to and the quote from it, both checked."""
    reply = reply_wanted(params)
    message_id = reply.get("message_id") or 0
    if message_id <= 0:
        return None, None
    if reply.get("chat_id", chat.id) != chat.id:
        raise ApiError(501, "Not Implemented: replies into another chat are not imitated")
    replied = chat.messages.get(message_id)
    if replied:
        return message_id, find_quote(replied, reply)
    if reply.get("allow_sending_without_reply"):
        return None, None
    raise bad_request("message to be replied not found")


def reply_wanted(params: Params) -> Json:
    reply = params.get("reply_parameters")
    if not reply:
        return {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.boolean("allow_sending_without_reply"),
        }
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    return reply


def find_quote(replied: Message, reply: Json) -> Json | None:
    mode, entities = reply.get("quote_parse_mode"), reply.get("quote_entities")
    quote = format_text(reply.get("quote") or "", mode, entities)
    if not quote.text:
        return None
    positions = [
        position
        for position in occurrences(quote.text, replied.content.text)
        if has_entities_of(quote, replied.content, position)
    ]
    if not positions or utf16_length(quote.text) > MAX_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    nearest = min(positions, key=lambda at: abs(at - (reply.get("quote_position") or 0)))
    found = {"text": quote.text, "position": nearest, "is_manual": True}
    return found | ({"entities": quote.entities} if quote.entities else {})


def occurrences(part: str, text: str) -> list[int]:
    """Where `part` stands in `text`, in UTF-16 units."""
    starts = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text))
    return [utf16_length(text[:start]) for start in starts]


def has_entities_of(quote: FormattedText, text: FormattedText, position: int) -> bool:
    """Whether the quote is formatted as the text is at that position."""
    end = position + utf16_length(quote.text)
    expected = []
    for entity in text.entities:
        begin = max(entity["offset"], position)
        stop = min(entity["offset"] + entity["length"], end)
        if begin < stop:
            expected.append((entity["type"], begin - position, stop - begin))
    given = [(e["type"], e["offset"], e["length"]) for e in quote.entities]
    return compared(given) == compared(expected)


def compared(entities: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    return sorted(entity for entity in entities if entity[0] in ENTITIES_COMPARED_IN_QUOTES)


# Keyboards.


def checked_markup(markup: Any) -> Json | None:
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if markup.keys() & OTHER_MARKUPS:
        return markup
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    for button in itertools.chain(*rows):
        check_button_form(button)
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def check_button_form(button: Any) -> None:
    cannot_parse = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{cannot_parse}InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad_request(f'{cannot_parse}Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise bad_request(f'{cannot_parse}Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request(f'{cannot_parse}Field "text" must be non-empty')
    if not button.keys() & BUTTON_ACTIONS:
        raise bad_request(f"{cannot_parse}Text buttons are unallowed in the inline keyboard")


def check_buttons(markup: Json | None) -> None:
    buttons: list[Json] = list(itertools.chain(*(markup or {}).get("inline_keyboard", [])))
    for button in buttons:
        if not 1 <= len(button.get("callback_data", "-").encode()) <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")


def callback_data_of(message: Message) -> list[str]:
    buttons = itertools.chain(*message.buttons())
    return [button["callback_data"] for button in buttons if "callback_data" in button]


# Commands.


def checked_commands(commands: Any) -> list[Json]:
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    checked = [checked_command(command) for command in commands]
    if len(checked) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return checked


def checked_command(command: Any) -> Json:
    if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
        raise bad_request("can't parse BotCommand: expected an Object")
    name = command["command"].removeprefix("/")
    description = command["description"].strip()
    check_length("command", name, 32)
    check_length("command description", description, 256)
    if not COMMAND_NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def check_length(what: str, text: str, limit: int) -> None:
    if not text:
        raise bad_request(f"{what} must be non-empty")
    if utf16_length(text) > limit:
        raise bad_request(f"{what} length must not exceed {limit}")


def command_scope(params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    return json.dumps([scope, params.text("language_code")], sort_keys=True)


# People and messages.


def sender_json(chat: Chat, user_id: int | None) -> Json:
    user_id = user_id or (chat.id if chat.type == "private" else FIRST_USER_IN_GROUPS)
    return {"id": user_id, "is_bot": False, "first_name": f"User {user_id}", "language_code": "en"}


def sent_message(message: Message) -> SentMessage:
    return SentMessage(
        message_id=message.message_id,
        text=message.content.text,
        html=message.source,
        parse_mode=message.parse_mode,
        entities=[dict(entity) for entity in message.content.entities],
        buttons=[[(b["text"], b.get("callback_data")) for b in row] for row in message.buttons()],
        reply_to=message.reply_to,
        quote=message.quote["text"] if message.quote else None,
        thread_id=message.thread_id,
        document=message.document["file_name"] if message.document else None,
    )
