"""Stores and collections: real databases, and a store that can be made to fail."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.keeping.collection import Collection
from index.keeping.library import Library
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.index.keeping.samples import Unwilling
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A file's."""
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A file in which two chats keep the harbour, one of them the lighthouse too."""
    store = Store.in_folder(tmp_path)
    keep(store, "ann", HARBOUR)
    keep(store, "ann", LIGHTHOUSE)
    keep(store, "ben", HARBOUR)
    yield store
    store.close()


@pytest.fixture
def unwilling(store: Store) -> Unwilling:
    return Unwilling(store)


@pytest.fixture
def collection(unwilling: Unwilling, embedder: Embedder, index: ArticleIndex) -> Collection:
    """A chat's, whose store fails as soon as `unwilling` is told to."""
    library = Library(unwilling, embedder, EvidenceReader(), lambda: index)  # type: ignore[arg-type]
    return library.collection("ann")


@pytest.fixture
def file_library(tmp_path: Path, index: ArticleIndex, embedder: Embedder) -> Iterator[Library]:
    library = Library(Store.in_folder(tmp_path), embedder, EvidenceReader(), lambda: index)
    yield library
    library.store.close()


@pytest.fixture(params=["file", "memory", "postgres"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One in each of the databases."""
    if request.param == "postgres":
        store = Store(request.getfixturevalue("postgres"))
        store.expire(time.time() + 60)  # What the test before has left.
    else:
        store = (
            Store.in_folder(tmp_path / "data") if request.param == "file" else Store("sqlite://")
        )
    yield store
    store.close()
