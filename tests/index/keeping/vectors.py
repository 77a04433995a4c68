"""Articles whose sentences have vectors of one's choice, and what is nearest among them."""

import numpy as np

from index.keeping.pgvector import PgVectors
from index.keeping.store import Store
from index.loading import load_text
from index.text.sentences import split_sentences
from index.types import Article, Vectors

MODEL = "model@1"
DIMENSIONS = 8


def unit(rows: Vectors) -> Vectors:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def random_vectors(count: int, seed: int) -> Vectors:
    numbers = np.random.default_rng(seed).standard_normal((count, DIMENSIONS))
    return unit(numbers.astype(np.float32))


QUERIES = random_vectors(2, seed=1)


def keep(store: Store, chat: str, vectors: Vectors, model: str = MODEL) -> Article:
    """Keep an article of as many sentences, that is unlike all others."""
    name = vectors.tobytes().hex()[:40]
    text = " ".join(f"Sentence {number} of {name}." for number in range(len(vectors)))
    article = load_text(text)
    store.add(chat, article, split_sentences(article), vectors, model)
    return article


def keep_some(store: Store, chat: str, count: int, first: int = 10) -> dict[str, Vectors]:
    """Keep articles of one to five sentences; return their vectors by their IDs."""
    kept = [random_vectors(1 + seed % 5, seed) for seed in range(first, first + count)]
    return {keep(store, chat, vectors).id: vectors for vectors in kept}


def nearest(similarity: dict[str, float], count: int) -> dict[str, float]:
    return dict(sorted(similarity.items(), key=lambda one: -one[1])[:count])


def expected(kept: dict[str, Vectors], queries: Vectors, count: int) -> dict[str, float]:
    """The nearest articles of some that are kept."""
    cosines = {key: float((vectors @ queries.T).max()) for key, vectors in kept.items()}
    return nearest(cosines, count)


def wait_until_filled(store: Store) -> None:
    if isinstance(store.vectors, PgVectors) and (thread := store.vectors._filling._thread):
        thread.join()
