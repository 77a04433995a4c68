"""A store that fails never stops the answering."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from index.article_index import ArticleIndex
from index.errors import StorageError
from index.keeping.collection import Collection
from index.keeping.library import Library, Limits
from index.keeping.store import FILE, Asked, Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.index.keeping.samples import (
    FERRY,
    HARBOUR,
    LIGHTHOUSE,
    READS,
    WHO,
    WRITES,
    Counting,
    Unwilling,
    ids,
    library_of,
    numbered,
    titles,
)


@pytest.mark.parametrize("failing", [WRITES, READS, WRITES + READS], ids=["full", "blind", "gone"])
def test_a_failing_store_never_stops_the_answering(
    collection: Collection, unwilling: Unwilling, index: ArticleIndex, failing: Sequence[str]
) -> None:
    unwilling.failing.update(failing)
    assert collection.current() is index
    for article in (HARBOUR, LIGHTHOUSE):
        added = collection.add(article)
        assert (added.not_saved_because is not None) == ("add" in failing)
        assert added.index.article == article
    collection.remember(Asked(HARBOUR.id, WHO))
    collection.last_question()
    assert sorted(ids(collection)) == sorted([HARBOUR.id, LIGHTHOUSE.id])
    assert collection.switch(HARBOUR.id).ask(WHO).ranked[0].text.startswith("The harbour")
    assert {each.article.id for each in collection.ask_all([WHO])[0]} == {HARBOUR.id, LIGHTHOUSE.id}


@pytest.mark.parametrize("failing", [WRITES, WRITES + READS], ids=["full", "gone"])
def test_what_is_only_in_memory_is_current_and_goes_on_request(
    collection: Collection, unwilling: Unwilling, index: ArticleIndex, failing: Sequence[str]
) -> None:
    unwilling.failing.update(failing)
    assert str(collection.add(HARBOUR).not_saved_because) == "The disk is full."
    assert collection.add(LIGHTHOUSE).not_saved_because
    assert collection.current().article == LIGHTHOUSE
    assert collection.switch(HARBOUR.id).article == HARBOUR
    assert collection.current().article == HARBOUR
    assert collection.remove(HARBOUR.id).title == "Lund"
    assert collection.current() is index
    with pytest.raises(StorageError):
        collection.forget()
    unwilling.failing.clear()
    collection.forget()
    assert collection.articles() == ()


def test_a_full_disk_lets_the_chat_switch_among_what_is_kept(
    collection: Collection, unwilling: Unwilling
) -> None:
    collection.add(HARBOUR)
    collection.add(LIGHTHOUSE)
    unwilling.failing.update(WRITES)
    collection.switch(HARBOUR.id)
    assert collection.current().article == HARBOUR
    assert collection.add(LIGHTHOUSE).already_there
    assert collection.current().article == LIGHTHOUSE


def test_what_could_not_be_kept_is_kept_when_it_is_sent_again(
    collection: Collection, unwilling: Unwilling, store: Store
) -> None:
    unwilling.failing.update(WRITES)
    index = collection.add(HARBOUR).index
    assert (again := collection.add(HARBOUR)).already_there
    assert again.not_saved_because
    unwilling.failing.clear()
    again = collection.add(HARBOUR)
    assert (again.not_saved_because, again.index) == (None, index)
    assert [kept.id for kept in store.articles("ann")] == [HARBOUR.id]
    assert collection.current() is index


def test_what_can_not_be_removed_is_told_and_stays(
    collection: Collection, unwilling: Unwilling
) -> None:
    collection.add(HARBOUR)
    unwilling.failing.update(WRITES)
    with pytest.raises(StorageError):
        collection.remove(HARBOUR.id)
    assert collection.current().article == HARBOUR


def test_memory_for_what_can_not_be_kept_has_an_end(
    collection: Collection, unwilling: Unwilling, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwilling.failing.update(WRITES)
    monkeypatch.setattr(collection._library.unsaved, "_max_sentences", 6)
    for number in range(9):
        collection.add(numbered(number))
    assert len(collection.articles()) == 3
    assert collection.current().article == numbered(8)


def test_a_new_models_vectors_that_can_not_be_kept_still_answer(
    store: Store, index: ArticleIndex
) -> None:
    library_of(store, index, Counting()).collection("ann").add(HARBOUR)
    full = Unwilling(store, *WRITES)
    collection = library_of(full, index, Counting("other")).collection("ann")  # type: ignore[arg-type]
    assert collection.current().article == HARBOUR


def test_a_file_that_is_no_database_is_no_reason_to_be_silent(
    tmp_path: Path, index: ArticleIndex, embedder: Embedder
) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 99)
    collection = library_of(Store.in_folder(tmp_path), index, embedder).collection("ann")
    with pytest.raises(StorageError, match="Move it away"):
        collection.articles()
    assert collection.current() is index
    assert "Move it away" in str(collection.add(HARBOUR).not_saved_because)
    assert collection.current().article == HARBOUR


def test_what_can_not_be_kept_is_asked_from_memory(file_library: Library, tmp_path: Path) -> None:
    collection = file_library.collection("ann")
    collection.add(HARBOUR)
    collection.current()

    @sa.event.listens_for(file_library.store._database._open(), "begin")
    def fail(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            raise sa.exc.OperationalError("BEGIN", None, Exception("database or disk is full"))

    added = collection.add(FERRY)
    assert added.not_saved_because is not None
    assert "disk is full" in str(added.not_saved_because)
    assert titles(collection) == ["Lund", "Ferry"]
    assert collection.switch(FERRY.id) is added.index
    collection.remember(Asked(HARBOUR.id, "Who?"))
    with pytest.raises(StorageError, match="disk is full"):
        collection.forget()
    assert titles(collection) == ["Lund"]


def test_a_store_that_can_not_be_opened_stops_no_answer(
    tmp_path: Path, index: ArticleIndex, embedder: Embedder
) -> None:
    (tmp_path / "file").write_text("in the way")
    library = Library(
        Store.in_folder(tmp_path / "file"), embedder, EvidenceReader(), lambda: index,
        Limits(days=1),
    )  # fmt: skip
    collection = library.collection("ann")
    library.expire()
    assert collection.current() is index
    assert collection.last_question() is None
    added = collection.add(HARBOUR)
    assert added.not_saved_because is not None
    assert added.index.ask("Who built the harbour of Lund?").ranked
