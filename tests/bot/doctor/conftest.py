"""Settings for checks, and what plays Telegram's server badly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.settings import Settings, load_settings
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import TOKEN


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def settings() -> Settings:
    """The defaults, and the data folder of the test."""
    return load_settings()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApiServer]:
    """The strict server, which the environment names."""
    with BotApiServer(token=TOKEN) as server:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_BASE_URL", server.base_url)
        yield server


class _Impostor(BaseHTTPRequestHandler):
    answer: bytes
    date: str

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", self.date)
        self.end_headers()
        self.wfile.write(self.answer.replace(b"PATH", json.dumps(self.path).encode()))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def impostor(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Impostor]]:
    """What the environment names in place of Telegram's server. It answers everything the same;
    PATH in its answer becomes that of the request."""

    class Impostor(_Impostor):
        answer = b"<html>Please log in</html>"
        date = "Fri, 01 Jan 2021 00:00:00 GMT"

    with ThreadingHTTPServer(("127.0.0.1", 0), Impostor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_BASE_URL", f"http://127.0.0.1:{server.server_port}/bot")
        yield Impostor
        server.shutdown()
