"""A store that fails: a chat is told what that means for it, and nothing of the machine."""

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
from tests.bot.dialogue.chats import HARBOUR, PASTED, WHO, action, prose
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
