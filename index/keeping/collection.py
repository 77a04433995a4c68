"""One chat's articles, loaded from the store as indexes that are ready to be asked.

A failing store never stops the answering: an article that can't be saved is kept in memory.
"""

import heapq
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.answering.citing import MAX_CITATIONS
from index.answering.linking import clear_page_cache
from index.article_index import ArticleIndex, Progress
from index.errors import CollectionError, StorageDamaged, StorageError
from index.finding.politeness import strip_politeness
from index.keeping.pasted import PastedMessage, PlaceInChat, place_in_chat
from index.keeping.store import RECENT_QUESTIONS, ArticleEntry, Asked
from index.stages import Stage, stage
from index.text.normalizing import normalize
from index.types import Article, ArticleAnswer, Citation, Judgement

if TYPE_CHECKING:
    from index.keeping.library import Library

_log = logging.getLogger(__name__)

MAX_ARTICLES_ASKED = 5
"""The most articles that a question is put to; of more, the most similar ones are chosen."""

_MARKED_SECONDS = 60 * 60
"""Seconds after which it is noted again that a chat is in use. It expires after days."""


@dataclass(frozen=True, slots=True)
class Added:
    """The result of adding an article.

    `already_there` tells whether the chat had it before, `not_saved_because` why it could not be
    saved, if that failed.
    """

    index: ArticleIndex
    already_there: bool
    not_saved_because: StorageError | None = None


