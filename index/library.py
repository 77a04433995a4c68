"""All articles of all chats, ready to be asked: what `storage` keeps, as indexes.

A store that fails never stops the answering: what can't be kept lives in memory.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from index.article_index import ArticleIndex, Progress
from index.citing import MAX_CITATIONS
from index.errors import LibraryError, StorageError
from index.linking import forget_pages
from index.storage import Kept, Store
from index.types import Answer, Article, Embedder, Reader

__all__ = ["Added", "Kept", "Library", "Limits", "Shelf"]

_log = logging.getLogger(__name__)

_HELD = 64
"""Indexes in memory, of all chats together."""

_ASKED_IN_FULL = 5
"""Of a chat's articles, those that look most like an answer are read."""

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a chat: how many articles, and how many bytes of text together. `days`: after how
    many without use it is forgotten; None for never."""

    articles: int = 50
    bytes: int = 20_000_000
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """An article taken: its index, whether it was `known` already, and why it could not be
    kept, if it could not."""

    index: ArticleIndex
    known: bool
    unkept: str | None = None


class Library:
    """The articles of all chats, with one embedder and one reader for all. Safe in threads."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        shipped: Callable[[], ArticleIndex],
        limits: Limits = Limits(),
    ) -> None:
        """`shipped`: makes the index of the article that a chat without one asks."""
        self.store = store
        self.embedder = embedder
        self.reader = reader
        self.limits = limits
        self._make_shipped = shipped
        self._shipped: ArticleIndex | None = None
        self._held: OrderedDict[tuple[str, str], ArticleIndex] = OrderedDict()
        self._unkept: dict[str, dict[str, ArticleIndex]] = {}
        self._lock = threading.RLock()

    def shelf(self, chat: str) -> "Shelf":
        """The articles of one chat."""
        return Shelf(self, chat)

    def shipped(self) -> ArticleIndex:
        """The index of the article that a chat without one asks. Made at the first call."""
        with self._lock:
            if self._shipped is None:
                self._shipped = self._make_shipped()
            return self._shipped

    def expire(self) -> None:
        """Forget what nobody used for longer than the limit."""
        if self.limits.days is None:
            return
        try:
            forgotten = self.store.expire(time.time() - self.limits.days * _DAY)
        except StorageError as error:
            _log.warning("What is too old could not be deleted: %s", error)
            return
        if forgotten:
            _log.info("Forgot %d chats that nobody used for %d days", forgotten, self.limits.days)
            with self._lock:
                self._held.clear()

    def unkept(self, chat: str) -> dict[str, ArticleIndex]:
        """The articles of a chat that could not be written, by their ids."""
        with self._lock:
            return self._unkept.setdefault(chat, {})

    def hold(self, chat: str, index: ArticleIndex) -> ArticleIndex:
        """Keep an index in memory, for as long as not too many others come after it."""
        with self._lock:
            self._held[chat, index.article.id] = index
            self._held.move_to_end((chat, index.article.id))
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return index

    def held(self, chat: str, article_id: str) -> ArticleIndex | None:
        """An index that is in memory."""
        with self._lock:
            if (chat, article_id) in self._held:
                self._held.move_to_end((chat, article_id))
            return self._held.get((chat, article_id))

    def drop(self, chat: str, article_id: str | None = None) -> None:
        """Drop an index from memory, or all of a chat's."""
        with self._lock:
            for key in [k for k in self._held if k[0] == chat and article_id in (None, k[1])]:
                del self._held[key]
            forget_pages()
            if article_id is None:
                self._unkept.pop(chat, None)
            else:
                self.unkept(chat).pop(article_id, None)


