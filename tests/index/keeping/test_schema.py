"""Older databases become today's, or stay as they were."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from index.errors import StorageError
from index.keeping.inbox import Received
from index.keeping.schema import MIGRATIONS
from index.keeping.store import FILE, Store
from index.types import Article, Sentence

VERSION_1 = """
CREATE TABLE chats (chat TEXT PRIMARY KEY, current TEXT, last_question TEXT, used FLOAT NOT NULL);
CREATE INDEX ix_chats_used ON chats (used);
CREATE TABLE articles (
    chat TEXT NOT NULL REFERENCES chats (chat) ON DELETE CASCADE, id TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, paragraphs TEXT NOT NULL, language TEXT NOT NULL,
    url TEXT, site TEXT, author TEXT, published TEXT, pages TEXT NOT NULL,
    page_text TEXT NOT NULL, spans TEXT NOT NULL, sentences INTEGER NOT NULL,
    bytes INTEGER NOT NULL, added FLOAT NOT NULL, PRIMARY KEY (chat, id));
CREATE TABLE vectors (
    chat TEXT NOT NULL, id TEXT NOT NULL, view INTEGER NOT NULL, model TEXT NOT NULL,
    dimensions INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (chat, id, view),
    FOREIGN KEY (chat, id) REFERENCES articles (chat, id) ON DELETE CASCADE);
CREATE TABLE schema (version INTEGER NOT NULL);
INSERT INTO schema VALUES (1);
INSERT INTO chats VALUES ('ann', 'a1', 'Why?', 1.0);
INSERT INTO articles VALUES ('ann', 'a1', 'Old', 'It is old.', '[[0, 10]]', 'en', NULL, NULL,
    NULL, NULL, '[]', '', '[[1, 0, 10]]', 1, 10, 1.0);
INSERT INTO vectors VALUES ('ann', 'a1', 0, 'model@1', 2, x'0000803f00000000');
INSERT INTO vectors VALUES ('ann', 'a1', 1, 'model@1', 2, x'000000000000803f');
"""


def test_a_database_of_the_first_version_is_read(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(VERSION_1)
    store = Store.in_folder(tmp_path)
    found = store.load("ann", "a1", "model@1")
    assert found is not None
    assert found.article == Article("a1", "Old", "It is old.", ((0, 10),))
    assert found.sentences == (Sentence(1, 1, 0, 10, "It is old."),)
    assert found.vectors is not None
    assert found.vectors.tolist() == [[1.0, 0.0]]
    assert store.last_question("ann") == "Why?"
    store.close()


def test_an_older_file_shrinks_too_when_something_is_deleted(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(VERSION_1)
        connection.execute("UPDATE articles SET text = ?", ["It is old. " * 100_000])
        connection.commit()
    store = Store.in_folder(tmp_path)
    assert len(store.articles("ann")) == 1
    size = (tmp_path / FILE).stat().st_size
    store.forget("ann")
    assert (tmp_path / FILE).stat().st_size < size / 4
    store.close()


def add_a_column(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE articles ADD COLUMN mood TEXT")


def test_an_older_database_is_brought_up_to_date_and_keeps_its_rows(
    kept: Store, tmp_path: Path
) -> None:
    newer = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(newer.articles("ann")) == 2
    newer.close()
    again = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(again.articles("ann")) == 2
    again.close()
    with pytest.raises(StorageError, match="newer version"):
        Store.in_folder(tmp_path).articles("ann")


def test_a_migration_that_fails_changes_nothing(kept: Store, tmp_path: Path) -> None:
    def fail(connection: sa.Connection) -> None:
        add_a_column(connection)
        raise ValueError("half way")

    with pytest.raises(StorageError, match="half way"):
        Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, fail)).articles("ann")
    again = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(again.articles("ann")) == 2
    again.close()


NEW_IN_VERSION_5 = ("DROP TABLE chat_owners", "DROP INDEX inbox_by_chat")


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_a_database_of_the_version_before_knows_processes_from_now_on(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{tmp_path / FILE}"
    if kind == "postgres":
        address = request.getfixturevalue("database")
    store = Store(address)
    store.inbox.add([Received(1, "ann", {"text": "Hi"})])
    with store._database.writing() as connection:
        for statement in (*NEW_IN_VERSION_5, "UPDATE schema SET version = 4"):
            connection.exec_driver_sql(statement)
    store.close()
    again = Store(address)
    assert [each.chat for each in again.inbox.waiting("ann")] == ["ann"]
    with again._database.reading() as connection:
        inspector = sa.inspect(connection)
        assert inspector.has_table("chat_owners")
        assert "inbox_by_chat" in {each["name"] for each in inspector.get_indexes("inbox")}
    again.close()
