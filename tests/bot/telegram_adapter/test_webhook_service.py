"""The whole bot with a webhook, at the test server."""

import asyncio
import socket
import time
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.settings import SettingsError
from bot.telegram_adapter import webhook as webhook_module
from bot.telegram_adapter.application import ALLOWED_UPDATES, Service
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_adapter.webhook_address import WebhookAddress
from bot.telegram_server import BadGateway, BotApiServer, Refused
from index.keeping.library import Library
from index.keeping.store import Store
from tests.bot.dialogue.chats import WHO
from tests.bot.telegram_adapter.running import ANN, BEN, free_port, running, settings
from tests.conftest import nothing_to_fetch


@pytest.fixture
def address() -> WebhookAddress:
    port = free_port()
    return WebhookAddress(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port)


def test_questions_come_and_answers_go(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress
) -> None:
    with running(server, new_dialogue, webhook=address):
        for chat in (ANN, BEN):
            server.say(chat, WHO)
        for chat in (ANN, BEN):
            (answer,) = server.wait_for_messages(chat, 1)
            assert "Sentence 2" in answer.text
        server.press(ANN, server.sent_messages(ANN)[0].message_id, answer.buttons[0][1][1])
        assert "Further passages" in server.wait_for_messages(ANN, 2)[1].text
    [told] = server.wait_for_calls("setWebhook")
    assert told.params["url"] == address.url
    assert list(told.params["allowed_updates"]) == list(ALLOWED_UPDATES)
    assert len(told.params["secret_token"]) >= 32
    assert not {"getUpdates", "deleteWebhook"} & {call.method for call in server.calls}
    assert server.refusals == []


def test_what_comes_while_it_is_away_is_answered_after_the_restart(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress
) -> None:
    with running(server, new_dialogue, webhook=address):
        server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
    server.say(ANN, "/article")
    with running(server, new_dialogue, webhook=address):
        assert "You are asking" in server.wait_for_messages(ANN, 2)[1].text
    first, second = server.wait_for_calls("setWebhook", 2)
    assert first.params["secret_token"] == second.params["secret_token"]


class Slow(Dialogue):
    """Needs longer than the end may take."""

    def say(self, text: str, *_: object, **__: object) -> object:  # type: ignore[override]
        time.sleep(4)
        return super().say(text)


def test_what_is_acknowledged_and_not_answered_is_answered_after_the_restart(
    server: BotApiServer, library: Library, new_dialogue: NewDialogue, address: WebhookAddress
) -> None:
    store = Store("sqlite://")
    with running(
        server, lambda chat: Slow(library.collection(chat), nothing_to_fetch), store,
        webhook=address,
    ):  # fmt: skip
        server.say(ANN, WHO)
        while not store.inbox.waiting():
            time.sleep(0.01)
    assert server.sent_messages(ANN) == []
    with running(server, new_dialogue, store, webhook=address):
        assert "Sentence 2" in server.wait_for_messages(ANN, 1)[0].text


def test_from_webhook_to_polling_and_back_nothing_is_lost(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress
) -> None:
    with running(server, new_dialogue, webhook=address):
        pass
    server.say(ANN, WHO)
    with running(server, new_dialogue):
        server.wait_for_messages(ANN, 1)
    server.say(ANN, WHO)
    with running(server, new_dialogue, webhook=address):
        server.wait_for_messages(ANN, 2)
    assert len(server.sent_messages(ANN)) == 2


def test_the_heart_beats_though_nobody_writes(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(webhook_module, "LOOK_INTERVAL", 0.05)
    heartbeat = tmp_path / "heartbeat"
    with running(server, new_dialogue, webhook=address, ARTICLE_BOT_HEARTBEAT_FILE=str(heartbeat)):
        server.wait_for_calls("getWebhookInfo", 2)
        first = heartbeat.stat().st_mtime_ns
        server.fail_next("getWebhookInfo", BadGateway())
        server.wait_for_calls("getWebhookInfo", 6)
        assert heartbeat.stat().st_mtime_ns > first


def test_the_heart_stops_where_another_program_takes_the_updates(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(webhook_module, "LOOK_INTERVAL", 0.05)
    heartbeat = tmp_path / "heartbeat"
    with running(server, new_dialogue, webhook=address, ARTICLE_BOT_HEARTBEAT_FILE=str(heartbeat)):
        server.wait_for_calls("getWebhookInfo")
        with running(server, new_dialogue):
            seen = len(server.wait_for_calls("getWebhookInfo"))
            server.wait_for_calls("getWebhookInfo", seen + 2)
            stopped = heartbeat.stat().st_mtime_ns
            server.wait_for_calls("getWebhookInfo", seen + 6)
            assert heartbeat.stat().st_mtime_ns == stopped
    assert "another program took its updates" in caplog.text


def test_what_telegram_can_not_deliver_is_logged(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(webhook_module, "LOOK_INTERVAL", 0.05)
    with socket.socket() as nowhere:  # Bound, and nobody listens.
        nowhere.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nowhere.getsockname()[1]}/hook"
        address = WebhookAddress(url, "127.0.0.1", free_port())
        with running(server, new_dialogue, webhook=address):
            server.say(ANN, WHO)
            while "Telegram could not deliver an update: Connection refused" not in caplog.text:
                time.sleep(0.01)
    assert caplog.text.count("could not deliver") < 20


def test_telegram_away_at_the_start_is_waited_for(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("bot.telegram_adapter.application._CONNECT_PAUSE", 0.05)
    server.fail_next("setWebhook", BadGateway(), times=5)
    with running(server, new_dialogue, webhook=address):
        server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)


def test_an_address_that_telegram_refuses_is_told(
    server: BotApiServer, new_dialogue: NewDialogue, address: WebhookAddress
) -> None:
    server.fail_next("setWebhook", Refused("bad webhook: Failed to resolve host"))
    store = Store("sqlite://")
    service = Service(
        server.token, settings(server), store, new_dialogue, lambda: 0, store.move, address
    )
    with pytest.raises(SettingsError, match=r"refuses the webhook: .*resolve host"):
        asyncio.run(service.run(asyncio.Event()))
