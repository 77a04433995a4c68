"""An HTTP port beside the bot, for those who look after it: is it alive, is it ready, its numbers.

It has a thread of its own: when the bot hangs, it says so.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client.exposition import choose_encoder

from bot.observing import Observed
from bot.settings import Address, SettingsError

_PLAIN = "text/plain; charset=utf-8"


@contextmanager
def side_port(address: Address, observed: Observed) -> Iterator[int]:
    """Answer at an address in the block. Its port is given: of 0, the one that was free.

    Raises:
        SettingsError: nothing can listen there.
    """
    observed.statistics.watch_readiness(observed.readiness)
    server = _server(address, observed)
    thread = Thread(target=server.serve_forever, name="side port", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _server(address: Address, observed: Observed) -> ThreadingHTTPServer:
    class Handler(_Handler):
        pages = _Pages(observed)

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET

    try:
        return Server((address.host, address.port), Handler)
    except OSError as error:
        raise SettingsError(f"Nothing can listen at {address}: {error.strerror}.") from None


class _Pages:
    """What is answered: a status, a type, and a text."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed

    def answer(self, path: str, accept: str) -> tuple[HTTPStatus, str, bytes]:
        match path:
            case "/healthz":
                return _told("" if self._observed.readiness.is_alive else "The bot hangs.")
            case "/readyz":
                lacks = self._observed.readiness.lacks()
                return _told("\n".join(f"{part}: {why}" for part, why in lacks.items()))
            case "/metrics":
                encode, kind = choose_encoder(accept)
                return HTTPStatus.OK, kind, encode(self._observed.statistics.metrics.registry)
        return HTTPStatus.NOT_FOUND, _PLAIN, b"/healthz, /readyz or /metrics\n"


def _told(problem: str) -> tuple[HTTPStatus, str, bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
    return status, _PLAIN, f"{problem or 'ok'}\n".encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD. Who sends nothing is not waited for long."""

    pages: _Pages
    timeout = 10.0
    server_version = "article-bot"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer, by the path alone."""
        path = self.path.partition("?")[0]
        status, kind, body = self.pages.answer(path, self.headers.get("Accept", ""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        """Answer without the text."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Log nothing: it is asked several times a minute."""
