"""Whatever compares a question with a chat's articles finds the same: one contract for all."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.keeping.pgvector import PgVectors
from index.keeping.schema import VECTORS
from index.keeping.store import Store
from index.keeping.vector_store import FAR
from index.text.sentences import split_sentences
from index.types import Vectors
from tests.index.keeping.vectors import (
    DIMENSIONS,
    MODEL,
    QUERIES,
    expected,
    keep,
    keep_some,
    nearest,
    random_vectors,
    unit,
    wait_until_filled,
)


class Compared:
    """Asks twice: before tables are filled, and afterwards."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __call__(self, chat: str, queries: Vectors = QUERIES, count: int = 3) -> dict[str, float]:
        ask = self.store.vectors.similarities
        before = ask(chat, MODEL, queries, count)
        wait_until_filled(self.store)
        after = ask(chat, MODEL, queries, count)
        assert nearest(after, count) == pytest.approx(nearest(before, count), abs=1e-5)
        assert after.keys() == before.keys()
        return after


@pytest.fixture(params=["exact in SQLite", "exact in PostgreSQL", "pgvector"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "exact in SQLite":
        store = Store.in_folder(tmp_path)
    else:
        store = Store(request.getfixturevalue("postgres"))
        store.expire(time.time() + 60)  # What the test before has left.
        border = 1 if request.param == "pgvector" else 10**9
        store.vectors = PgVectors(store._database, border)
    yield store
    store.close()


@pytest.fixture
def compared(store: Store) -> Compared:
    return Compared(store)


def test_the_nearest_articles_have_the_cosine_of_their_nearest_sentence(
    store: Store, compared: Compared
) -> None:
    kept = keep_some(store, "ann", 20)
    for queries in (QUERIES, QUERIES[:1]):
        found = compared("ann", queries, count=4)
        assert found.keys() == kept.keys()
        assert nearest(found, 4) == pytest.approx(expected(kept, queries, 4), abs=1e-5)
        assert all(cosine >= FAR for cosine in found.values())


def test_a_chat_without_articles_has_none(compared: Compared) -> None:
    assert compared("ann") == {}


def test_what_can_not_be_compared_is_left_out(store: Store, compared: Compared) -> None:
    kept = keep_some(store, "ann", 3)
    keep(store, "ann", random_vectors(2, 50), "model@2")
    keep(store, "ann", unit(np.ones((2, DIMENSIONS + 1), np.float32)))
    keep_some(store, "ben", 3, first=60)
    damaged = keep(store, "ann", random_vectors(3, 70))
    with store._database.writing() as connection:
        row = VECTORS.update().where(VECTORS.c.id == damaged.id)
        connection.execute(row.values(data=b"\xff" * 4 * DIMENSIONS * 3))
    assert compared("ann").keys() == kept.keys()


def test_articles_are_compared_as_soon_as_they_are_there(store: Store, compared: Compared) -> None:
    kept = keep_some(store, "ann", 4)
    compared("ann")
    kept |= keep_some(store, "ann", 4, first=80)
    found = compared("ann", count=5)
    assert nearest(found, 5) == pytest.approx(expected(kept, QUERIES, 5), abs=1e-5)


def test_what_is_removed_moved_or_forgotten_is_not_compared(
    store: Store, compared: Compared
) -> None:
    kept = keep_some(store, "ann", 6)
    assert compared("ann").keys() == kept.keys()
    removed = next(iter(nearest(compared("ann"), 1)))
    store.remove("ann", removed)
    del kept[removed]
    assert nearest(compared("ann"), 3) == pytest.approx(expected(kept, QUERIES, 3), abs=1e-5)
    store.move("ann", "ann's group")
    assert compared("ann") == {}
    assert compared("ann's group").keys() == kept.keys()
    store.forget("ann's group")
    assert compared("ann's group") == {}


def test_vectors_are_replaced(store: Store, compared: Compared) -> None:
    kept = keep_some(store, "ann", 3)
    article = keep(store, "ann", random_vectors(2, 90))
    compared("ann")
    other = np.repeat(QUERIES[:1], 2, axis=0)
    store.replace_vectors("ann", article.id, split_sentences(article), other, MODEL)
    assert compared("ann")[article.id] == pytest.approx(1, abs=1e-5)
    store.replace_vectors("ann", article.id, split_sentences(article), other, "model@2")
    assert compared("ann").keys() == kept.keys()


def test_a_long_article_does_not_hide_the_others(store: Store, compared: Compared) -> None:
    """All of the nearest sentences are its."""
    near = QUERIES[:1] + 0.01 * random_vectors(500, 100)
    kept = {keep(store, "ann", unit(near)).id: unit(near), **keep_some(store, "ann", 3)}
    found = compared("ann", QUERIES[:1])
    assert nearest(found, 3) == pytest.approx(expected(kept, QUERIES[:1], 3), abs=1e-5)
