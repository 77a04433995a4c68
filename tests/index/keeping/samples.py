"""Articles, embedders and stores that the tests of keeping share."""

from collections.abc import Sequence

from index.article_index import ArticleIndex
from index.errors import StorageError
from index.keeping.collection import Collection
from index.keeping.library import Library, Limits
from index.keeping.store import Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.types import Article, Embedder, Vectors
from tests.conftest import WordsInCommon

HARBOUR = load_text("The harbour of Lund opened in 1902. Ada Moor built it.", title="Lund")

LIGHTHOUSE = load_text("The lighthouse burned whale oil. It was tall.", title="Marrow Point")

ORCHARD = load_text("The orchard has nine pear trees. They bloom in April.", title="Orchard")

FERRY = load_text("The ferry to Holm runs twice a day. A ticket costs three crowns.", title="Ferry")

CATS = load_text("The old cat sleeps on the stove. It ate a fish.", title="Cats")

WHO = "Who built the harbour of Lund?"

ROOMY = Limits()


class Counting(WordsInCommon):
    """Counts the texts that it embeds."""

    def __init__(self, identity: str = "words in common", dimensions: int = 1024) -> None:
        self.identity = identity
        self.dimensions = dimensions
        self.texts = 0

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().encode_documents(texts)


class OtherModel(WordsInCommon):
    identity = "other@2"


class Unwilling:
    """A store of which single methods fail."""

    def __init__(self, store: Store, *methods: str) -> None:
        self._store = store
        self.failing = set(methods)

    def __getattr__(self, name: str) -> object:
        def fail(*_: object) -> None:
            raise StorageError("The disk is full.")

        return fail if name in self.failing else getattr(self._store, name)


WRITES = ("add", "set_current", "remember", "remove", "forget", "replace_vectors")

READS = ("articles", "load", "views", "current", "last_question", "size")


def library_of(
    store: Store, index: ArticleIndex, embedder: Embedder, limits: Limits = ROOMY
) -> Library:
    return Library(store, embedder, EvidenceReader(), lambda: index, limits)


def after_restart(library: Library, embedder: Embedder, limits: Limits | None = None) -> Library:
    return Library(
        library.store, embedder, EvidenceReader(), library.shipped, limits or library.limits
    )


def ids(collection: Collection) -> list[str]:
    return [kept.id for kept in collection.articles()]


def titles(collection: Collection) -> list[str]:
    return [kept.title for kept in collection.articles()]


def numbered(number: int) -> Article:
    return load_text(f"The ship number{number} came in. It left again.", title=f"Ship {number}")
