"""The indexes in memory: the least recently used ones go first."""

import pytest

from index.article_index import ArticleIndex
from index.keeping import library as library_module
from index.keeping.store import Store
from index.types import Embedder
from tests.index.keeping.samples import HARBOUR, LIGHTHOUSE, ORCHARD, library_of


def test_memory_holds_what_was_used_last(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "_CACHED_SENTENCES", 4)
    collection = library_of(store, index, embedder).collection("ann")
    harbour, lighthouse = collection.add(HARBOUR).index, collection.add(LIGHTHOUSE).index
    assert collection.load_index(HARBOUR.id) is harbour
    collection.add(ORCHARD)
    assert collection.load_index(HARBOUR.id) is harbour
    assert collection.load_index(LIGHTHOUSE.id) is not lighthouse


def test_an_article_too_long_for_the_memory_is_held_alone(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "_CACHED_SENTENCES", 1)
    collection = library_of(store, index, embedder).collection("ann")
    collection.add(LIGHTHOUSE)
    harbour = collection.add(HARBOUR).index
    assert collection.load_index(HARBOUR.id) is harbour


def test_its_size_is_known(store: Store, index: ArticleIndex, embedder: Embedder) -> None:
    library = library_of(store, index, embedder)
    harbour = library.collection("ann").add(HARBOUR).index
    sentences, vectors = len(harbour.sentences), harbour.vectors.nbytes
    assert library.caches["kept"].size() == (1, sentences, vectors)
    library.cache.clear()
    assert library.caches["kept"].size() == (0, 0, 0)
