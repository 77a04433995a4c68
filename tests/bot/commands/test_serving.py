"""`telegram` and `health`."""

import os
from pathlib import Path
from typing import Any

import pytest

from bot.rendering.plain_text import to_plain
from bot.telegram_adapter.webhook_address import WebhookAddress
from bot.telegram_server import BotApiServer, Refused
from tests.bot.commands.running import WHO, program, run
from tests.bot.observing.asking import told
from tests.bot.telegram_adapter.running import TOKEN, free_port


def test_health_looks_at_the_heartbeat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    monkeypatch.setenv("ARTICLE_BOT_HEARTBEAT_FILE", str(heartbeat))
    assert run("health").exit_code == 1
    heartbeat.touch()
    result = run("health")
    assert (result.exit_code, result.stdout) == (0, "alive\n")
    os.utime(heartbeat, (0, 0))
    assert run("health").exit_code == 1


@pytest.mark.parametrize("token", ["", " "])
def test_telegram_without_a_token_says_where_to_get_one(token: str) -> None:
    done = program("telegram", TELEGRAM_BOT_TOKEN=token)
    assert (done.returncode, done.stdout) == (1, "")
    [error] = done.stderr.splitlines()
    assert error.startswith("Error: No Telegram token.")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the bot would have been run with."""
    runs: list[Any] = []
    monkeypatch.setattr(
        "bot.telegram_adapter.application.run", lambda *arguments: runs.append(arguments)
    )
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:abc")
    return runs


@pytest.mark.usefixtures("fake")
def test_telegram_gets_the_token_and_a_dialogue_a_chat(
    monkeypatch: pytest.MonkeyPatch, runs: list[Any]
) -> None:
    secrets: list[str] = []
    monkeypatch.setattr("bot.logs.log_to_stderr", lambda secret, **_: secrets.append(secret))
    assert run("telegram").exit_code == 0
    [(token, settings, store, new_dialogue, expire, move, webhook, observed, drop)] = runs
    assert webhook is None
    assert set(observed.readiness.lacks()) == {"store", "telegram"}  # Those are the bot's own.
    assert (token, settings.token(), secrets) == ("123:abc", "123:abc", ["123:abc"])
    assert new_dialogue("ann").say(WHO).answers[0].answered
    new_dialogue("ann").say("The ferry is late. " * 40)
    assert "40 sentences" in to_plain(new_dialogue("ann").say("/article"))
    assert "13 sentences" in to_plain(new_dialogue("ben").say("/article"))
    expire()
    drop(lambda chat: chat == "ben")
    move("ann", "anna")
    assert len(store.articles("anna")) == 1


@pytest.mark.usefixtures("fake")
def test_the_side_port_answers_as_long_as_the_bot_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    port, answers = free_port(), []

    def answer(*_: object) -> None:
        answers.append(told(port, "/readyz"))
        answers.append(told(port, "/healthz"))

    monkeypatch.setattr("bot.telegram_adapter.application.run", answer)
    monkeypatch.setattr("bot.logs.log_to_stderr", lambda secret, **_: None)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:abc")
    monkeypatch.setenv("ARTICLE_BOT_SIDE_PORT", str(port))
    assert run("telegram").exit_code == 0
    lacks = "store: not there yet\ntelegram: not there yet\n"  # The models are there.
    assert answers == [(503, lacks), (200, "ok\n")]
    with pytest.raises(ConnectionRefusedError):
        told(port, "/healthz")


@pytest.mark.usefixtures("fake", "runs")
@pytest.mark.parametrize(
    ("variables", "how"),
    [
        ({}, {"password": "", "as_json": False, "with_text": False}),
        (
            {
                "LOG_FORMAT": "json",
                "LOG_TEXT": "true",
                "DATABASE": "postgresql://bot:s3cret@127.0.0.1:9/bot",
            },
            {"password": "s3cret", "as_json": True, "with_text": True},
        ),
    ],
)
def test_it_logs_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], how: dict[str, object]
) -> None:
    logged: list[dict[str, object]] = []
    monkeypatch.setattr("bot.logs.log_to_stderr", lambda secret, **how: logged.append(how))
    for name, value in variables.items():
        monkeypatch.setenv(f"ARTICLE_BOT_{name}", value)
    assert run("telegram").exit_code == 0
    assert logged == [how]


@pytest.mark.usefixtures("fake")
def test_a_webhook_is_listened_for_on_this_machine_alone_unless_told(
    monkeypatch: pytest.MonkeyPatch, runs: list[Any]
) -> None:
    monkeypatch.setattr("bot.logs.log_to_stderr", lambda secret, **_: None)
    hook = ["telegram", "--webhook", "https://bot.example/hook"]
    assert run(*hook).exit_code == 0
    assert run(*hook, "--listen", "0.0.0.0:80").exit_code == 0
    assert [webhook for *_, webhook, _, _ in runs] == [
        WebhookAddress("https://bot.example/hook", "127.0.0.1", 8443),
        WebhookAddress("https://bot.example/hook", "0.0.0.0", 80),
    ]


def test_what_is_no_address_of_a_webhook_is_told(runs: list[Any]) -> None:
    result = run("telegram", "--webhook", "bot.example")
    assert result.exit_code == 1
    assert "is no address such as https://bot.example/telegram" in result.stderr
    assert runs == []


@pytest.mark.usefixtures("fake", "logging_as_before")
def test_what_a_server_echoes_is_told_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with BotApiServer(token=TOKEN) as server:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_BASE_URL", server.base_url)
        server.fail_next("setWebhook", Refused(f"Bad Request: /bot{TOKEN}/setWebhook"))
        listen = f"127.0.0.1:{free_port()}"
        result = run("telegram", "--webhook", "https://bot.example/hook", "--listen", listen)
    assert result.exit_code == 1
    # python-telegram-bot writes it in small letters.
    assert "refuses the webhook: Bad request: /bot<token>/setwebhook." in result.stderr
    assert TOKEN.lower() not in result.output.lower()


@pytest.mark.usefixtures("fake", "logging_as_before")
def test_a_database_that_can_not_be_reached_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with BotApiServer(token=TOKEN) as server:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_BASE_URL", server.base_url)
        monkeypatch.setenv("ARTICLE_BOT_DATABASE", "postgresql://bot:s3cret@127.0.0.1:9/bot")
        result = run("telegram")
    assert result.exit_code == 1
    assert "The database bot at 127.0.0.1: its server can't be reached." in result.stderr
    assert "s3cret" not in result.output