class Shelf:
    """One chat's articles: many, of which one is current. One chat never sees another's."""

    def __init__(self, library: Library, chat: str) -> None:
        self._library = library
        self._chat = chat

    def shipped(self) -> ArticleIndex:
        """The article that is asked when the chat has none."""
        return self._library.shipped()

    def current(self) -> ArticleIndex:
        """The article that is asked now: the shipped one, if the chat has none."""
        try:
            current = self._library.store.current(self._chat)
            return self.index_of(current) if current else self.shipped()
        except (StorageError, LibraryError) as error:
            _log.warning("The current article could not be read: %s", error)
            return self.shipped()

    def add(self, article: Article, on_progress: Progress | None = None) -> Added:
        """Take an article, as the current one. The same text is not taken twice.

        Raises:
            LibraryError: there is no room for another.
            EmptyArticle, ModelError: as `ArticleIndex.build`.
        """
        try:
            if self._has(article.id):
                return Added(self.switch(article.id), known=True)
            self._check_room(article)
        except StorageError as error:
            return self._add_unkept(self._build(article, on_progress), error)
        index = self._build(article, on_progress)
        try:
            self._library.store.add(
                self._chat, article, index.sentences, index.vectors, self._library.embedder.identity
            )
        except StorageError as error:
            return self._add_unkept(index, error)
        return Added(self._library.hold(self._chat, index), known=False)

    def articles(self) -> tuple[Kept, ...]:
        """The chat's articles, the oldest first. Raises `StorageError`."""
        unkept = (_listed(index) for index in self._library.unkept(self._chat).values())
        return (*self._library.store.articles(self._chat), *unkept)

    def index_of(self, article_id: str, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of one of the chat's articles; vectors of another model are made anew.

        Raises:
            LibraryError: the chat has no such article.
            StorageError: it can't be read.
        """
        if unkept := self._library.unkept(self._chat).get(article_id):
            return unkept
        if held := self._library.held(self._chat, article_id):
            return held
        return self._library.hold(self._chat, self._load(article_id, on_progress))

    def look_at(self, article: Article, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of any article, which is not taken. Kept already, it is not made again.

        Raises `EmptyArticle` and `ModelError`, as `ArticleIndex.build`.
        """
        try:
            return self.index_of(article.id, on_progress)
        except (LibraryError, StorageError):
            return self._build(article, on_progress)

    def switch(self, article_id: str) -> ArticleIndex:
        """Make another of the chat's articles current. Raises as `index_of`."""
        index = self.index_of(article_id)
        if article_id not in self._library.unkept(self._chat):
            self._library.store.set_current(self._chat, article_id)
        return index

    def remove(self, article_id: str) -> Kept:
        """Remove one of the chat's articles; the latest of the others becomes current.

        Raises:
            LibraryError: the chat has no such article.
            StorageError: it can't be removed.
        """
        found = [kept for kept in self.articles() if kept.id == article_id]
        if not found:
            raise _no_such_article()
        store = self._library.store
        was_current = store.current(self._chat) == article_id
        store.remove(self._chat, article_id)
        self._library.drop(self._chat, article_id)
        if was_current and (left := store.articles(self._chat)):
            store.set_current(self._chat, left[-1].id)
        return found[0]

    def forget(self) -> None:
        """Remove everything of the chat, for good.

        Raises:
            StorageError: it can't be removed.
        """
        self._library.store.forget(self._chat)
        self._library.drop(self._chat)

    def last_question(self) -> str | None:
        """What was asked last of the current article, also before a restart."""
        try:
            return self._library.store.last_question(self._chat)
        except StorageError as error:
            _log.warning("The last question could not be read: %s", error)
            return None

    def remember(self, question: str | None) -> None:
        """Keep what was asked last."""
        try:
            self._library.store.set_last_question(self._chat, question)
        except StorageError as error:
            _log.warning("The last question could not be kept: %s", error)

    def ask_all(self, question: str, top: int = MAX_CITATIONS) -> list[tuple[ArticleIndex, Answer]]:
        """What each of the chat's articles says, the surest first; of the shipped one, if the
        chat has none. Of many, those that look most like an answer are asked.

        Raises:
            StorageError: they can't be read.
        """
        indexes = [self.index_of(kept.id) for kept in self.articles()] or [self.shipped()]
        if len(indexes) > _ASKED_IN_FULL:
            indexes.sort(key=lambda index: -index.likeness(question))
        asked = [(index, index.ask(question, top=top)) for index in indexes[:_ASKED_IN_FULL]]
        return sorted(asked, key=lambda pair: -pair[1].confidence)

    def _has(self, article_id: str) -> bool:
        return any(kept.id == article_id for kept in self.articles())

    def _check_room(self, article: Article) -> None:
        limits = self._library.limits
        count, size = self._library.store.size(self._chat)
        if count >= limits.articles:
            raise LibraryError(
                f"You have {count} articles, and that is the limit. Remove one to make room."
            )
        if size + len(article.text.encode()) > limits.bytes:
            raise LibraryError(
                "Your articles together would be longer than the limit of "
                f"{limits.bytes:,} bytes. Remove one to make room."
            )

    def _add_unkept(self, index: ArticleIndex, error: StorageError) -> Added:
        self._library.unkept(self._chat)[index.article.id] = index
        return Added(index, known=False, unkept=str(error))

    def _build(self, article: Article, on_progress: Progress | None) -> ArticleIndex:
        library = self._library
        return ArticleIndex.build(
            article, library.embedder, reader=library.reader, on_progress=on_progress
        )

    def _load(self, article_id: str, on_progress: Progress | None) -> ArticleIndex:
        """From the store. Vectors of another model are made anew, and replaced."""
        library = self._library
        model = library.embedder.identity
        stored = library.store.load(self._chat, article_id, model)
        if stored is None:
            raise _no_such_article()
        if stored.vectors is not None:
            return ArticleIndex(
                stored.article, stored.sentences, stored.vectors, library.embedder, library.reader
            )
        index = self._build(stored.article, on_progress)
        library.store.replace_vectors(self._chat, article_id, index.vectors, model)
        return index


def _listed(index: ArticleIndex) -> Kept:
    article = index.article
    return Kept(
        article.id, article.title, article.site, article.published, article.url,
        len(index.sentences), len(article.text.encode()), time.time(),
    )  # fmt: skip


def _no_such_article() -> LibraryError:
    return LibraryError("There is no such article here any more.")
