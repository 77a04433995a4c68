"""Articles to keep, and what is looked for in a database's files."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from index.keeping.store import FILE, Store, StoredArticle
from index.loading import load_text
from index.text.sentences import split_sentences
from index.types import Article, Vectors

HARBOUR = replace(
    load_text("The harbour of Lund opened in 1902.\n\nAda Moor built it.", title="Lund"),
    url="https://example.org/lund", site="Example", author="Ann", published="2024-05-03",
    pages=(0, 37), page_text="Menu\nThe harbour of Lund opened in 1902.",
)  # fmt: skip

LIGHTHOUSE = load_text("The lighthouse of Marrow Point burned whale oil.", title="Marrow Point")


def vectors(article: Article) -> Vectors:
    return np.random.default_rng(len(article.text)).random((2, 4), dtype=np.float32)


def keep(store: Store, chat: str, article: Article, model: str = "model@1") -> None:
    store.add(chat, article, split_sentences(article), vectors(article), model)


def loaded(store: Store, chat: str, article: Article, model: str = "model@1") -> StoredArticle:
    found = store.load(chat, article.id, model)
    assert found is not None
    return found


def words_in(folder: Path, *words: str) -> list[str]:
    content = b"".join(path.read_bytes() for path in folder.glob(f"{FILE}*"))
    return [word for word in words if word.encode() in content]
