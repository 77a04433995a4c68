"""`config`."""

import json

import pytest

from bot.settings import Settings
from tests.bot.commands.running import run
from tests.bot.telegram_adapter.running import TOKEN


def test_all_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    done = run("config")
    assert (done.exit_code, done.stderr) == (0, "")
    assert all(
        str(field.validation_alias) in done.stdout for field in Settings.model_fields.values()
    )
    [row] = [row for row in done.stdout.splitlines() if " TELEGRAM_BOT_TOKEN " in row]
    assert [cell.strip() for cell in row.split("│")[2:4]] == ["set", "environment"]
    assert TOKEN not in done.stdout


def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_MAX_ARTICLES", "7")
    monkeypatch.setenv("ARTICLE_BOT_MAX_BITES", "7")
    shown = json.loads(run("config", "--json").stdout)
    assert {
        "name": "ARTICLE_BOT_MAX_ARTICLES", "value": "7", "origin": "environment", "problem": None,
    } in shown["settings"]  # fmt: skip
    assert shown["unread"] == [
        {"name": "ARTICLE_BOT_MAX_BITES", "nearest": "ARTICLE_BOT_MAX_BYTES"}
    ]


def test_what_is_wrong_stands_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_RETENTION_DAYS", "0")
    monkeypatch.setenv("ARTICLE_BOT_MAX_BITES", "7")
    done = run("config")
    assert done.exit_code == 1
    assert "ARTICLE_BOT_RETENTION_DAYS can't be used: Input should be greater" in done.stdout
    assert (
        "ARTICLE_BOT_MAX_BITES is read by nothing. Is ARTICLE_BOT_MAX_BYTES meant?" in done.stdout
    )


def test_a_value_moves_no_cursor_and_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_READER", "[red]a\x1b[2Jb")
    shown = run("config").stdout
    assert "\x1b" not in shown
    assert "[red]a" in shown