class Collection:
    """One chat's articles, one of which is current. A chat never sees another's articles.

    It is made by `Library.collection`: `library` holds what all chats share, `chat` is the key
    under which the store keeps this chat's articles.
    """

    def __init__(self, library: "Library", chat: str) -> None:
        self._library = library
        self._chat = chat
        self._mark_again = -math.inf
        self.unread: StorageError | None = None
        """Why it is not known which article is current: the store could not be read."""
        self._damaged: set[str] = set()
        self._to_be_told: dict[str, str] = {}
        self._unsaved_questions: tuple[Asked, ...] = ()  # The newest first.

    def mark_used(self) -> None:
        """Note that the chat is in use, so that it does not expire: at most once an hour."""
        now = time.monotonic()
        if now < self._mark_again:
            return
        self._mark_again = now + _MARKED_SECONDS
        try:
            self._library.store.mark_used(self._chat)
        except StorageError as error:
            _log.warning("That a chat is in use could not be kept: %s", error)

    def shipped(self) -> ArticleIndex:
        """The index of the article that is asked when the chat has none."""
        return self._library.shipped()

    def current(self, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of the article that is asked now: the shipped one, if the chat has none."""
        library = self._library
        try:
            current = library.unsaved_current.get(self._chat) or library.store.current(self._chat)
            index = self._readable_index(current, on_progress) if current else None
            self.unread = None
            return index or self.shipped()
        except CollectionError:  # Another program has removed it.
            self.unread = None
        except StorageError as error:
            _log.warning("The current article could not be read: %s", error)
            self.unread = error
        return self.shipped()

    def add(self, article: Article, on_progress: Progress | None = None) -> Added:
        """Take an article and make it current. The same text is not taken twice.

        Raises:
            CollectionError: there is no room for another.
            EmptyArticle, ModelError: as `ArticleIndex.build`.
        """
        return self._take(article, lambda: self._build(article, on_progress), on_progress)

    def share(self, article_id: str) -> str | None:
        """A token by which any other chat may open one of this chat's articles; None: it is not
        kept.

        Raises:
            StorageError: the store can't be read or written.
        """
        return self._library.store.shares.give(self._chat, article_id)

    def unshare(self, article_id: str) -> bool:
        """End the sharing of an article. Chats that have opened it keep their copies. False: it was
        not shared.

        Raises:
            StorageError: the store can't be written.
        """
        return self._library.store.shares.end(self._chat, article_id)

    def open_shared(self, token: str, on_progress: Progress | None = None) -> Added | None:
        """Take a copy of the article that a token opens, as `add` does; None: it opens nothing.

        The article alone is copied, with its vectors, and nothing else of the chat that shares it.

        Raises:
            CollectionError: there is no room for another.
            StorageError, ModelError: as `load_index`.
        """
        library = self._library
        if (found := library.store.shares.find(token)) is None:
            return None
        owner, article_id = found
        try:
            shared = library.collection(owner).load_index(article_id, on_progress)
        except CollectionError:  # It was removed just now.
            return None
        return self._take(shared.article, lambda: self._copy(shared), on_progress)

    def _take(
        self, article: Article, make: Callable[[], ArticleIndex], on_progress: Progress | None
    ) -> Added:
        """Add an article; `make` makes its index, if the chat has none."""
        unsaved = self._library.unsaved.get(self._chat, article.id)
        entries = self._readable_articles()
        already_there = unsaved is not None or article.id in {entry.id for entry in entries}
        if already_there and unsaved is None:
            try:
                return Added(self.switch(article.id, on_progress), already_there=True)
            except StorageDamaged:
                self.remove(article.id)
                already_there = False
        elif not already_there:
            self._check_room(article, entries)
        index = unsaved or make()
        return Added(index, already_there, self._save(index))

    def articles(self) -> tuple[ArticleEntry, ...]:
        """The chat's articles, the oldest first; only those in memory, if the store can't be read.

        Raises:
            StorageError: the store can't be read, and no article is in memory.
        """
        unsaved = self._library.unsaved.of_chat(self._chat)
        try:
            return (*self._library.store.articles(self._chat), *map(_entry, unsaved))
        except StorageError as error:
            in_memory = (*self._library.cache.of_chat(self._chat), *unsaved)
            if not in_memory:
                raise
            _log.warning("The articles could not be read: %s", error)
            return tuple(map(_entry, in_memory))

    def load_index(self, article_id: str, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of one of the chat's articles.

        `on_progress` is called while vectors are made anew, which happens if the stored ones are
        another model's.

        Raises:
            CollectionError: the chat has no such article.
            StorageError: the article can't be read.
            ModelError: as `ArticleIndex.build`.
        """
        for cache in (self._library.unsaved, self._library.cache):
            if index := cache.get(self._chat, article_id):
                return index
        index = self._load(article_id, on_progress)
        self._library.cache.put(self._chat, index)
        return index

    def _readable_index(
        self, article_id: str, on_progress: Progress | None = None
    ) -> ArticleIndex | None:
        """The same as `load_index`. A damaged article is set aside: it is not asked any more, and
        the chat is to be told."""
        if article_id in self._damaged:
            return None
        try:
            return self.load_index(article_id, on_progress)
        except StorageDamaged as error:
            _log.warning("An article is set aside: %s", error)
            self._damaged.add(article_id)
            self._to_be_told[article_id] = str(error.values.get("title", ""))
        try:
            self._library.store.leave(self._chat, article_id)
        except StorageError as error:
            _log.warning("That an article is set aside could not be kept: %s", error)
        return None

    def set_aside(self) -> tuple[str, ...]:
        """The titles of the articles that were found to be damaged since this was asked last."""
        titles, self._to_be_told = tuple(self._to_be_told.values()), {}
        return titles

    def asked_index(self, article_id: str) -> ArticleIndex:
        """The index of an article that the chat asks or asked: one of its own, or the shipped one.

        Raises:
            CollectionError, StorageError, ModelError: as `load_index`.
        """
        shipped = self.shipped()
        return shipped if article_id == shipped.article.id else self.load_index(article_id)

    def preview(self, article: Article, on_progress: Progress | None = None) -> ArticleIndex:
        """The index of any article, without keeping it. If the chat has it, it is not built again.

        Raises:
            EmptyArticle, ModelError: as `ArticleIndex.build`.
        """
        try:
            return self.load_index(article.id, on_progress)
        except (CollectionError, StorageError):
            return self._build(article, on_progress)

    def preview_of(
        self, source: str, load: Callable[[], Article], on_progress: Progress | None = None
    ) -> ArticleIndex:
        """The index of what comes from a source, without keeping it.

        `load` makes the article, unless the same source was asked a short time ago, by any chat.

        Raises:
            EmptyArticle, ModelError: as `ArticleIndex.build`; and whatever `load` raises.
        """
        index = self._library.previews.get(source)
        if index is None:
            index = self._build(load(), on_progress)
            self._library.previews.put(source, index)
        return index

    def switch(self, article_id: str, on_progress: Progress | None = None) -> ArticleIndex:
        """Make another of the chat's articles current, and return its index.

        Raises:
            CollectionError, StorageError, ModelError: as `load_index`.
        """
        index, library = self.load_index(article_id, on_progress), self._library
        if library.unsaved.get(self._chat, article_id):
            library.unsaved_current[self._chat] = article_id
            return index
        try:
            found = library.store.set_current(self._chat, article_id)
        except StorageError as error:
            _log.warning("Which article is current could not be kept: %s", error)
            library.unsaved_current[self._chat] = article_id
            return index
        library.unsaved_current.pop(self._chat, None)
        if not found:  # Another program has removed it.
            library.cache.discard(self._chat, article_id)
            raise _no_such_article()
        return index

    def remove(self, article_id: str) -> ArticleEntry:
        """Remove one of the chat's articles; the latest of the others becomes current.

        Raises:
            CollectionError: the chat has no such article.
            StorageError: the store can't be read or written.
        """
        library = self._library
        if unsaved := library.unsaved.get(self._chat, article_id):
            removed = _entry(unsaved)
        else:
            entries = library.store.articles(self._chat)
            found = next((entry for entry in entries if entry.id == article_id), None)
            if found is None:
                library.cache.discard(self._chat, article_id)
                raise _no_such_article()
            removed = found
            library.store.remove(self._chat, article_id)
        self._unsaved_questions = tuple(
            asked for asked in self._unsaved_questions if asked.article != article_id
        )
        library.unsaved.discard(self._chat, article_id)
        library.cache.discard(self._chat, article_id)
        self._damaged.discard(article_id)
        self._to_be_told.pop(article_id, None)
        clear_page_cache()
        if library.unsaved_current.get(self._chat) == article_id:
            del library.unsaved_current[self._chat]
        return removed

    def forget(self) -> None:
        """Remove everything that is kept of the chat, for good: what is in memory, then the rest.

        Raises:
            StorageError: the store can't be written.
        """
        library = self._library
        library.unsaved.discard_chat(self._chat)
        library.cache.discard_chat(self._chat)
        library.unsaved_current.pop(self._chat, None)
        self._unsaved_questions = ()
        library.forget_questions()
        clear_page_cache()
        library.store.forget(self._chat)
        # A question that was being answered meanwhile may have loaded an article again.
        library.cache.discard_chat(self._chat)

    @property
    def has_traces(self) -> bool:
        """Whether words of what was removed may still be in the files, as `Store.has_traces`."""
        return self._library.store.has_traces

    def language(self) -> str | None:
        """The language in which the chat wants to be spoken to, if it has chosen one."""
        try:
            return self._library.store.language(self._chat)
        except StorageError as error:
            _log.warning("The language of a chat could not be read: %s", error)
            return None

    def choose_language(self, language: str | None) -> None:
        """Keep the language in which the chat wants to be spoken to.

        Raises:
            StorageError: the store can't be written.
        """
        self._library.store.set_language(self._chat, language)

    def is_open_to_members(self) -> bool:
        """Whether all members of a group may change its articles; not, if that can't be known."""
        try:
            return self._library.store.is_open_to_members(self._chat)
        except StorageError as error:
            _log.warning("Who may change a group's articles could not be read: %s", error)
            return False

    def open_to_members(self, is_open: bool) -> None:
        """Keep whether all members of a group may change its articles.

        Raises:
            StorageError: the store can't be written.
        """
        self._library.store.set_open_to_members(self._chat, is_open)

    def last_question(self) -> str | None:
        """The last question about the current article, also from before a restart."""
        if self._chat in self._library.unsaved_current:
            return None  # The stored one is about another article.
        try:
            return self._library.store.last_question(self._chat)
        except StorageError as error:
            _log.warning("The last question could not be read: %s", error)
            return None

    def remember(self, asked: Asked) -> None:
        """Keep a question as the last one about the current article, and among the recent ones."""
        if self._chat not in self._library.unsaved_current:
            try:
                self._library.store.remember(self._chat, asked)
                return
            except StorageError as error:
                _log.warning("The last question could not be kept: %s", error)
        self._unsaved_questions = _newest((asked, *self._unsaved_questions))

    def recent_questions(self) -> tuple[Asked, ...]:
        """What the chat asked, the newest first: also before a restart, and of other articles."""
        try:
            stored = self._library.store.recent_questions(self._chat)
        except StorageError as error:
            _log.warning("The recent questions could not be read: %s", error)
            stored = ()
        return _newest((*self._unsaved_questions, *stored))

    def judge(self, judgement: Judgement) -> None:
        """Keep what the chat says of an answer, in the place of what it said of it before.

        Raises:
            CollectionError: the article could not be kept.
            StorageError: the store can't be written.
        """
        if self._library.unsaved.get(self._chat, judgement.article):
            raise CollectionError(
                "The article could not be kept, so what you say of its answers can't be either."
            )
        self._library.store.feedback.give(self._chat, judgement)

    def keep_messages(self, article_id: str, messages: Sequence[PastedMessage]) -> None:
        """Keep the messages of the chat in which one of its articles was pasted."""
        try:
            self._library.store.pasted.keep(self._chat, article_id, messages)
        except StorageError as error:
            _log.warning("The messages of an article could not be kept: %s", error)

    def place_in_chat(self, article: Article, citation: Citation) -> PlaceInChat | None:
        """The message of the chat that says a cited sentence, if the article was pasted."""
        if article.url or article.pages:
            return None
        try:
            messages = self._library.store.pasted.of_article(self._chat, article.id)
        except StorageError as error:
            _log.warning("The messages of an article could not be read: %s", error)
            return None
        return place_in_chat(article, citation.start, citation.end, messages)

    def ask_all(
        self, questions: Sequence[str], top: int = MAX_CITATIONS
    ) -> list[list[ArticleAnswer]]:
        """Put each question to each of the chat's articles, or to the shipped one if it has none.

        Returns for each question the articles' answers, the most confident first. If the chat has
        many articles, those most similar to the questions are asked. A question may follow up the
        one before.

        Raises:
            StorageError: the articles can't be read.
        """
        ids = [entry.id for entry in self.articles()]
        if len(ids) > MAX_ARTICLES_ASKED:
            similarity = self._similarities(questions, ids)
            ids = heapq.nlargest(MAX_ARTICLES_ASKED, similarity, key=lambda id_: similarity[id_])
        readable = [index for article_id in ids if (index := self._readable_index(article_id))]
        indexes = readable or [self.shipped()]
        by_article = [
            [
                ArticleAnswer(index.article, answer, len(index.sentences))
                for answer in index.ask_each(questions, top=top)
            ]
            for index in indexes
        ]
        return [
            sorted(answers, key=lambda each: -each.answer.confidence)
            for answers in zip(*by_article, strict=True)
        ]

    def _similarities(self, questions: Sequence[str], ids: list[str]) -> dict[str, float]:
        """The `ArticleIndex.similarity` of each article to the nearest of the questions, by its ID:
        of the nearest ones at least.

        The store compares them, so that few articles need to be in memory.
        """
        embedder, similarity = self._library.embedder, dict[str, float]()
        texts = [normalize(strip_politeness(question)) for question in questions]
        queries = np.concatenate([embedder.encode_query(text) for text in texts])
        try:
            similarity = self._library.store.vectors.similarities(
                self._chat, embedder.identity, queries, MAX_ARTICLES_ASKED
            )
        except StorageError as error:
            _log.warning("The articles could not be compared: %s", error)
        for article_id in set(ids) - similarity.keys():
            # Not in the store, with vectors of another model, or damaged.
            if (index := self._readable_index(article_id)) is None:
                continue
            similarity[article_id] = max(index.similarity(question) for question in questions)
        return similarity

    def _readable_articles(self) -> tuple[ArticleEntry, ...]:
        """The same as `articles`, but none if they can't be read."""
        try:
            return self.articles()
        except StorageError:
            return ()

    def _check_room(self, article: Article, entries: Sequence[ArticleEntry]) -> None:
        limits = self._library.limits
        if len(entries) >= limits.articles:
            raise CollectionError(
                "The limit of {articles} articles is reached. Remove one to make room.",
                articles=len(entries),
            )
        if sum(entry.bytes for entry in entries) + _bytes(article.text) > limits.bytes:
            raise CollectionError(
                "Your articles together would be longer than the limit of {bytes} bytes. "
                "Remove one to make room.",
                bytes=limits.bytes,
            )

    @stage(Stage.KEEPING)
    def _save(self, index: ArticleIndex) -> StorageError | None:
        """Write an article and make it current; return the reason if that failed, else None."""
        library, article = self._library, index.article
        try:
            library.store.add(
                self._chat, article, index.sentences, index.vectors, library.embedder.identity
            )
        except StorageError as error:
            library.unsaved.put(self._chat, index)
            library.unsaved_current[self._chat] = article.id
            return error
        library.unsaved.discard(self._chat, article.id)
        library.cache.put(self._chat, index)
        library.unsaved_current.pop(self._chat, None)
        return None

    def _build(self, article: Article, on_progress: Progress | None) -> ArticleIndex:
        library = self._library
        return ArticleIndex.build(
            article, library.embedder, reader=library.reader, on_progress=on_progress
        )

    def _copy(self, index: ArticleIndex) -> ArticleIndex:
        """An index of its own, which knows nothing of what the other was asked."""
        library = self._library
        return ArticleIndex(
            index.article, index.sentences, index.vectors, library.embedder, library.reader
        )

    def _load(self, article_id: str, on_progress: Progress | None) -> ArticleIndex:
        """Read an article from the store. Vectors of another model are made anew, and replaced."""
        library = self._library
        model = library.embedder.identity
        with stage(Stage.OPENING):
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


def _entry(index: ArticleIndex) -> ArticleEntry:
    article = index.article
    return ArticleEntry(
        id=article.id,
        title=article.title,
        site=article.site,
        published=article.published,
        sentence_count=len(index.sentences),
        bytes=_bytes(article.text),
    )


def _newest(questions: Sequence[Asked]) -> tuple[Asked, ...]:
    """The newest of some questions that are in order, each once."""
    return tuple(dict.fromkeys(questions))[:RECENT_QUESTIONS]


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _no_such_article() -> CollectionError:
    return CollectionError("There is no such article here any more.")
