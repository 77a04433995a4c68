"""All articles of all chats, ready to be asked: what `storage` keeps, as indexes.

A store that fails never stops the answering: what can't be kept lives in memory.
"""

import heapq
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.answering.citing import MAX_CITATIONS
from index.answering.linking import forget_pages
from index.article_index import ArticleIndex, Progress
from index.errors import LibraryError, StorageError
from index.finding.padding import without_padding
from index.keeping.store import Kept, Store
from index.text.normalizing import normalize
from index.types import Answer, Article, Embedder, Reader

__all__ = ["Added", "Kept", "Library", "Limits", "Shelf"]

_log = logging.getLogger(__name__)

_HELD = 60_000
"""Sentences of the indexes in memory, of all chats together: 92 MB of vectors, if those have 384
dimensions, beside the texts. One of more is held alone."""

_UNKEPT = 20_000
"""Sentences of the articles that could not be written."""

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


class _Held:
    """Indexes in memory, the least recently used dropped first. Safe in threads."""

    def __init__(self, most: int) -> None:
        """`most`: sentences, of all together."""
        self._most = most
        self._indexes: OrderedDict[tuple[str, str], ArticleIndex] = OrderedDict()
        self._sentences = 0
        self._lock = threading.Lock()

    def get(self, chat: str, article_id: str) -> ArticleIndex | None:
        with self._lock:
            if (chat, article_id) in self._indexes:
                self._indexes.move_to_end((chat, article_id))
            return self._indexes.get((chat, article_id))

    def put(self, chat: str, index: ArticleIndex) -> None:
        with self._lock:
            self._take((chat, index.article.id))
            self._indexes[chat, index.article.id] = index
            self._sentences += len(index.sentences)
            while self._sentences > self._most and len(self._indexes) > 1:
                self._take(next(iter(self._indexes)))

    def of(self, chat: str) -> list[ArticleIndex]:
        """All of a chat."""
        with self._lock:
            return [index for key, index in self._indexes.items() if key[0] == chat]

    def drop(self, chat: str, article_id: str) -> None:
        with self._lock:
            self._take((chat, article_id))

    def drop_chat(self, chat: str) -> None:
        with self._lock:
            for key in [key for key in self._indexes if key[0] == chat]:
                self._take(key)

    def clear(self) -> None:
        with self._lock:
            self._indexes.clear()
            self._sentences = 0

    def _take(self, key: tuple[str, str]) -> None:
        if index := self._indexes.pop(key, None):
            self._sentences -= len(index.sentences)


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
        self.held = _Held(_HELD)
        self.unkept = _Held(_UNKEPT)
        # Of the chats whose store could not be told.
        self.current: dict[str, str] = {}
        self._make_shipped = shipped
        self._shipped: ArticleIndex | None = None
        self._lock = threading.Lock()

    def shelf(self, chat: str) -> "Shelf":
        """The articles of one chat."""
        return Shelf(self, chat)

    def shipped(self) -> ArticleIndex:
        """The index of the article that a chat without one asks. Made at the first call."""
        with self._lock:
            if self._shipped is None:
                self._shipped = self._make_shipped()
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
            self.held.clear()
            self.forget_questions()
            forget_pages()
        return forgotten


