"""Updates that are posted: who is believed, and what becomes of them."""

import json
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.settings import SettingsError
from bot.telegram_adapter.receiving import Json, Receiver
from bot.telegram_adapter.webhook import MAX_BYTES, Webhook
from bot.telegram_adapter.webhook_address import WebhookAddress
from index.keeping.store import Store
from tests.bot.telegram_adapter.running import TOKEN, free_port

SECRET = "X-Telegram-Bot-Api-Secret-Token"

UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1, "date": 1_700_000_000, "text": "Who hides the tangerines?",
        "chat": {"id": 1, "type": "private", "first_name": "Ann"},
    },
}  # fmt: skip


class Hook:
    """A webhook, what it has taken, and a client."""

    def __init__(self) -> None:
        self.port = free_port()
        self.store = Store("sqlite://")
        self.taken: list[Json] = []
        self.waiting_when_taken: list[int] = []
        address = WebhookAddress(f"https://bot.example:{self.port}/hook", "127.0.0.1", self.port)
        self.webhook = Webhook(address, TOKEN, Receiver(self.store.inbox), self._take)
        self.secret = self.webhook._secret

    async def _take(self, update: Json) -> None:
        self.taken.append(update)
        self.waiting_when_taken.append(len(self.store.inbox.waiting()))

    async def post(
        self, content: bytes, secret: str | None = None, path: str = "/hook"
    ) -> httpx.Response:
        headers = {SECRET: self.secret if secret is None else secret}
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{self.port}{path}"
            return await client.post(url, content=content, headers=headers)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    await hook.webhook.listen()
    yield hook
    await hook.webhook.close()
    hook.store.close()


async def test_an_update_is_written_down_before_it_is_acknowledged(hook: Hook) -> None:
    assert (await hook.post(json.dumps(UPDATE).encode())).status_code == 200
    assert hook.taken == [UPDATE]
    assert hook.waiting_when_taken == [1]


async def test_an_update_that_is_repeated_is_acknowledged_and_not_handled_again(hook: Hook) -> None:
    for _ in range(2):
        assert (await hook.post(json.dumps(UPDATE).encode())).status_code == 200
    assert hook.taken == [UPDATE, {"update_id": 7}]


async def test_an_update_that_can_not_be_read_is_acknowledged(hook: Hook) -> None:
    unreadable = {"update_id": 8, "message": {"message_id": 5}}
    assert (await hook.post(json.dumps(unreadable).encode())).status_code == 200
    assert hook.taken == [{"update_id": 8}]


@pytest.mark.parametrize("secret", ["", "wrong", "é" * 43])
async def test_nobody_is_believed_who_does_not_know_the_secret(
    hook: Hook, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        headers = [(SECRET.encode(), secret.encode())]
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{hook.port}/hook"
            answer = await client.post(url, content=json.dumps(UPDATE), headers=headers)
    assert answer.status_code == 401
    assert hook.taken == hook.store.inbox.waiting() == []
    assert "tangerines" not in caplog.text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400), (b"tangerines", 400), (b"[]", 400), (b"{}", 400), (b'{"update_id": "7"}', 400),
        (b'{"update_id": true}', 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400),
        (b'"' + b"x" * MAX_BYTES + b'"', 413),
    ],
)  # fmt: skip
async def test_what_is_no_update_is_refused_and_not_logged(
    hook: Hook, content: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot"):
        assert (await hook.post(content)).status_code == status
    assert hook.taken == []
    assert [record for record in caplog.records if record.name.startswith("bot")] == []


async def test_there_is_one_path_and_one_method(hook: Hook) -> None:
    assert (await hook.post(json.dumps(UPDATE).encode(), path="/")).status_code == 404
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{hook.port}/hook")
    assert answer.status_code == 405
    assert hook.taken == []


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        webhook = Webhook(
            WebhookAddress("https://bot.example/", "127.0.0.1", port),
            TOKEN,
            Receiver(Store("sqlite://").inbox),
            Hook._take,  # type: ignore[arg-type]
        )
        with pytest.raises(SettingsError, match=f"Nothing can listen at 127.0.0.1:{port}: "):
            await webhook.listen()
        await webhook.close()


@pytest.mark.parametrize(
    ("url", "listen", "host", "port", "path"),
    [
        ("https://bot.example/telegram", "127.0.0.1:8443", "127.0.0.1", 8443, "/telegram"),
        ("https://bot.example:8443", "localhost:80", "localhost", 80, "/"),
        ("http://10.0.0.1/a/b-c_d.e~f", "[::1]:8443", "::1", 8443, "/a/b-c_d.e~f"),
        ("https://bot.example/telegram", "0.0.0.0:8443", "0.0.0.0", 8443, "/telegram"),
    ],
)
def test_an_address_has_two_sides(url: str, listen: str, host: str, port: int, path: str) -> None:
    address = WebhookAddress.parse(url, listen)
    assert address == WebhookAddress(url, host, port)
    assert address.path == path


@pytest.mark.parametrize(
    ("url", "listen", "said"),
    [
        ("bot.example/telegram", "127.0.0.1:8443", "is no address"),
        ("ftp://bot.example", "127.0.0.1:8443", "is no address"),
        ("https://", "127.0.0.1:8443", "is no address"),
        ("https://bot.example:port/", "127.0.0.1:8443", "is no address"),
        ("https://bot.example/{all}", "127.0.0.1:8443", "path may have"),
        ("https://bot.example/ü", "127.0.0.1:8443", "path may have"),
        ("https://bot.example/", "127.0.0.1", "is no host and port"),
        ("https://bot.example/", "8443", "is no host and port"),
        ("https://bot.example/", ":8443", "is no host and port"),
        ("https://bot.example/", "127.0.0.1:99999", "is no host and port"),
    ],
)
def test_what_is_no_address_is_told(url: str, listen: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        WebhookAddress.parse(url, listen)
