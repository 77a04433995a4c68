"""What is removed or forgotten leaves no word in the files."""

import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits long for another program."""
    monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
    monkeypatch.setattr("index.keeping.erasing._FIRST_PAUSE", 0.05)


@contextlib.contextmanager
def another_program_reading(folder: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        yield
        other.execute("ROLLBACK")


DELETIONS: list[Callable[[Store], object]] = [
    lambda store: store.forget("ann"),
    lambda store: store.remove("ann", LIGHTHOUSE.id),
    lambda store: store.expire(time.time() + 60),
]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("delete", DELETIONS)
def test_what_another_program_holds_is_erased_as_soon_as_it_ends(
    kept: Store, tmp_path: Path, delete: Callable[[Store], object]
) -> None:
    with another_program_reading(tmp_path):
        delete(kept)
        assert LIGHTHOUSE.id not in [each.id for each in kept.articles("ann")]
        assert kept.has_traces
        assert words_in(tmp_path, "whale") == ["whale"]
    until(lambda: not kept.has_traces)
    assert words_in(tmp_path, "whale") == []


@pytest.mark.usefixtures("hurried")
def test_deleting_again_does_not_say_that_all_is_erased(kept: Store, tmp_path: Path) -> None:
    with another_program_reading(tmp_path):
        for _ in range(2):
            kept.forget("ann")
            assert kept.has_traces
    until(lambda: not kept.has_traces)


@pytest.mark.usefixtures("hurried")
def test_what_a_process_could_not_erase_is_erased_by_the_next(kept: Store, tmp_path: Path) -> None:
    with contextlib.ExitStack() as reading:
        reading.enter_context(another_program_reading(tmp_path))
        kept.forget("ann")
        kept.close()
        next_one = Store.in_folder(tmp_path)
        assert next_one.articles("ann") == ()
        assert next_one.has_traces
        reading.close()
        until(lambda: not next_one.has_traces)
        assert words_in(tmp_path, "whale") == []
        next_one.close()


@pytest.mark.usefixtures("hurried")
def test_a_closed_store_tries_no_more(kept: Store, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with another_program_reading(tmp_path):
        kept.forget("ann")
        assert set(threading.enumerate()) - before
        kept.close()
        assert not set(threading.enumerate()) - before


def test_the_file_shrinks_when_something_is_deleted(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    for number in range(10):
        keep(store, "ann", load_text(f"Ship {number} came in, and left. " * 2000))
    keep(store, "ben", HARBOUR)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    store.forget("ann")
    assert (tmp_path / FILE).stat().st_size < size / 4
    assert loaded(store, "ben", HARBOUR).article == HARBOUR
    store.close()


def test_in_every_database_all_is_erased_at_once_if_nobody_reads(any_store: Store) -> None:
    keep(any_store, "ann", HARBOUR)
    for delete in DELETIONS:
        delete(any_store)
        assert not any_store.has_traces


def until(done: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    for _ in range(1000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it was never done")


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
