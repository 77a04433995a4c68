"""A store that fails, or that others read, as somebody in Telegram sees it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import FILE, Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import PASTED
from tests.bot.telegram_adapter.running import ANN, running


@pytest.fixture
def library(index: ArticleIndex, embedder: Embedder, tmp_path: Path) -> Iterator[Library]:
    store = Store.in_folder(tmp_path / "kept")
    yield Library(store, embedder, EvidenceReader(), lambda: index)
    store.close()


def test_what_is_forgotten_is_gone_for_the_chat_while_another_program_reads(
    server: BotApiServer,
    new_dialogue: NewDialogue,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
    with running(server, new_dialogue, library.store):
        server.say(ANN, PASTED)
        server.wait_for_messages(ANN, 1)
        with contextlib.closing(sqlite3.connect(tmp_path / "kept" / FILE)) as other:
            other.execute("BEGIN")
            other.execute("SELECT title FROM articles").fetchall()
            server.say(ANN, "/forget")
            asked = server.wait_for_messages(ANN, 2)[-1]
            server.press(ANN, asked.message_id, asked.buttons[0][0][1])
            told = server.wait_for_messages(ANN, 3)[-1].text
            assert told.startswith("Forgotten.")
            assert "its files may still have those words" in told
            server.say(ANN, "What did the lamp of the lighthouse burn until 1904?")
            assert "whale" not in server.wait_for_messages(ANN, 4)[-1].text
    assert server.refusals == []


def test_a_chat_whose_article_is_damaged_is_told_and_forgotten(
    server: BotApiServer, new_dialogue: NewDialogue, library: Library, tmp_path: Path
) -> None:
    with running(server, new_dialogue, library.store):
        server.say(ANN, PASTED)
        server.wait_for_messages(ANN, 1)
    with library.store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE articles SET paragraphs = '[[0'")
    library.cache.clear()
    with running(server, new_dialogue, library.store):
        server.say(ANN, "Who built the lighthouse?")
        assert "is damaged" in server.wait_for_messages(ANN, 2)[-1].text
        server.say(ANN, "/forget")
        asked = server.wait_for_messages(ANN, 3)[-1]
        server.press(ANN, asked.message_id, asked.buttons[0][0][1])
        assert "Forgotten." in server.wait_for_messages(ANN, 4)[-1].text
    assert server.refusals == []


def test_nobody_in_a_chat_sees_where_the_store_is(
    server: BotApiServer, new_dialogue: NewDialogue, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / FILE).write_bytes(b"no database at all" * 99)
    with running(server, new_dialogue, library.store):
        for count, text in enumerate((PASTED, "/articles", "/forget", "/share"), start=1):
            server.say(ANN, text)
            shown = server.wait_for_messages(ANN, count)[-1].text
            assert not any(word in shown for word in (str(tmp_path), FILE, "kept/"))
    assert server.refusals == []
