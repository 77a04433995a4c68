"""Processes behind one webhook are killed, and their database is: nothing is lost or said twice."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.balancing import balancing
from tests.bot.telegram_adapter.running import TOKEN, free_port
from tests.conftest import postgres_server

ASKED = [
    "Who slowly released the photos?",
    "Where did the missiles slowly land?",
    "hello",
    "/privacy",
]

StartProcesses = Callable[[str, int], list[subprocess.Popen[bytes]]]


@pytest.fixture
def start(server: BotApiServer) -> Iterator[StartProcesses]:
    """Starts so many processes at once with that database."""
    with ExitStack() as stack:

        def start(database: str, count: int) -> list[subprocess.Popen[bytes]]:
            ports = [free_port() for _ in range(count)]
            balancer = stack.enter_context(balancing(ports))
            hook = f"http://127.0.0.1:{balancer.server_port}/hook"
            program = sys.executable, "-m", "tests.bot.telegram_adapter.replica_process"
            addresses = database, server.base_url, server.base_file_url, hook
            processes = [
                subprocess.Popen([*program, *addresses, f"127.0.0.1:{port}"]) for port in ports
            ]
            for process in processes:
                stack.enter_context(process)
                stack.callback(process.kill)
            server.wait_for_calls("setWebhook", count, timeout=120)
            return processes

        yield start


def ask_everything(server: BotApiServer, chats: range, rounds: int) -> None:
    for text in ASKED * rounds:
        for chat in chats:
            server.say(chat, text)


def check_answers(server: BotApiServer, chats: range, rounds: int) -> None:
    """Every question has one answer, and they stand in order."""
    count = len(ASKED) * rounds
    for chat in chats:
        answers = [each.text for each in server.wait_for_messages(chat, count, timeout=120)]
        assert answers == answers[: len(ASKED)] * rounds
        assert len(set(answers)) == len(ASKED)
    server.say(999, "hello")
    server.wait_for_messages(999, 1)
    assert [len(server.sent_messages(chat)) for chat in chats] == [count] * len(chats)


def test_processes_are_killed_in_the_middle_of_answers(
    server: BotApiServer, start: StartProcesses, database: str
) -> None:
    first, second, _ = start(database, 3)
    chats = range(1001, 1009)
    ask_everything(server, chats, rounds=2)
    for killed, answered in ((first, 3), (second, 5)):
        server.wait_for_messages(chats[0], answered)
        os.kill(killed.pid, signal.SIGKILL)
    check_answers(server, chats, rounds=2)


@pytest.fixture
def own_postgres(postgres: str) -> Iterator[Any]:
    """A server that may be stopped: no other test has anything there."""
    with postgres_server() as server:
        yield server


def start_anew(postgres: Any) -> None:
    from pgserver._commands import pg_ctl

    words = ["-w", "-m", "fast", "-l", str(postgres.log), "restart"]
    pg_ctl(words, pgdata=postgres.pgdata, user=postgres.system_user)


def test_the_database_is_started_anew_in_the_middle_of_answers(
    server: BotApiServer, start: StartProcesses, own_postgres: Any
) -> None:
    start(own_postgres.get_uri(), 2)
    chats = range(1001, 1009)
    ask_everything(server, chats, rounds=2)
    server.wait_for_messages(chats[0], 3)
    start_anew(own_postgres)
    check_answers(server, chats, rounds=2)


def commands_of_the_docs() -> list[list[str]]:
    """Those by which docs/replicas.md starts two processes, each with a port that is free."""
    page = (Path(__file__).parents[3] / "docs/replicas.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(article-bot telegram .*) &$", page, re.MULTILINE)
    return [re.sub(r"(?<=127\.0\.0\.1:)\d+", str(free_port()), line).split() for line in lines]


@pytest.mark.slow
def test_the_processes_of_the_docs_are_one_bot(
    server: BotApiServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_BASE_URL", server.base_url)
    monkeypatch.setenv("ARTICLE_BOT_DATABASE", database)
    program = [sys.executable, "-c", "from bot.cli import main; main()"]
    commands = commands_of_the_docs()
    assert len(commands) == 2
    with ExitStack() as stack:
        ports = [int(command[-1].rpartition(":")[2]) for command in commands]
        balancer = stack.enter_context(balancing(ports))
        server.proxy_webhooks(f"http://127.0.0.1:{balancer.server_port}")
        processes = []
        for _, *arguments in commands:
            process = stack.enter_context(subprocess.Popen([*program, *arguments]))
            stack.callback(process.kill)
            processes.append(process)
        server.wait_for_calls("setWebhook", 2, timeout=300)
        chats = range(1001, 1007)
        for chat in chats:
            server.say(chat, "Which missile is liquid-fueled?")
        server.wait_for_messages(chats[0], 1)
        processes[0].kill()
        for chat in chats:
            server.say(chat, "Who released the photos?")
        for chat in chats:
            first, second = server.wait_for_messages(chat, 2)
            assert "Hwasong-17, a liquid-fueled ICBM." in first.text
            assert "KCNA" in second.text
        processes[1].send_signal(signal.SIGTERM)
        assert processes[1].wait(timeout=30) == 0
    assert len(balancer.taken) == 2
