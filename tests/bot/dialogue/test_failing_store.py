"""A store that fails: a chat is told what that means for it, and nothing of the machine."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.rendering.plain_text import to_plain
from bot.replies import storage_replies
from bot.replies.reply import Reply
from index.article_index import ArticleIndex
from index.errors import (
    ModelError,
    StorageBusy,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageReadOnly,
)
from index.keeping.library import Library
from index.keeping.store import FILE, Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import HARBOUR, PASTED, WHO, action, cited, prose, quotes
from tests.conftest import nothing_to_fetch

Do = Callable[[Dialogue], Reply]


@pytest.fixture
def file_library(tmp_path: Path, index: ArticleIndex, embedder: Embedder) -> Library:
    return Library(Store.in_folder(tmp_path), embedder, EvidenceReader(), lambda: index)


@pytest.mark.parametrize(
    "do",
    [
        lambda d: d.say(PASTED),
        lambda d: d.add_file(HARBOUR.encode(), "harbour.txt"),
        lambda d: d.say("/articles"),
        lambda d: d.say("/all Who built it?"),
        lambda d: d.say("/forget"),
        lambda d: d.say("/share"),
        lambda d: d.say("/language de"),
        lambda d: d.press("remove:0123456789abcdef"),
        lambda d: d.press("switch:0123456789abcdef"),
        lambda d: d.press("members:everybody"),
        lambda d: d.say(WHO),
    ],
)
def test_no_reply_names_a_file_of_the_server(
    do: Do, tmp_path: Path, file_library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 99)
    reply = do(Dialogue(file_library.collection("ann"), nothing_to_fetch))
    shown = to_plain(reply)
    assert shown
    assert not any(word in shown for word in (str(tmp_path), FILE, tmp_path.name, "Move it"))
    assert str(tmp_path / FILE) in caplog.text


@pytest.mark.parametrize("kind", [StorageFull, StorageReadOnly, StorageBusy, StorageDamaged])
def test_each_kind_of_failure_has_its_words(kind: type[StorageError]) -> None:
    assert storage_replies.why(kind("/srv/articles.db")) != storage_replies.why(StorageError(""))
    assert "/srv" not in storage_replies.why(kind("/srv/articles.db"))


def test_what_can_not_be_removed_is_told_and_is_still_there(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageFull("/srv/articles.db: the disk is full.")

    dialogue.say(PASTED)
    remove = action(dialogue.say("/articles"), "Remove 1")
    monkeypatch.setattr(library.store, "remove", fail)
    told = prose(dialogue.press(remove))
    assert told.startswith("I could not remove it. My disk is full")
    assert dialogue.say("Who built the lighthouse?").answers
    monkeypatch.undo()
    assert "removed" in prose(dialogue.press(remove))


@pytest.fixture
def with_lighthouse(file_library: Library, monkeypatch: pytest.MonkeyPatch) -> Dialogue:
    """A chat that was given the lighthouse, whose store waits for nobody."""
    monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
    dialogue = Dialogue(file_library.collection("ann"), nothing_to_fetch)
    dialogue.say(PASTED)
    return dialogue


WORDS_LEFT = "its files may still have those words"


def forget(dialogue: Dialogue) -> Reply:
    return dialogue.press(action(dialogue.say("/forget"), "Forget everything"))


def test_what_is_forgotten_answers_no_more_while_another_program_reads(
    with_lighthouse: Dialogue, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        for _ in range(2):  # A retry says the same.
            told = prose(forget(with_lighthouse))
            assert told.startswith("Forgotten.")
            assert WORDS_LEFT in told
        reply = with_lighthouse.say("What did the lamp of the lighthouse burn until 1904?")
        assert not any("whale" in sentence for q in quotes(reply) for sentence in q.sentences)


def test_what_is_removed_is_not_called_erased_while_another_program_reads(
    with_lighthouse: Dialogue, tmp_path: Path
) -> None:
    remove = action(with_lighthouse.say("/articles"), "Remove 1")
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        for said in ("removed", "not here any more"):
            told = prose(with_lighthouse.press(remove))
            assert said in told
            assert WORDS_LEFT in told


def test_what_is_erased_is_not_called_left(with_lighthouse: Dialogue) -> None:
    assert WORDS_LEFT not in prose(forget(with_lighthouse))


def test_what_is_in_memory_alone_is_forgotten_though_the_store_fails(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageFull("/srv/articles.db: the disk is full.")

    monkeypatch.setattr(library.store, "add", fail)
    monkeypatch.setattr(library.store, "forget", fail)
    dialogue.say(PASTED)
    assert prose(forget(dialogue)).startswith("I could not forget what is kept. My disk is full")
    assert prose(dialogue.say("/article")).startswith("You are asking “North Korea")


def test_an_article_that_can_not_be_read_for_a_while_is_asked_again(
    with_lighthouse: Dialogue, file_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageBusy("/srv/articles.db: another program keeps it locked.")

    monkeypatch.setattr(file_library.store, "current", fail)
    dialogue = Dialogue(file_library.collection("ann"), nothing_to_fetch)
    told = prose(dialogue.say("Who built the lighthouse?"))
    assert told.startswith("Another program keeps my memory locked.")
    assert "You are asking “North Korea" in told
    assert "locked" not in prose(dialogue.say("Who built the lighthouse?"))
    monkeypatch.undo()
    assert cited(dialogue.say("Who built the lighthouse of Marrow Point?"))[0] == 1
    assert "locked" not in prose(dialogue.say("/help"))


def damage_text(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("UPDATE articles SET paragraphs = '[[0'")
        connection.commit()


def test_a_damaged_article_is_told_once_and_the_chat_goes_on(
    with_lighthouse: Dialogue, file_library: Library, tmp_path: Path
) -> None:
    damage_text(tmp_path)
    file_library.cache.clear()
    dialogue = Dialogue(file_library.collection("ann"), nothing_to_fetch)
    reply = dialogue.say(WHO)
    told = "is damaged, so I can't ask it any more."
    assert told in reply.blocks[0]
    assert str(reply.blocks[1]).startswith("You are asking “North Korea")
    assert cited(reply) == [2]
    assert told not in prose(dialogue.say("/help"))
    listed = dialogue.say("/articles")
    assert told in prose(dialogue.press(action(listed, "Ask 1")))
    assert "I have read" in prose(dialogue.say(PASTED))
    assert dialogue.say("Who built the lighthouse?").answers


@pytest.mark.parametrize("says", ["/forget", "/articles"])
def test_a_damaged_article_goes_as_others_do(
    says: str, with_lighthouse: Dialogue, file_library: Library, tmp_path: Path
) -> None:
    damage_text(tmp_path)
    file_library.cache.clear()
    dialogue = Dialogue(file_library.collection("ann"), nothing_to_fetch)
    dialogue.press(dialogue.say(says).buttons[0 if says == "/forget" else 1].action)
    assert file_library.collection("ann").articles() == ()


def test_a_language_that_is_damaged_is_that_of_the_app(library: Library) -> None:
    library.store.set_language("chat", "d\N{REPLACEMENT CHARACTER}")
    reply = Dialogue(library.collection("chat"), nothing_to_fetch).say("/help")
    assert reply.language is None


def test_a_model_that_fails_is_for_the_log(
    dialogue: Dialogue,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise ModelError("The model in /srv/models has other dimensions.")

    monkeypatch.setattr(type(embedder), "encode_documents", fail)
    assert "/srv" not in prose(dialogue.say(PASTED))
    assert "/srv/models" in caplog.text
