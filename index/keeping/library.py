"""The articles of all chats, which share one embedder and one reader."""

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
from index.keeping.previews import Previews
from index.keeping.store import Store
from index.types import Embedder, Reader

_log = logging.getLogger(__name__)

_CACHED_SENTENCES = 60_000
"""Sentences of all cached indexes together: 92 MB of vectors of 384 dimensions, beside the texts. A
longer article is cached alone."""

_UNSAVED_SENTENCES = 20_000
"""Sentences of the articles that are only in memory because they could not be saved."""

_PREVIEWED_SENTENCES = 20_000
_PREVIEWED_SECONDS = 600.0
"""Sentences of what is asked without being kept, and how long it is held in memory: a second
question to the same page does not fetch it again."""

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a chat: the number of its articles, and the bytes of their text together.

    A chat is forgotten after `days` without use; None means never.
    """

    articles: int = 50
    bytes: int = 20_000_000
    days: int | None = None


class Library:
    """The articles of all chats, which share one embedder and one reader. Thread-safe."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        build_shipped: Callable[[], ArticleIndex],
        limits: Limits = Limits(),
    ) -> None:
        """`store` keeps the articles; `embedder` and `reader` serve all chats, each within
        `limits`.

        `build_shipped` makes the index of the article that a chat without one asks. It is called
        once, when that index is first needed.
        """
        self.store = store
        self.embedder = embedder
        self.reader = reader
        self.limits = limits
        self.cache = IndexCache(_CACHED_SENTENCES)
        self.unsaved = IndexCache(_UNSAVED_SENTENCES)
        self.previews = Previews(_PREVIEWED_SENTENCES, _PREVIEWED_SECONDS)
        # Chat -> the ID of its current article, where that could not be written to the store.
        self.unsaved_current: dict[str, str] = {}
        self._build_shipped = build_shipped
        self._shipped: ArticleIndex | None = None
        self._lock = threading.Lock()

    @property
    def caches(self) -> dict[str, IndexCache | Previews]:
        """What is in memory: of articles that are kept, that could not be, and that are not to
        be."""
        return {"kept": self.cache, "unsaved": self.unsaved, "previews": self.previews}

    def collection(self, chat: str) -> Collection:
        """The articles of the chat with this key."""
        return Collection(self, chat)

    def shipped(self) -> ArticleIndex:
        """The index of the article that a chat without one asks. It is made at the first call."""
        with self._lock:
            if self._shipped is None:
                self._shipped = self._build_shipped()
            return self._shipped

    def move(self, chat: str, new_chat: str) -> None:
        """Keep under another key what is kept of a chat, as `Store.move` does.

        Raises:
            StorageError: the store can't be written.
        """
        self.store.move(chat, new_chat)
        self.cache.clear()  # Rare enough for all of them.
        for index in self.unsaved.of_chat(chat):
            self.unsaved.put(new_chat, index)
        self.unsaved.discard_chat(chat)
        if current := self.unsaved_current.pop(chat, None):
            self.unsaved_current.setdefault(new_chat, current)

    def forget_questions(self) -> None:
        """Remove from memory what was asked of articles that all chats share, or that are not
        kept."""
        self.previews.clear()
        with self._lock:
            if self._shipped is not None:
                self._shipped.forget_questions()

    def drop(self, is_gone: Callable[[str], bool]) -> None:
        """Remove from memory what is kept of such chats: another process works for them."""
        if self.cache.discard_chats(is_gone):
            self.forget_questions()
            clear_page_cache()

    def expire(self) -> int:
        """Forget the chats that nobody used for longer than the limit; return their number."""
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
