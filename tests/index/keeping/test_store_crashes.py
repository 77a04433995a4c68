"""Killed at any moment, the store has done all that it acknowledged, and no half of a deed."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from index.keeping.store import FILE, Store

pytestmark = pytest.mark.slow

KILLS = 100
CHATS = ("ann", "ben")

# Starts a worker for every line that it reads. A worker says what it is about to do and what it
# has done, a line each. Which deeds come follows from the line. Everything is imported once, so
# that a hundred workers take seconds.
STARTER = """
import os, random, sys
from pathlib import Path
import numpy as np
from index.keeping.store import Asked, Store
from index.types import Article, Sentence

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def work(seed):
    store, chance = Store.in_folder(Path(sys.argv[1])), random.Random(seed)
    store.articles("ann")
    say("ready", os.getpid())
    while True:
        chat = chance.choice(["ann", "ben"])
        deed = chance.choice(["add", "add", "add", "switch", "ask", "remove", "forget"])
        about = f"{deed}{chance.random()}" if deed == "ask" else str(chance.randrange(8))
        say("begin", chat, deed, about)
        if deed == "add":
            text = f"The ship {about} came in. " * 300
            sentences = [Sentence(number, 1, 0, len(text), text) for number in range(1, 31)]
            vectors = np.full((30, 64), int(about), dtype=np.float32)
            store.add(chat, Article(about, about, text, ((0, len(text)),)), sentences, vectors, "m")
        elif deed == "switch":
            store.set_current(chat, about)
        elif deed == "ask":
            store.remember(chat, Asked("article", about))
        elif deed == "remove":
            store.remove(chat, about)
        else:
            store.forget(chat)
        say("done")

for seed in sys.stdin:
    if not (child := os.fork()):
        work(seed)
    os.waitpid(child, 0)
    say("dead")
"""


@dataclass(frozen=True)
class Chat:
    """What the store is to have of a chat."""

    articles: tuple[str, ...] = ()
    current: str | None = None
    asked: str | None = None

    def after(self, deed: str, about: str) -> "Chat":
        if deed == "forget":
            return Chat()
        if deed == "ask":
            return replace(self, asked=about)
        if deed == "add":
            there = about in self.articles
            return Chat(self.articles if there else (*self.articles, about), about)
        if deed == "switch":
            return replace(self, current=about, asked=None) if about in self.articles else self
        left = tuple(article for article in self.articles if article != about)
        if self.current == about:
            return Chat(left, left[-1] if left else None)
        return replace(self, articles=left)


@pytest.fixture
def starter(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="no fork and no SIGKILL")
def test_killed_at_a_hundred_moments_nothing_acknowledged_is_lost(
    starter: subprocess.Popen[str], tmp_path: Path
) -> None:
    chance, state, done = random.Random(0), {chat: Chat() for chat in CHATS}, 0
    for kill in range(KILLS):
        said = work_until_killed(starter, kill, pause=chance.uniform(0, 0.1))
        under_way: list[str] = []
        for line in said:
            if line[0] == "begin":
                under_way = line[1:]
            else:
                chat, deed, about = under_way
                state[chat], under_way, done = state[chat].after(deed, about), [], done + 1
        found = look(tmp_path)
        if under_way and found != state:  # then it was done, but not yet acknowledged
            chat, deed, about = under_way
            state[chat] = state[chat].after(deed, about)
        assert found == state, f"after kill {kill} amid {under_way}"
    assert done > KILLS


def work_until_killed(starter: subprocess.Popen[str], seed: int, pause: float) -> list[list[str]]:
    """What the worker said, a list of words a line."""
    assert starter.stdin is not None
    assert starter.stdout is not None
    starter.stdin.write(f"{seed}\n")
    starter.stdin.flush()
    ready, worker = starter.stdout.readline().split()
    assert ready == "ready"
    time.sleep(pause)
    os.kill(int(worker), signal.SIGKILL)
    lines = iter(starter.stdout.readline, "dead\n")
    return [line.split() for line in lines]


def look(folder: Path) -> dict[str, Chat]:
    """What a sound database has."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    store = Store.in_folder(folder)
    found = {chat: chat_of(store, chat) for chat in CHATS}
    store.close()
    return found


def chat_of(store: Store, chat: str) -> Chat:
    articles = tuple(kept.id for kept in store.articles(chat))
    for article_id in articles:
        stored = store.load(chat, article_id, "m")
        assert stored is not None
        assert stored.vectors is not None
        assert stored.vectors.shape == (30, 64)
        assert (stored.vectors == int(article_id)).all()
        assert stored.article.text == f"The ship {article_id} came in. " * 300
    return Chat(articles, store.current(chat), store.last_question(chat))
