"""A cache in memory for the indexes of articles."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from index.article_index import ArticleIndex


class IndexCache:
    """The most recently used indexes of all chats, up to a number of sentences. Thread-safe."""

    def __init__(self, max_sentences: int) -> None:
        """`max_sentences` is for all indexes together. A longer one is cached alone."""
        self._max_sentences = max_sentences
        self._indexes: OrderedDict[tuple[str, str], ArticleIndex] = OrderedDict()
        self._sentences = 0
        self._lock = threading.Lock()

    def get(self, chat: str, article_id: str) -> ArticleIndex | None:
        """The index of a chat's article, or None if it is not cached."""
        with self._lock:
            if (chat, article_id) in self._indexes:
                self._indexes.move_to_end((chat, article_id))
            return self._indexes.get((chat, article_id))

    def put(self, chat: str, index: ArticleIndex) -> None:
        """Cache an index; the least recently used ones make room for it."""
        with self._lock:
            self._pop((chat, index.article.id))
            self._indexes[chat, index.article.id] = index
            self._sentences += len(index.sentences)
            while self._sentences > self._max_sentences and len(self._indexes) > 1:
                self._pop(next(iter(self._indexes)))

    def size(self) -> tuple[int, int, int]:
        """The numbers of articles, of their sentences, and of the bytes of their vectors."""
        with self._lock:
            vectors = sum(index.vectors.nbytes for index in self._indexes.values())
            return len(self._indexes), self._sentences, vectors

    def of_chat(self, chat: str) -> list[ArticleIndex]:
        """All cached indexes of a chat."""
        with self._lock:
            return [index for key, index in self._indexes.items() if key[0] == chat]

    def discard(self, chat: str, article_id: str) -> None:
        """Drop an article's index, if it is cached."""
        with self._lock:
            self._pop((chat, article_id))

    def discard_chat(self, chat: str) -> None:
        """Drop all indexes of a chat."""
        self.discard_chats(lambda each: each == chat)

    def discard_chats(self, is_gone: Callable[[str], bool]) -> bool:
        """Drop all indexes of such chats; return whether there were any."""
        with self._lock:
            keys = [key for key in self._indexes if is_gone(key[0])]
            for key in keys:
                self._pop(key)
        return bool(keys)

    def clear(self) -> None:
        """Drop everything."""
        self.discard_chats(lambda _: True)

    def _pop(self, key: tuple[str, str]) -> None:
        if index := self._indexes.pop(key, None):
            self._sentences -= len(index.sentences)
