"""What is kept, in all states that a database can be in."""

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest

from bot import composition
from bot.doctor import kept
from bot.doctor.finding import Finding, State, ok
from bot.settings import Settings
from index.keeping.store import FILE, Store
from tests.index.keeping.samples import HARBOUR, LIGHTHOUSE
from tests.index.keeping.stored import keep
from tests.index.keeping.test_schema import VERSION_1


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = composition.open_store(settings)
    keep(store, "ann", HARBOUR)
    yield store
    store.close()


def change(settings: Settings, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(settings.data_folder / FILE)) as connection:
        connection.executescript(sql)


def test_nothing_is_kept_and_nothing_is_made(settings: Settings) -> None:
    assert kept.store(settings) == ok("nothing is kept yet")
    assert not (settings.data_folder / FILE).exists()


def test_what_is_kept_is_counted(settings: Settings, store: Store) -> None:
    assert kept.store(settings) == ok("chats: 1, articles: 1")


def test_damaged_articles(settings: Settings, store: Store) -> None:
    keep(store, "ben", LIGHTHOUSE)
    change(settings, "UPDATE articles SET text = substr(text, 5) WHERE chat = 'ben'")
    found = kept.store(settings)
    assert found.state is State.PROBLEM
    assert found.found.startswith("chats: 2, articles: 2, of which 1 can't be read any more")


def test_vectors_that_are_made_anew_are_no_problem(settings: Settings, store: Store) -> None:
    change(settings, "UPDATE sentence_vectors SET data = x'00'")
    found = kept.store(settings)
    assert (found.state, "the vectors of 1 are made anew" in found.found) == (State.OK, True)


def test_another_version(settings: Settings) -> None:
    composition.data_folder(settings)
    change(settings, VERSION_1)
    assert kept.store(settings).state is State.NOTE
    change(settings, "UPDATE schema SET version = 99")
    assert kept.store(settings).advice == "Update this one."


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"x" * 5000])
def test_no_database(settings: Settings, content: bytes) -> None:
    (composition.data_folder(settings) / FILE).write_bytes(content)
    found = kept.store(settings)
    assert (found.state, "Move it away" in found.found) == (State.PROBLEM, True)


def test_a_damaged_database(settings: Settings, store: Store) -> None:
    store.close()
    file = settings.data_folder / FILE
    content = bytearray(file.read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    file.write_bytes(content)
    found: Finding = kept.store(settings)
    assert (found.state, "damaged" in found.found) == (State.PROBLEM, True)
