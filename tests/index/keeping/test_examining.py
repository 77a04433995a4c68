"""Looking at a database finds what is wrong, and changes nothing."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from index.errors import StorageError
from index.keeping.examining import Contents, Examination
from index.keeping.schema import MIGRATIONS
from index.keeping.store import FILE, Store
from index.text.sentences import split_sentences
from index.types import Article
from tests.index.keeping.stored import HARBOUR, keep, vectors
from tests.index.keeping.test_backups import quietly
from tests.index.keeping.test_schema import VERSION_1

NEWEST = 1 + len(MIGRATIONS)


@pytest.fixture
def sound(store: Store) -> Store:
    for chat in ("ann", "ben"):
        keep(store, chat, HARBOUR)
    return store


def change(folder: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as connection:
        connection.executescript(sql)


def test_a_sound_database_is_looked_at_while_it_is_used(sound: Store, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = Store.in_folder(tmp_path).examine(lambda *each: seen.append(each))
    assert found == Examination(NEWEST, True, Contents(2, 2, 0, 0))
    assert seen == [(1, 2), (2, 2)]
    keep(sound, "cat", HARBOUR)


def test_a_server_is_looked_at(postgres: str) -> None:
    server = Store(postgres)
    for chat in ("ann", "ben"):
        server.forget(chat)
    keep(server, "ann", HARBOUR)
    found = server.examine(quietly)
    assert (found.version, found.sound) == (NEWEST, True)
    assert found.contents is not None
    assert found.contents.articles >= 1
    assert found.contents.damaged == 0
    server.forget("ann")
    server.close()


def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path) -> None:
    assert Store.in_folder(tmp_path / "none").examine(quietly).version == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "contents"),
    [
        ("UPDATE articles SET text = substr(text, 3) WHERE chat = 'ann'", Contents(2, 2, 1, 0)),
        ("UPDATE articles SET spans = '[[1' WHERE chat = 'ann'", Contents(2, 2, 0, 1)),
        ("UPDATE sentence_vectors SET data = 'words'", Contents(2, 2, 0, 2)),
        ("UPDATE sentence_vectors SET data = x'00'", Contents(2, 2, 0, 2)),
        ("DELETE FROM sentence_vectors WHERE chat = 'ben'", Contents(2, 2, 0, 1)),
    ],
)
def test_damaged_rows_are_counted(
    sound: Store, tmp_path: Path, damage: str, contents: Contents
) -> None:
    change(tmp_path, damage)
    assert sound.examine(quietly).contents == contents


def test_an_older_database_stays_as_it_is(tmp_path: Path) -> None:
    change(tmp_path, VERSION_1)
    content = (tmp_path / FILE).read_bytes()
    found = Store.in_folder(tmp_path).examine(quietly)
    assert (found.version, found.is_newer, found.contents) == (1, False, None)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_newer_database_is_told(sound: Store, tmp_path: Path) -> None:
    change(tmp_path, f"UPDATE schema SET version = {NEWEST + 1}")
    found = sound.examine(quietly)
    assert (found.is_newer, found.contents) == (True, None)


def test_a_file_whose_pages_do_not_fit_together_is_told(store: Store, tmp_path: Path) -> None:
    text = "The sea is wide. " * 5000
    article = Article("long", "Sea", text, ((0, len(text)),))
    store.add("ann", article, split_sentences(article), vectors(article), "m")
    store.close()
    content = bytearray((tmp_path / FILE).read_bytes())
    content[-3 * 4096 :] = bytes(3 * 4096)
    (tmp_path / FILE).write_bytes(content)
    found = store.examine(quietly)
    assert (found.sound, found.contents) == (False, None)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database at all")
    with pytest.raises(StorageError, match="no database"):
        Store.in_folder(tmp_path).examine(quietly)
