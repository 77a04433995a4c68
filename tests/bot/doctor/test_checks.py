"""All checks are made, whatever one of them does, and no secret is told."""

from typing import Any

import pytest

from bot.doctor import machine, models
from bot.doctor.checks import look
from bot.doctor.finding import State, ok
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import TOKEN

HERE = [
    "Python", "Libraries", "Settings", "Data folder", "Disk", "Store", "Sandbox", "Models",
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds is well; it has tests of its own."""
    monkeypatch.setattr(machine, "sandbox", lambda: ok("well"))
    monkeypatch.setattr(models, "models", lambda settings: ok("well"))


def test_all_is_looked_at(server: BotApiServer) -> None:
    results = list(look(offline=False))
    assert [each.name for each in results] == [*HERE, "Network", "Token", "Updates", "Clock"]
    assert {each.finding.state for each in results} <= {State.OK, State.NOTE}


def test_offline_no_server_is_called(server: BotApiServer) -> None:
    assert [each.name for each in look(offline=True)] == [*HERE, "Token"]
    assert list(server.calls) == []


def test_what_needs_settings_is_not_looked_at_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_MAX_ARTICLES", "many")
    results = list(look(offline=True))
    assert [each.name for each in results] == HERE[:3]
    assert results[-1].finding.state is State.PROBLEM


def test_a_check_that_fails_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom\nbang")

    monkeypatch.setattr(machine, "disk", fail)
    results = {each.name: each.finding for each in look(offline=True)}
    assert list(results) == [*HERE, "Token"]
    assert results["Disk"].found == "This check itself failed: RuntimeError: boom."


def test_what_a_server_sends_back_is_told_without_the_token(impostor: Any) -> None:
    impostor.answer = (
        b'{"ok": true, "result": {"username": PATH, "url": "https://host/", '
        b'"pending_update_count": 0, "last_error_date": 9999999999, "last_error_message": PATH}}'
    )
    told = repr(list(look(offline=False)))
    assert "<token>" in told or "…" in told
    assert TOKEN.partition(":")[2].lower() not in told.lower()


def test_a_token_where_none_belongs_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLE_BOT_ALLOWED", "TELEGRAM_BOT_TOKEN_FILE"):
        monkeypatch.setenv(name, TOKEN)
        assert TOKEN not in repr(list(look(offline=True)))
    monkeypatch.delenv("ARTICLE_BOT_ALLOWED")
    assert TOKEN not in repr(list(look(offline=True)))
