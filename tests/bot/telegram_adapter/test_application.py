"""Start, menu, expiry, heartbeat, and the command in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.telegram_adapter import application
from bot.telegram_adapter.application import Service
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BadGateway, BotApiServer
from index.keeping.library import Library
from index.keeping.store import Store
from tests.bot.telegram_adapter.running import ANN, TOKEN, running, serving, settings
from tests.conftest import nothing_to_fetch


def test_what_nobody_used_is_expired_at_start_and_then_gone_from_memory(
    server: BotApiServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_adapter.application.EXPIRY_INTERVAL", 0.05)
    old, later = threading.Event(), threading.Event()
    forgotten: list[int] = []

    def expire() -> int:
        if not old.is_set():
            return 0
        if forgotten:
            later.set()  # What follows the first time is done by now.
            return 0
        library.collection(f"telegram:{ANN}").forget()
        forgotten.append(ANN)
        return 1

    def new(chat: str) -> Dialogue:
        return Dialogue(library.collection(chat), nothing_to_fetch)

    store = Store("sqlite://")
    service = Service(server.token, settings(server), store, new, expire, store.move)
    with serving(server, service):
        server.say(ANN, "The old cat sleeps on the stove. " * 20)
        assert "20 sentences" in server.wait_for_messages(ANN, 1)[0].text
        old.set()
        assert later.wait(10)
        server.say(ANN, "/article")
        assert "North Korea Weapons" in server.wait_for_messages(ANN, 2)[-1].text


@pytest.mark.parametrize("method", ["sendChatAction", "answerCallbackQuery", "getUpdates"])
def test_other_calls_may_fail(bot: BotApiServer, method: str) -> None:
    bot.say(ANN, "Who released the photos?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    bot.fail_next(method, BadGateway())
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["More"])
    assert "Further passages" in bot.wait_for_messages(ANN, 2)[1].html


def test_it_waits_for_telegram_and_says_so(
    server: BotApiServer,
    new_dialogue: NewDialogue,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram_adapter.application._CONNECT_PAUSE", 0.1)
    server.fail_next("getMe", BadGateway(), times=4)
    with caplog.at_level("INFO"), running(server, new_dialogue):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    told = [r.getMessage() for r in caplog.records if r.name.startswith("bot.")]
    assert [line.startswith("Telegram can't be reached") for line in told[:5]] == [True] * 4 + [
        False
    ]
    assert told[4] == "@article_test_bot answers. Chats: 0, articles: 0."


def test_it_ends_while_telegram_is_away(server: BotApiServer, new_dialogue: NewDialogue) -> None:
    server.fail_next("getMe", BadGateway(), times=1000)

    async def begin_and_stop() -> None:
        stop = asyncio.Event()
        store = Store("sqlite://")
        service = Service(
            server.token, settings(server), store, new_dialogue, lambda: 0, store.move
        )
        running = asyncio.create_task(service.run(stop))
        await asyncio.sleep(0.5)
        stop.set()
        await running

    asyncio.run(begin_and_stop())


def test_all_steps_of_the_end_together_take_less_than_five_seconds() -> None:
    assert application._GRACE + 3 * application._STEP_OF_END < 5


def test_the_heartbeat_follows_the_poll(
    server: BotApiServer, new_dialogue: NewDialogue, tmp_path: Path
) -> None:
    heartbeat = tmp_path / "heartbeat"
    with running(server, new_dialogue, ARTICLE_BOT_HEARTBEAT_FILE=str(heartbeat)):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        assert heartbeat.exists()


def start_command(server: BotApiServer, token: str = TOKEN) -> subprocess.Popen[str]:
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_BASE_URL": server.base_url,
        "TELEGRAM_BASE_FILE_URL": server.base_file_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "telegram"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_answers_and_ends_on_sigterm(server: BotApiServer) -> None:
    with start_command(server) as process:
        server.wait_for_calls("deleteWebhook", timeout=120)
        server.say(ANN, "Which missile is liquid-fueled?")
        (answer,) = server.wait_for_messages(ANN, 1, timeout=60)
        assert "They were accompanied by the Hwasong-17, a liquid-fueled ICBM." in answer.text
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert TOKEN not in log
    assert "Traceback" not in log


def test_the_command_ends_on_sigterm_while_it_still_starts(server: BotApiServer) -> None:
    with start_command(server) as process:
        time.sleep(2)  # the interpreter is up, the model is not
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_a_refused_token_gets_one_clear_line(server: BotApiServer) -> None:
    wrong = "654321:WRONG-token-of-the-tests-0123456789abc"
    with start_command(server, wrong) as process:
        _, log = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Error: Telegram refuses the token." in log
    assert wrong not in log
    assert "Traceback" not in log
