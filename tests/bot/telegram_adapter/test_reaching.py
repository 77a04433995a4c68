"""Why Telegram is not reached is told, without the token."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from bot.telegram_adapter.reaching import Unreachable, call
from bot.telegram_server import BadGateway, BotApiServer, DroppedConnection
from tests.bot.telegram_adapter.running import TOKEN, free_port


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def test_an_answer_has_its_time(server: BotApiServer) -> None:
    answer = call(server.base_url, TOKEN, "getMe")
    assert (answer.status, answer.content["ok"]) == (200, True)
    assert answer.date is not None
    assert abs(answer.date - answer.received) < 60
    assert answer.seconds > 0


def test_what_is_no_answer_of_telegrams_has_nothing_in_it(server: BotApiServer) -> None:
    server.fail_next("getMe", BadGateway())
    answer = call(server.base_url, TOKEN, "getMe")
    assert (answer.status, answer.content) == (502, {})


def refused(base_url: str) -> str:
    with pytest.raises(Unreachable) as raised:
        call(base_url, TOKEN, "getMe")
    assert TOKEN not in str(raised.value)
    return str(raised.value)


def test_where_nobody_listens() -> None:
    told = refused(f"http://127.0.0.1:{free_port()}/bot")
    assert told == "No connection to 127.0.0.1 can be made."


def test_a_connection_that_ends(server: BotApiServer) -> None:
    server.fail_next("getMe", DroppedConnection())
    assert refused(server.base_url) == "127.0.0.1 ends the connection without an answer."


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/bot"


def test_a_server_that_is_silent(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_adapter.reaching._SECONDS", 0.05)
    assert "127.0.0.1 does not answer within" in refused(silent)


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refused("https://telegram.invalid/bot") == (
        "The name telegram.invalid can't be resolved (DNS)."
    )


@pytest.mark.parametrize("base_url", ["", "nonsense", "ftp://host/bot", "http://[::1", "http://"])
def test_what_is_no_address(base_url: str) -> None:
    assert "no address such as" in refused(base_url)


def test_a_server_without_a_certificate(silent: str, server: BotApiServer) -> None:
    told = refused(server.base_url.replace("http:", "https:"))
    assert told == "No connection to 127.0.0.1 can be made."


def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise httpx.ProxyError("403 Forbidden")

    monkeypatch.setattr(httpx, "get", refuse)
    assert "The proxy on the way to host refuses" in refused("https://host/bot")
