"""Telegram's side, as the strict server plays it, and as bad ones do."""

import json
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from bot.doctor.finding import Finding, State
from bot.doctor.telegram_side import TelegramSide, given_token
from bot.settings import load_settings
from bot.telegram_adapter.reaching import call
from bot.telegram_server import BadGateway, BotApiServer, DroppedConnection
from tests.bot.telegram_adapter.running import ANN, TOKEN, free_port


def side() -> TelegramSide:
    return TelegramSide(load_settings())


def all_of(side: TelegramSide) -> list[State]:
    return [check().state for check in (side.network, side.token, side.updates, side.clock)]


def test_all_is_well(server: BotApiServer) -> None:
    assert all_of(side()) == [State.OK] * 4
    assert side().token().found == "it is that of @article_test_bot"
    assert side().updates().found == "the bot asks Telegram for them; 0 wait"
    assert {call.method for call in server.calls} == {"getMe", "getWebhookInfo"}


@pytest.mark.parametrize("token", ["", " "])
def test_no_token(token: str, monkeypatch: pytest.MonkeyPatch, server: BotApiServer) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    found = side().token()
    assert (found.state, found.found.partition(".")[0]) == (State.PROBLEM, "No Telegram token")
    assert side().updates() == Finding(State.NOTE, "Not looked at, since there is no token.")
    assert side().clock().state is State.OK


@pytest.mark.parametrize("token", ["xyz", "'123:abc'", "123 456:abc", "1234567", "123456:ab c"])
def test_what_is_no_token(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    found = given_token(load_settings())
    assert (found.state, found.found.partition(",")[0]) == (
        State.PROBLEM,
        "The token does not look like one",
    )
    assert token not in found.found


def test_a_token_that_telegram_refuses(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:another")
    assert side().token().found == "Telegram refuses the token."
    assert side().updates().state is State.NOTE


def test_a_token_of_a_file(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert side().token().state is State.OK


def test_a_server_that_can_not_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_BASE_URL", f"http://127.0.0.1:{free_port()}/bot")
    assert all_of(side()) == [State.PROBLEM, State.NOTE, State.NOTE, State.NOTE]


def test_an_address_that_ends_otherwise(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BASE_URL", server.base_url.removesuffix("/bot"))
    assert side().network().found == "TELEGRAM_BASE_URL does not end with /bot."


def test_telegram_fails(server: BotApiServer) -> None:
    server.fail_next("getMe", BadGateway())
    server.fail_next("getWebhookInfo", DroppedConnection())
    found = side()
    assert found.token().found == "Telegram does not answer as it should (HTTP 502)."
    assert found.updates().found == "Not looked at, since Telegram can't be reached."


@pytest.mark.parametrize("answer", [b"<html>Please log in</html>", b"[]", b"{}", b""])
def test_something_answers_that_is_not_telegram(answer: bytes, impostor: Any) -> None:
    impostor.answer = answer
    assert side().network().found == "What answers at 127.0.0.1 is not Telegram (HTTP 200)."
    assert side().token().state is State.PROBLEM
    assert side().updates().state is State.PROBLEM


@pytest.mark.parametrize(("seconds", "how"), [(-7200, "fast"), (90, "slow")])
def test_a_clock_that_is_wrong(seconds: int, how: str, impostor: Any) -> None:
    impostor.date = formatdate(time.time() + seconds, usegmt=True)
    found = side().clock()
    assert (found.state, found.found.split()[-1]) == (State.PROBLEM, f"{how}.")


def test_updates_that_wait_are_counted(server: BotApiServer) -> None:
    server.say(ANN, "Hello")
    assert side().updates().found == "the bot asks Telegram for them; 1 wait"


def set_webhook(server: BotApiServer, url: str) -> None:
    call(server.base_url, server.token, f"setWebhook?url={url}")


def test_a_webhook_is_told_without_its_path(server: BotApiServer) -> None:
    set_webhook(server, "https://somewhere.example/secret-path")
    found = side().updates()
    assert found.state is State.OK
    assert "Telegram posts them to somewhere.example; 0 wait" in found.found
    assert "secret-path" not in found.found


def test_a_webhook_that_fails(impostor: Any) -> None:
    failed = {"last_error_date": int(time.time()) - 60, "last_error_message": "Connection refused"}
    impostor.answer = webhook_info(**failed)
    found = side().updates()
    assert found.state is State.PROBLEM
    assert "UTC that failed: Connection refused." in found.found
    impostor.answer = webhook_info(**failed | {"last_error_date": int(time.time()) - 86400})
    assert side().updates().state is State.OK


def webhook_info(**more: object) -> bytes:
    info = {"url": "https://bot.example/hook", "pending_update_count": 3} | more
    return json.dumps({"ok": True, "result": info}).encode()