class Shelf:
    """One chat's articles: many, of which one is current. One chat never sees another's."""

    def __init__(self, library: Library, chat: str) -> None:
        self._library = library
        self._chat = chat

    def shipped(self) -> ArticleIndex:
        """The article that is asked when the chat has none."""
        return self._library.shipped()

    def current(self, on_progress: Progress | None = None) -> ArticleIndex:
        """The article that is asked now: the shipped one, if the chat has none."""
        library = self._library
        try:
            current = library.current.get(self._chat) or library.store.current(self._chat)
            return self.index_of(current, on_progress) if current else self.shipped()
        except (StorageError, LibraryError) as error:
            _log.warning("The current article could not be read: %s", error)
            return self.shipped()

    def add(self, article: Article, on_progress: Progress | None = None) -> Added:
        """Take an article, as the current one. The same text is not taken twice.

        Raises:
            LibraryError: there is no room for another.
            EmptyArticle, ModelError: as `ArticleIndex.build`.
        """
        unkept = self._library.unkept.get(self._chat, article.id)
        known = unkept is not None or article.id in {kept.id for kept in self._known()}
        if known and unkept is None:
            return Added(self.switch(article.id, on_progress), known=True)
        if not known:
            self._check_room(article)
        index = unkept or self._build(article, on_progress)
        return Added(index, known, self._keep(index))

    def articles(self) -> tuple[Kept, ...]:
        """The chat's articles, the oldest first. If they can't be read, those in memory.

        Raises:
            StorageError: they can't be read, and none is in memory.
        """
        unkept = self._library.unkept.of(self._chat)
        try:
            return (*self._library.store.articles(self._chat), *map(_listed, unkept))
        except StorageError as error:
            in_memory = (*self._library.held.of(self._chat), *unkept)
            if not in_memory:
                raise
            _log.warning("The articles could not be read: %s", error)
            return tuple(map(_listed, in_memory))

    def index_of(self, article_id: str, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of one of the chat's articles.

        `on_progress`: its vectors may be another model's, and made anew.

        Raises:
            LibraryError: the chat has no such article.
            StorageError: it can't be read.
            ModelError: as `ArticleIndex.build`.
        """
        for held in (self._library.unkept, self._library.held):
            if index := held.get(self._chat, article_id):
                return index
        index = self._load(article_id, on_progress)
        self._library.held.put(self._chat, index)
        return index

    def look_at(self, article: Article, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of any article, which is not taken. Kept already, it is not made again.

        Raises `EmptyArticle` and `ModelError`, as `ArticleIndex.build`.
        """
        try:
            return self.index_of(article.id, on_progress)
        except (LibraryError, StorageError):
            return self._build(article, on_progress)

    def switch(self, article_id: str, on_progress: Progress | None = None) -> ArticleIndex:
        """Make another of the chat's articles current. Raises as `index_of`."""
        index, library = self.index_of(article_id, on_progress), self._library
        if library.unkept.get(self._chat, article_id):
            library.current[self._chat] = article_id
            return index
        try:
            found = library.store.set_current(self._chat, article_id)
        except StorageError as error:
            _log.warning("Which article is current could not be kept: %s", error)
            library.current[self._chat] = article_id
            return index
        library.current.pop(self._chat, None)
        if not found:  # Another program has removed it.
            library.held.drop(self._chat, article_id)
            raise _no_such_article()
        return index

    def remove(self, article_id: str) -> Kept:
        """Remove one of the chat's articles; the latest of the others becomes current.

        Raises:
            LibraryError: the chat has no such article.
            StorageError: it can't be removed.
        """
        library = self._library
        if unkept := library.unkept.get(self._chat, article_id):
            removed = _listed(unkept)
        else:
            kept = library.store.articles(self._chat)
            found = [each for each in kept if each.id == article_id]
            if not found:
                raise _no_such_article()
            removed = found[0]
            library.store.remove(self._chat, article_id)
        library.unkept.drop(self._chat, article_id)
        library.held.drop(self._chat, article_id)
        forget_pages()
        if library.current.get(self._chat) == article_id:
            del library.current[self._chat]
        return removed

    def forget(self) -> None:
        """Remove everything of the chat, for good.

        Raises:
            StorageError: what is on the disk can't be removed.
        """
        library = self._library
        library.store.forget(self._chat)
        library.unkept.drop_chat(self._chat)
        library.held.drop_chat(self._chat)
        library.current.pop(self._chat, None)
        library.forget_questions()
        forget_pages()

    def last_question(self) -> str | None:
        """What was asked last of the current article, also before a restart."""
        if self._chat in self._library.current:
            return None  # What the store has is of another article.
        try:
            return self._library.store.last_question(self._chat)
        except StorageError as error:
            _log.warning("The last question could not be read: %s", error)
            return None

    def remember(self, question: str | None) -> None:
        """Keep what was asked last."""
        if self._chat in self._library.current:
            return  # It is of another article than the store's current one.
        try:
            self._library.store.set_last_question(self._chat, question)
        except StorageError as error:
            _log.warning("The last question could not be kept: %s", error)

    def ask_all(
        self, questions: Sequence[str], top: int = MAX_CITATIONS
    ) -> list[list[tuple[ArticleIndex, Answer]]]:
        """What each of the chat's articles says to each question, the surest first; the shipped
        one, if the chat has none. Of many, those that look most like an answer are asked. A
        question may follow up the one before.

        Raises:
            StorageError: they can't be read.
        """
        ids = [kept.id for kept in self.articles()]
        if len(ids) > _ASKED_IN_FULL:
            likeness = self._likeness(questions, ids)
            ids = heapq.nlargest(_ASKED_IN_FULL, likeness, key=lambda id_: likeness[id_])
        indexes = [self.index_of(article_id) for article_id in ids] or [self.shipped()]
        answers = [index.ask_each(questions, top=top) for index in indexes]
        return [
            sorted(zip(indexes, said, strict=True), key=lambda pair: -pair[1].confidence)
            for said in zip(*answers, strict=True)
        ]

    def _likeness(self, questions: Sequence[str], ids: list[str]) -> dict[str, float]:
        """As `ArticleIndex.likeness`, of the question that comes nearest, from the store: few
        articles need to be in memory."""
        library, likeness = self._library, dict[str, float]()
        asked = [normalize(without_padding(question)) for question in questions]
        queries = [library.embedder.encode_query(text)[0] for text in asked]
        try:
            for article_id, rows in library.store.vectors(self._chat, library.embedder.identity):
                likeness[article_id] = max(float((rows @ query).max()) for query in queries)
        except StorageError as error:
            _log.warning("The articles could not be compared: %s", error)
        for article_id in set(ids) - likeness.keys():
            # Not in the store, or with vectors of another model.
            index = self.index_of(article_id)
            likeness[article_id] = max(index.likeness(question) for question in questions)
        return likeness

    def _known(self) -> tuple[Kept, ...]:
        """As `articles`; none if they can't be read."""
        try:
            return self.articles()
        except StorageError:
            return ()

    def _check_room(self, article: Article) -> None:
        limits, kept = self._library.limits, self._known()
        if len(kept) >= limits.articles:
            raise LibraryError(
                f"You have {len(kept)} articles, and that is the limit. Remove one to make room."
            )
        if sum(each.bytes for each in kept) + _bytes(article.text) > limits.bytes:
            raise LibraryError(
                "Your articles together would be longer than the limit of "
                f"{limits.bytes:,} bytes. Remove one to make room."
            )

    def _keep(self, index: ArticleIndex) -> str | None:
        """Write an article, as the current one; why that could not be done, if it could not."""
        library, article = self._library, index.article
        try:
            library.store.add(
                self._chat, article, index.sentences, index.vectors, library.embedder.identity
            )
        except StorageError as error:
            library.unkept.put(self._chat, index)
            library.current[self._chat] = article.id
            return str(error)
        library.unkept.drop(self._chat, article.id)
        library.held.put(self._chat, index)
        library.current.pop(self._chat, None)
        return None

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
        try:
            library.store.replace_vectors(
                self._chat, article_id, index.sentences, index.vectors, model
            )
        except StorageError as error:
            _log.warning("The vectors of the new model could not be kept: %s", error)
        return index


def _listed(index: ArticleIndex) -> Kept:
    article = index.article
    return Kept(
        article.id, article.title, article.site, article.published, article.url,
        len(index.sentences), _bytes(article.text), time.time(),
    )  # fmt: skip


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _no_such_article() -> LibraryError:
    return LibraryError("There is no such article here any more.")
