"""Many chats asking at once through the Bot API test server, beside a bare echo bot."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.telegram_server import BotApiServer
from tests.benchmarks.speed import texts
from tests.benchmarks.speed.answers import PROGRAM, Told
from tests.benchmarks.speed.table import Row

CHATS = 50
ROUNDS = 20
"""Questions of a chat: a thousand in all."""

TIMED = 4
"""Rounds after which throughput is told: the memory is told after all of them."""

MOST_MEMORY = 300
"""MB."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """`at_rest` and `after`: MB of resident memory; `cpu`: seconds of all cores a message."""

    throughput: float
    p95: float
    cpu: float
    at_rest: float
    halfway: float
    after: float


def rows(told: Told, model_cpu: float) -> list[Row]:
    """`model_cpu`: seconds of all cores that a question costs without Telegram."""
    told("50 chats and an echo bot")
    echo = _measure([sys.executable, str(Path(__file__).with_name("echo.py"))])
    told("50 chats and this program")
    ours = _measure([PROGRAM, "telegram"])
    allowed = echo.cpu + model_cpu
    grown = ours.after <= 1.05 * ours.halfway
    return [
        Row(
            f"{CHATS} chats at once, messages per second",
            f"{ours.throughput:.0f}", f"{echo.throughput:.0f} echo bot",
            ours.throughput / echo.throughput, "", None,
        ),
        Row(
            "their 95th percentile",
            f"{ours.p95:.2f} s", f"{echo.p95:.2f} s echo bot", ours.p95 / echo.p95, "", None,
        ),
        Row(
            "their CPU time a message",
            f"{ours.cpu * 1000:.1f} ms", f"{allowed * 1000:.1f} ms echo bot and models",
            ours.cpu / allowed, "at most 1", ours.cpu <= allowed,
        ),
        Row(
            "memory of `telegram` at rest",
            f"{ours.at_rest:.0f} MB", f"{echo.at_rest:.0f} MB echo bot",
            ours.at_rest / echo.at_rest, f"at most {MOST_MEMORY} MB", ours.at_rest <= MOST_MEMORY,
        ),
        Row(
            f"after {CHATS * ROUNDS} questions",
            f"{ours.after:.0f} MB", f"{ours.halfway:.0f} MB after half of them",
            ours.after / ours.halfway, f"at most {MOST_MEMORY} MB, and the same",
            ours.after <= MOST_MEMORY and grown,
        ),
    ]  # fmt: skip


def _measure(command: list[str]) -> Measured:
    asked = texts.questions(CHATS * ROUNDS)
    with started(command) as (server, pid):
        at_rest = _memory(pid)
        cpu, began, latencies = _cpu(pid), time.perf_counter(), []
        for turn in range(ROUNDS):
            said = asked[turn * CHATS : (turn + 1) * CHATS]
            latencies += _round(server, turn, said)
            if turn + 1 == TIMED:
                seconds = time.perf_counter() - began
                cpu = (_cpu(pid) - cpu) / (CHATS * TIMED)
                timed = latencies
            if turn + 1 == ROUNDS // 2:
                halfway = _memory(pid)
        after = _memory(pid)
    p95 = float(np.quantile(timed, 0.95))
    return Measured(CHATS * TIMED / seconds, p95, cpu, at_rest, halfway, after)


@contextmanager
def started(command: list[str]) -> Iterator[tuple[BotApiServer, int]]:
    """A bot in a process of its own, at a test server; with the process's ID."""
    with BotApiServer() as server, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "ARTICLE_BOT_DATA_DIR": folder,
            "ARTICLE_BOT_QUESTIONS_PER_MINUTE": "100000",  # One chat stands for many people.
            "TELEGRAM_BOT_TOKEN": server.token,
            "TELEGRAM_BASE_URL": server.base_url,
            "TELEGRAM_BASE_FILE_URL": server.base_file_url,
        }
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                server.wait_for_calls("getUpdates", timeout=300)
                time.sleep(2)
                yield server, process.pid
            finally:
                process.terminate()


def _round(server: BotApiServer, turn: int, said: list[str]) -> list[float]:
    """Every chat asks once, all at the same time; the seconds that each waits for its answer."""

    def ask(chat: int, question: str) -> float:
        began = time.perf_counter()
        server.say(chat, question)
        server.wait_for_messages(chat, turn + 1, timeout=300)
        return time.perf_counter() - began

    with ThreadPoolExecutor(CHATS) as pool:
        return list(pool.map(ask, range(1, CHATS + 1), said))


def _memory(process: int) -> float:
    """MB of resident memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu(process: int) -> float:
    """Seconds of all threads so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
