"""Killed at any moment, the store loses nothing that it has acknowledged."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from index.storage import FILE, Store

KILLS = 100

# Forks a child for every number that it reads, which says what it has done, a line a deed, after
# it was done; says when the child was killed.
WORKER = """
import os, random, sys
from pathlib import Path
import numpy as np
from index.loading.text import load_text
from index.sentences import split_sentences
from index.storage import Store

Store("sqlite://").articles("ann")  # everything is imported before the first fork
texts = [f"The ship number {number} came in. " * 30 for number in range(12)]
articles = [load_text(text, language="en") for text in texts]
ships = [(article, split_sentences(article)) for article in articles]
vectors = [np.ones((30, 64), dtype=np.float32)] * 3


def work(seed):
    store, chance = Store.in_folder(Path(sys.argv[1])), random.Random(seed)
    store.articles("ann")
    print("ready", flush=True)
    while True:
        article, sentences = chance.choice(ships)
        deed = chance.choice(["add", "add", "remove", "current", "asked"])
        print("about to", deed, article.id, flush=True)
        if deed == "add":
            store.add("ann", article, sentences, vectors, "model")
        elif deed == "remove":
            store.remove("ann", article.id)
        elif deed == "current":
            store.set_current("ann", article.id)
        else:
            store.set_last_question("ann", f"What of {article.id}?")
        print("did", deed, article.id, flush=True)


for seed in sys.stdin:
    child = os.fork()
    if child == 0:
        work(seed)
    print("child", child, flush=True)
    os.waitpid(child, 0)
    print("\\nkilled", flush=True)
"""


def test_killed_at_a_hundred_moments_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    chance = random.Random(0)
    present: set[str] = set()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, tmp_path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with worker:
        for kill in range(KILLS):
            maybe = work_until_killed(worker, kill, present, pause=chance.uniform(0, 0.05))
            with sqlite3.connect(tmp_path / FILE) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            connection.close()
            found = articles_in(tmp_path)
            assert found - maybe == present - maybe
            present = found
    assert worker.returncode == 0


def articles_in(folder: Path) -> set[str]:
    """Those of the chat, each of which can be loaded whole."""
    store = Store.in_folder(folder)
    found = {kept.id for kept in store.articles("ann")}
    for article_id in found:
        stored = store.load("ann", article_id, "model")
        assert stored is not None
        assert stored.vectors is not None
        assert len(stored.sentences) == 30
    store.close()
    return found


def work_until_killed(
    worker: "subprocess.Popen[str]", seed: int, present: set[str], pause: float
) -> set[str]:
    """Keep `present` as acknowledged; returns what the last deed, cut short, was about."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{seed}\n")
    worker.stdin.flush()
    begun = [worker.stdout.readline(), worker.stdout.readline()]
    child = next(int(line.split()[1]) for line in begun if line.startswith("child"))
    assert "ready\n" in begun
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    under_way: set[str] = set()
    for line in iter(worker.stdout.readline, "killed\n"):
        words = line.split()
        if words[:1] == ["about"] and len(words) == 4:
            under_way = {words[-1]}
        elif words[:1] == ["did"]:
            under_way = set()
            if words[1] == "add":
                present.add(words[-1])
            elif words[1] == "remove":
                present.discard(words[-1])
    return under_way
