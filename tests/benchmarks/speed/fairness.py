"""What is quick beside what is slow: commands within Telegram's limits, questions beside a load.

python -m tests.benchmarks.speed.fairness
"""

import sys
import time
from pathlib import Path

import numpy as np
from rich.console import Console

from bot.telegram_server import BotApiServer
from index.loading.limits import MAX_CHARACTERS
from tests.benchmarks.speed import texts
from tests.benchmarks.speed.answers import PROGRAM, Told
from tests.benchmarks.speed.chats import started
from tests.benchmarks.speed.table import Row, shown

CHATS = 60
COMMANDS_OF_A_CHAT = 5

QUESTIONS = 60
"""Asked before the load, and at most twice as many beside it."""

LEAST_OF_ECHO = 0.9
MOST_BESIDE_A_LOAD = 2.0


def rows(told: Told) -> list[Row]:
    told("commands, within Telegram's limits")
    echo = _commands([sys.executable, str(Path(__file__).with_name("echo.py")), "limited"])
    ours = _commands([PROGRAM, "telegram"])
    told("questions while another chat loads the largest article")
    alone, beside, loaded = _beside_a_load()
    return [
        Row(
            "commands a second, within Telegram's limits",
            f"{ours:.1f}", f"{echo:.1f} echo bot with the same limits",
            ours / echo, f"at least {LEAST_OF_ECHO}", ours >= LEAST_OF_ECHO * echo,
        ),
        Row(
            "95th percentile of questions beside the largest load",
            f"{beside:.2f} s", f"{alone:.2f} s without it{'' if loaded else ' (it goes on)'}",
            beside / alone, f"at most {MOST_BESIDE_A_LOAD}", beside <= MOST_BESIDE_A_LOAD * alone,
        ),
    ]  # fmt: skip


def _commands(command: list[str]) -> float:
    """Answers a second, when many chats send commands at once."""
    with started(command) as (server, _):
        began = time.perf_counter()
        for _turn in range(COMMANDS_OF_A_CHAT):
            for chat in range(1, CHATS + 1):
                server.say(chat, "/help")
        for chat in range(1, CHATS + 1):
            server.wait_for_messages(chat, COMMANDS_OF_A_CHAT, timeout=300)
        return CHATS * COMMANDS_OF_A_CHAT / (time.perf_counter() - began)


def _beside_a_load() -> tuple[float, float, bool]:
    """The 95th percentile of a question's seconds before a load and beside it, and whether the load
    was done before the questions were."""
    asked = texts.questions(3 * QUESTIONS)
    text = texts.article(9000)[: MAX_CHARACTERS - 1000]
    asking, loading = 1, 2
    with started([PROGRAM, "telegram"]) as (server, _):
        before = [_ask(server, asking, number, asked) for number in range(QUESTIONS)]
        server.send_document(loading, "novel.txt", text.encode())
        time.sleep(1)
        beside = []
        for number in range(QUESTIONS, 3 * QUESTIONS):
            beside.append(_ask(server, asking, number, asked))
            if done := any("I have read" in m.text for m in server.sent_messages(loading)):
                break
    return float(np.quantile(before[5:], 0.95)), float(np.quantile(beside, 0.95)), done


def _ask(server: BotApiServer, chat: int, number: int, asked: list[str]) -> float:
    began = time.perf_counter()
    server.say(chat, asked[number])
    server.wait_for_messages(chat, number + 1, timeout=300)
    return time.perf_counter() - began


if __name__ == "__main__":
    console = Console(stderr=True)
    Console().print(shown(rows(lambda what: console.print(f"Measuring {what} ..."))))
