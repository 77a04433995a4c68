"""Damaged rows: what can be made anew is, and what can't be read is set aside."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.errors import ArticleDamaged, StorageError
from index.keeping.collection import MAX_ARTICLES_ASKED
from index.keeping.library import Library
from index.keeping.store import FILE, Store
from index.types import Embedder
from tests.index.keeping.samples import (
    HARBOUR,
    LIGHTHOUSE,
    ORCHARD,
    WHO,
    after_restart,
    ids,
    library_of,
    numbered,
    titles,
)

TEXT_IS_DAMAGED = [
    "paragraphs = '[[0'",
    "paragraphs = '7'",
    "paragraphs = '[[0, 99999]]'",
    "paragraphs = '[[\"a\", 3]]'",
    "pages = 'null'",
    "pages = '[\"a\"]'",
    "text = CAST(x'54ff8000' AS TEXT)",
    "text = substr(text, 5)",
    "text = 5",
    "text = x'00ff'",
]
"""What is written over a row, so that the article can't be read any more."""

CAN_BE_MENDED = [
    ("articles", "spans = '[[1'"),
    ("articles", "spans = 'null'"),
    ("articles", "spans = '[]'"),
    ("articles", "spans = '[[1, 5, 99999]]'"),
    ("articles", "spans = '[[9, 0, 5]]'"),
    ("articles", "spans = '[[1, \"a\", 5]]'"),
    ("articles", "spans = '[[1, 0, 20]]'"),
    ("sentence_vectors", "data = x'00'"),
    ("sentence_vectors", "data = x''"),
    ("sentence_vectors", "dimensions = 0"),
    ("sentence_vectors", "dimensions = 512"),
    ("sentence_vectors", "data = CAST(replace(hex(data), '0', 'f') AS BLOB)"),
    ("sentence_vectors", "data = CAST(x'0000c07f' || substr(data, 5) AS BLOB)"),
    ("sentence_vectors", "data = 'words'"),
]
"""Tables -> what is written over a row of the harbour, which is made anew from its text."""


@pytest.fixture
def library(tmp_path: Path, index: ArticleIndex, embedder: Embedder) -> Iterator[Library]:
    """One in a file, in which a chat has the lighthouse and the harbour, which it asks."""
    library = library_of(Store.in_folder(tmp_path), index, embedder)
    for article in (LIGHTHOUSE, HARBOUR):
        library.collection("ann").add(article)
    yield library
    library.store.close()


def damage(folder: Path, table: str, what: str, article_id: str = HARBOUR.id) -> None:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute(f"UPDATE {table} SET {what} WHERE id = ?", [article_id])
        connection.commit()


@pytest.mark.parametrize("what", TEXT_IS_DAMAGED)
def test_an_article_that_can_not_be_read_is_set_aside(
    what: str, library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    damage(tmp_path, "articles", what)
    library = after_restart(library, embedder)
    ann = library.collection("ann")
    assert ann.current() is library.shipped()
    assert ann.set_aside() == ("Lund",)
    assert ann.set_aside() == ()
    assert titles(ann) == ["Marrow Point", "Lund"]
    assert {each.article.id for each in ann.ask_all([WHO])[0]} == {LIGHTHOUSE.id}
    assert ann.switch(LIGHTHOUSE.id).article == LIGHTHOUSE
    with pytest.raises(ArticleDamaged) as error:
        ann.switch(HARBOUR.id)
    assert error.value.values["title"] == "Lund"
    assert "Lund" not in str(error.value)  # It is logged.
    ann.remove(HARBOUR.id)
    assert ids(ann) == [LIGHTHOUSE.id]


@pytest.mark.parametrize("what", TEXT_IS_DAMAGED)
def test_an_article_that_was_set_aside_is_taken_again(
    what: str, library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    damage(tmp_path, "articles", what)
    ann = after_restart(library, embedder).collection("ann")
    ann.current()
    added = ann.add(HARBOUR)
    assert (added.already_there, added.not_saved_because) == (False, None)
    assert ann.set_aside() == ()
    again = after_restart(library, embedder).collection("ann")
    assert again.current().article == HARBOUR
    assert ids(again) == [LIGHTHOUSE.id, HARBOUR.id]


@pytest.mark.parametrize(("table", "what"), CAN_BE_MENDED)
def test_sentences_and_vectors_are_made_anew(
    table: str, what: str, library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    damage(tmp_path, table, what)
    ann = after_restart(library, embedder).collection("ann")
    assert ann.current().ask(WHO).ranked[0].text.startswith("The harbour")
    assert ann.set_aside() == ()
    stored = library.store.load("ann", HARBOUR.id, embedder.identity)
    assert stored is not None
    assert stored.vectors is not None
    assert len(stored.vectors) == len(stored.sentences) == 2


@pytest.mark.parametrize(("table", "what"), [*CAN_BE_MENDED, ("articles", TEXT_IS_DAMAGED[0])])
def test_damage_does_not_keep_the_other_articles_of_many_from_being_asked(
    table: str, what: str, library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    ann = library.collection("ann")
    for number in range(MAX_ARTICLES_ASKED):
        ann.add(numbered(number))
    damage(tmp_path, table, what)
    ann = after_restart(library, embedder).collection("ann")
    [found] = ann.ask_all(["What did the lighthouse burn?"])
    assert LIGHTHOUSE.id in {each.article.id for each in found}


def test_all_articles_may_be_damaged(library: Library, tmp_path: Path, embedder: Embedder) -> None:
    for each in (HARBOUR, LIGHTHOUSE):
        damage(tmp_path, "articles", TEXT_IS_DAMAGED[0], each.id)
    library = after_restart(library, embedder)
    ann = library.collection("ann")
    [[answer]] = ann.ask_all([WHO])
    assert answer.article == library.shipped().article
    assert sorted(ann.set_aside()) == ["Lund", "Marrow Point"]
    assert ann.add(ORCHARD).not_saved_because is None


def test_damage_is_no_reason_to_write_to_what_can_not_be_written(
    library: Library, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("The disk is full.")

    damage(tmp_path, "articles", TEXT_IS_DAMAGED[0])
    monkeypatch.setattr(library.store, "leave", fail)
    ann = after_restart(library, embedder).collection("ann")
    assert ann.current() is library.shipped()
    assert ann.set_aside() == ("Lund",)


def test_a_title_that_is_damaged_hides_no_other(
    library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    damage(tmp_path, "articles", "title = CAST(x'4cff6e' AS TEXT)")
    ann = after_restart(library, embedder).collection("ann")
    assert titles(ann) == ["Marrow Point", "L\N{REPLACEMENT CHARACTER}n"]
    assert ann.current().ask(WHO).ranked
