"""What is removed or forgotten leaves no word in the files."""

import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.errors import StorageError
from index.keeping.store import FILE, Asked, Store
from index.loading import load_text
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded, vectors, words_in

OF_ANN = ("whale", "Marrow", "Who burned what")


def test_forgetting_leaves_no_word_in_the_files(kept: Store, tmp_path: Path) -> None:
    kept.remember("ann", Asked("article", "Who burned what?"))
    assert words_in(tmp_path, *OF_ANN) == list(OF_ANN)
    kept.forget("ann")
    assert words_in(tmp_path, *OF_ANN) == []
    assert kept.articles("ann") == ()
    assert (kept.current("ann"), kept.last_question("ann")) == (None, None)
    assert loaded(kept, "ben", HARBOUR).article == HARBOUR


def test_the_last_copy_of_an_article_is_gone_with_its_address(kept: Store, tmp_path: Path) -> None:
    everything = ("harbour", "Lund", "example.org", "Ada Moor", HARBOUR.id)
    kept.forget("ann")
    assert words_in(tmp_path, *everything) == list(everything)
    kept.forget("ben")
    assert words_in(tmp_path, *everything) == []


def test_removing_an_article_leaves_no_word_of_it(kept: Store, tmp_path: Path) -> None:
    kept.remove("ann", LIGHTHOUSE.id)
    assert words_in(tmp_path, "whale", "Marrow") == []
    assert [each.id for each in kept.articles("ann")] == [HARBOUR.id]
    assert kept.current("ann") == HARBOUR.id


def test_vectors_go_with_their_article(kept: Store, tmp_path: Path) -> None:
    blob = vectors(LIGHTHOUSE).tobytes()
    content = (tmp_path / FILE).read_bytes() + (tmp_path / f"{FILE}-wal").read_bytes()
    assert blob in content
    kept.forget("ann")
    content = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert blob not in content


def test_what_nobody_used_for_too_long_is_forgotten(kept: Store, tmp_path: Path) -> None:
    before = time.time()
    kept.remember("ben", Asked("article", "Who?"))
    assert kept.expire(before) == 1
    assert kept.articles("ann") == ()
    assert words_in(tmp_path, "whale") == []
    assert len(kept.articles("ben")) == 1
    assert kept.expire(before) == 0


def test_words_are_gone_when_a_killed_program_could_not_wipe_them(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert words_in(tmp_path, "Ada Moor") == ["Ada Moor"]  # in the log
    store = Store.in_folder(tmp_path)
    assert store.articles("ann") == ()
    assert words_in(tmp_path, "Ada Moor") == []
    store.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from index.keeping.store import Store
from tests.index.keeping.stored import HARBOUR, keep
store = Store.in_folder(Path(sys.argv[1]))
keep(store, "ann", HARBOUR)
store._database.erase_deleted = lambda: os.kill(os.getpid(), signal.SIGKILL)
store.forget("ann")
"""


def test_forgetting_says_so_while_another_program_holds_the_words(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.keeping.sqlite._BUSY_SECONDS", 0.1)
    impatient = Store.in_folder(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        with pytest.raises(StorageError, match="Try again"):
            impatient.forget("ann")
    assert words_in(tmp_path, "whale") == ["whale"]
    impatient.forget("ann")
    assert words_in(tmp_path, "whale") == []
    impatient.close()


def test_what_is_written_and_removed_in_any_order_leaves_nothing(tmp_path: Path) -> None:
    """Short and long texts, so that rows move between the pages of the file."""
    chance, store, there, gone = random.Random(0), Store.in_folder(tmp_path), [], []
    for number in range(150):
        secret = f"secret{number:03}."
        article = load_text(f"The {secret} " * chance.choice([1, 9, 99, 999]))
        keep(store, secret, article)
        store.remember(secret, Asked("article", f"What is {secret} " * chance.choice([1, 9, 40])))
        there.append(secret)
        if chance.random() < 0.6:
            gone.append(there.pop(chance.randrange(len(there))))
            store.forget(gone[-1])
    assert words_in(tmp_path, *gone) == []
    assert words_in(tmp_path, *there) == there
    store.close()
