"""The indexes of what was asked of late without being kept."""

import threading
import time
from collections import OrderedDict

from index.article_index import ArticleIndex


class Previews:
    """Indexes in memory alone, for a short time, by where their articles came from. Thread-safe."""

    def __init__(self, max_sentences: int, seconds: float) -> None:
        """`max_sentences` is for all indexes together. A longer one is not held."""
        self._max_sentences = max_sentences
        self._seconds = seconds
        self._made: OrderedDict[str, tuple[float, ArticleIndex]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, source: str) -> ArticleIndex | None:
        """The index of what came from there, if it was made a short time ago."""
        with self._lock:
            self._drop_old()
            made = self._made.get(source)
            return made[1] if made else None

    def put(self, source: str, index: ArticleIndex) -> None:
        """Hold an index; the older ones make room for it."""
        with self._lock:
            self._drop_old()
            self._made.pop(source, None)
            self._made[source] = time.monotonic(), index
            while sum(len(each.sentences) for _, each in self._made.values()) > self._max_sentences:
                self._made.popitem(last=False)

    def size(self) -> tuple[int, int, int]:
        """The numbers of articles, of their sentences, and of the bytes of their vectors."""
        with self._lock:
            self._drop_old()
            held = [index for _, index in self._made.values()]
        sentences = sum(len(index.sentences) for index in held)
        return len(held), sentences, sum(index.vectors.nbytes for index in held)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._made.clear()

    def _drop_old(self) -> None:
        before = time.monotonic() - self._seconds
        while self._made and next(iter(self._made.values()))[0] < before:
            self._made.popitem(last=False)
