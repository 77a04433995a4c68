"""The server itself: its thread and event loop, and the way of each request through it."""

import asyncio
import concurrent.futures
import inspect
import re
import threading
import time
from dataclasses import replace
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.telegram_server.errors import ApiError, bad_request, not_found, too_many_requests
from bot.telegram_server.faults import (
    BadGateway,
    DroppedConnection,
    Fault,
    FaultPlan,
    Refused,
    RetryAfter,
    Unanswered,
)
from bot.telegram_server.limits import MAX_UPLOAD_BYTES
from bot.telegram_server.methods import METHODS
from bot.telegram_server.parameters.request import Params, read_params
from bot.telegram_server.people import People
from bot.telegram_server.rate_limits import RateLimits
from bot.telegram_server.records import Call, Records
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

TOKEN_FORM = re.compile(r"[1-9][0-9]*:[A-Za-z0-9_-]+")
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class BotApiServer(People, Records):
    """See the package. Use it as a context manager; what it recorded can be read afterwards too.

    The modes of the bot are what its owner would set with @BotFather.
    """

    def __init__(
        self,
        token: str = "123456:TEST-token-of-the-bot-under-test",  # noqa: S107 - opens nothing
        *,
        username: str = "article_test_bot",
        privacy_mode: bool = True,
        inline_mode: bool = True,
        inline_feedback: bool = False,
        guest_mode: bool = True,
        rate_limits: bool = False,
    ) -> None:
        state = BotState(token, username, privacy_mode, inline_mode, guest_mode, inline_feedback)
        state.rate_limits = RateLimits() if rate_limits else None
        People.__init__(self, state)
        Records.__init__(self, state)
        self._faults = FaultPlan()

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
    def token(self) -> str:
        """The token of the only bot that this server knows."""
        return self._state.token

    @property
    def base_url(self) -> str:
        """Where the bot's calls go, up to the token."""
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        """Where the bot's downloads go, up to the token."""
        return f"http://127.0.0.1:{self._port}/file/bot"

    @property
    def bot_id(self) -> int:
        """The bot's id, as of anybody in a group."""
        return self._state.bot_id

    def proxy_webhooks(self, to: str) -> None:
        """Play the proxy that stands before a webhook: from the next setWebhook on, updates go to
        that address on this machine instead, with the path of the webhook."""
        with self._state.changed:
            self._state.webhook_proxy = to

    def fail_next(self, method: str, fault: Fault, times: int = 1) -> None:
        """Answer the next calls of `method` (for downloads: downloadFile) with a fault."""
        with self._state.changed:
            self._faults.add(method, fault, times)

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
        app.router.add_route("*", "/{anything:.*}", _serve_nothing)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        started.set_result(runner.addresses[0][1])
        await self._stop.wait()
        await runner.cleanup()

    async def _serve_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            self._check_token(request.match_info["token"])
            params = await read_params(request)
        except ApiError as error:
            return self._respond(request, Call(method, {}, error.as_json(), time.time(), None))
        fault = self._take_fault(method)
        answer: Json = {}
        if fault is None or fault == DroppedConnection(after_processing=True):
            answer = await _answer(self._state, method, params)
        if isinstance(fault, Unanswered):
            if fault.processed:
                answer = await _answer(self._state, method, params)
            await asyncio.sleep(fault.seconds)
        return self._respond(request, Call(method, params.values, answer, time.time(), fault))

    async def _serve_download(self, request: web.Request) -> web.StreamResponse:
        fault = self._take_fault("downloadFile")
        path = request.match_info["path"]
        answer: Json = {"ok": True}
        try:
            self._check_token(request.match_info["token"])
            with self._state.changed:
                content = self._state.files.content(path)
        except ApiError as error:
            answer = error.as_json()
        call = Call("downloadFile", {"file_path": path}, answer, time.time(), fault)
        response = self._respond(request, call)
        return response if fault or not answer["ok"] else web.Response(body=content)

    def _check_token(self, token: str) -> None:
        if not TOKEN_FORM.fullmatch(token):
            raise not_found()
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    def _take_fault(self, method: str) -> Fault | None:
        with self._state.changed:
            return self._faults.take(method)

    def _respond(self, request: web.Request, call: Call) -> web.StreamResponse:
        if call.method.lower() == "getupdates" and _is_disconnected(request):
            return web.Response()
        if isinstance(call.fault, RetryAfter):
            call = replace(call, response=too_many_requests(call.fault.seconds).as_json())
        elif isinstance(call.fault, Refused):
            call = replace(call, response=bad_request(call.fault.description).as_json())
        elif isinstance(call.fault, BadGateway):
            call = replace(call, response={})
        self._record(call)
        if isinstance(call.fault, BadGateway):
            return web.Response(text=BAD_GATEWAY_PAGE, content_type="text/html", status=502)
        if isinstance(call.fault, DroppedConnection) and request.transport:
            request.transport.abort()
        return web.json_response(call.response, status=call.response.get("error_code", 200))


async def _answer(state: BotState, method_name: str, params: Params) -> Json:
    try:
        if state.is_logged_out:
            raise ApiError(400, "Logged out")
        method = METHODS.find(method_name)
        params.decode_json()
        with state.changed:
            if state.rate_limits:
                state.rate_limits.count(method_name, params.integer("chat_id"))
            result = method(state, params)
        return {"ok": True, "result": await result if inspect.isawaitable(result) else result}
    except ApiError as error:
        return error.as_json()
    except Exception as error:  # A fault of this server, or a value Telegram would not take.
        return ApiError(500, f"Internal Server Error: {error!r}").as_json()


async def _serve_nothing(request: web.Request) -> web.Response:
    return web.json_response(not_found().as_json(), status=404)


def _is_disconnected(request: web.Request) -> bool:
    """Whether nobody is there any more to read the answer."""
    return request.transport is None or request.transport.is_closing()
