"""The articles of all chats, with one embedder and one reader for all."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from index.answering.linking import clear_page_cache
from index.article_index import ArticleIndex
from index.errors import StorageError
from index.keeping.collection import Collection
from index.keeping.index_cache import IndexCache
from index.keeping.store import Store
from index.types import Embedder, Reader

_log = logging.getLogger(__name__)

_CACHED_SENTENCES = 60_000
"""Sentences of the indexes in memory, of all chats together: 92 MB of vectors, if those have 384
dimensions, beside the texts. One of more is cached alone."""

_UNSAVED_SENTENCES = 20_000
"""Sentences of the articles that could not be written."""

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a chat: how many articles, and how many bytes of text together. `days`: after how
    many without use it is forgotten; None for never."""

    articles: int = 50
    bytes: int = 20_000_000
    days: int | None = None


class Library:
    """The articles of all chats, with one embedder and one reader for all. Safe in threads."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        build_shipped: Callable[[], ArticleIndex],
        limits: Limits = Limits(),
    ) -> None:
        """`build_shipped`: makes the index of the article that a chat without one asks."""
        self.store = store
        self.embedder = embedder
        self.reader = reader
        self.limits = limits
        self.cache = IndexCache(_CACHED_SENTENCES)
        self.unsaved = IndexCache(_UNSAVED_SENTENCES)
        # Of the chats in whose store it could not be written.
        self.unsaved_current: dict[str, str] = {}
        self._build_shipped = build_shipped
        self._shipped: ArticleIndex | None = None
        self._lock = threading.Lock()

    def collection(self, chat: str) -> Collection:
        """The articles of one chat."""
        return Collection(self, chat)

    def shipped(self) -> ArticleIndex:
        """The index of the article that a chat without one asks. Made at the first call."""
        with self._lock:
            if self._shipped is None:
                self._shipped = self._build_shipped()
            return self._shipped

    def forget_questions(self) -> None:
        """Remove the words of what was asked of the shipped article, which all chats share."""
        with self._lock:
            if self._shipped is not None:
                self._shipped.forget_questions()

    def expire(self) -> int:
        """Forget the chats that nobody used for longer than the limit; returns how many."""
        if self.limits.days is None:
            return 0
        try:
            forgotten = self.store.expire(time.time() - self.limits.days * _DAY)
        except StorageError as error:
            _log.warning("What is too old could not be deleted: %s", error)
            return 0
        if forgotten:
            _log.info("Forgot %d chats that nobody used for %d days", forgotten, self.limits.days)
            self.cache.clear()
            self.forget_questions()
            clear_page_cache()
        return forgotten
