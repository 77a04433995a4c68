"""A lexical index: texts -> scores by shared words, names and numbers (BM25)."""

import re
import sys
from collections.abc import Iterable, Sequence

import numpy as np
import Stemmer

from index.types import Scores

# bm25s imports scipy if it is there, without needing it, and scipy takes longer to load than the
# rest of the program. So it is hidden during the import.
_hidden = "scipy" not in sys.modules
if _hidden:
    sys.modules["scipy"] = None  # type: ignore[assignment]
try:
    import bm25s
    from bm25s import stopwords
finally:
    if _hidden:
        del sys.modules["scipy"]

# Fitted on training questions; the same values as Anserini's defaults (Yang, Fang & Lin 2017),
# which suit short texts better than the usual 1.5 and 0.75.
_K1 = 0.9
_B = 0.4

_WORD = re.compile(r"\w+(?:'\w+)*")

_LONGEST_STEMMED = 100
"""Letters of a word that are stemmed. No language has longer words, and some stemmers take time
that grows with the square of the length."""

# "Who's" is two words, both without content; "O'Brien" is one.
_CONTRACTED = re.compile(r"'(?:s|re|ve|ll|d|m)$")

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_STOP_WORDS = {
    # bm25s's plain English list lacks question words and auxiliaries ("when", "did").
    "en": stopwords.STOPWORDS_EN_PLUS,
    "da": stopwords.STOPWORDS_DANISH,
    "de": stopwords.STOPWORDS_GERMAN,
    "es": stopwords.STOPWORDS_SPANISH,
    "fr": stopwords.STOPWORDS_FRENCH,
    "it": stopwords.STOPWORDS_ITALIAN,
    "nl": stopwords.STOPWORDS_DUTCH,
    "no": stopwords.STOPWORDS_NORWEGIAN,
    "pt": stopwords.STOPWORDS_PORTUGUESE,
    "ru": stopwords.STOPWORDS_RUSSIAN,
    "sv": stopwords.STOPWORDS_SWEDISH,
    "tr": stopwords.STOPWORDS_TURKISH,
    "zh": stopwords.STOPWORDS_CHINESE,
}


def stop_words(language: str) -> frozenset[str]:
    """Words without content; an empty set if those of the language are not known."""
    return frozenset(_STOP_WORDS.get(language, ()))


def is_rather_other_than(language: str, words: Sequence[str]) -> bool:
    """Whether another language has more stop words among these lower-case words."""
    counts = {each: len(stop_words(each).intersection(words)) for each in (language, *_STOP_WORDS)}
    return max(counts.values()) > max(counts[language], 1)


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stems of lower-case words; the words themselves if the language has no stemmer."""
    algorithm = _SNOWBALL.get(language)
    # Stemmers are not thread-safe, and cheap to make.
    stemmer = Stemmer.Stemmer(algorithm) if algorithm else None
    return stemmer.stemWords([word[:_LONGEST_STEMMED] for word in words]) if stemmer else [*words]


class LexicalIndex:
    """BM25 over stemmed words, without stop words, in the texts' language."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        """`texts` are normalized; `language` is an ISO 639-1 code. An unknown one is not
        stemmed."""
        self._language = language
        self._stop_words = stop_words(language)
        self._words = [self._content_words(text) for text in texts]
        self._bm25 = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        # A row without content words still needs an entry.
        self._bm25.index([words or [""] for words in self._words], show_progress=False)

    def scores(self, question: str) -> Scores:
        """The BM25 score of every row: shape (rows,), 0 without a word in common."""
        words = self._content_words(question)
        if not words:
            return np.zeros(len(self._words), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(words), dtype=np.float32)

    def coverage(self, question: str, rows: Iterable[int]) -> list[float]:
        """The share of the question's content words that each of these rows holds: 0 to 1."""
        words = set(self._content_words(question))
        counts = (len(words.intersection(self._words[row])) for row in rows)
        return [count / max(len(words), 1) for count in counts]

    def _content_words(self, text: str) -> list[str]:
        words = [
            word
            for word in _WORD.findall(text.lower())
            if not self._stop_words.intersection((word, _CONTRACTED.sub("", word)))
        ]
        return stems(words, self._language)
