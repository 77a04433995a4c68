"""Corrects a question's spelling by its article: "nuclaer", "Katyn" for "Katyń", "labor".

A misspelt word is in no sentence, and a model splits it into meaningless pieces. A word that
neither the article nor English has, and that is one or two slips away from a word of theirs, is
read as that word. The rules, and the list of words, are for English.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import distribution
from pathlib import Path

from index.finding.lexical import is_rather_other_than, stems, stop_words
from index.types import Correction

_LONG = 8
"""Letters from which on a word may have two slips instead of one. A slip is a letter left out,
added or replaced, or two letters swapped (Damerau 1964)."""

_SHORT = 4
"""Letters of the shortest words that are corrected, and these only to words of the article: English
has too many words near to them."""

_LONGEST = 1000
"""Characters of the longest text that is corrected. No question is longer, and every misspelt word
is compared with all others."""

# Letters only, but for a genitive: words such as "doesn't" and "T34" are left alone.
_WORD = re.compile(rf"(?<![\w'’])[^\W\d_]{{{_SHORT},}}(?!\w|['’](?!s\b))")


class Spelling:
    """Corrects questions to the words of an article. Safe to use from several threads."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        """`texts` are normalized, `language` is an ISO 639-1 code. Only English is corrected."""
        self._texts = texts
        self._mends = language == "en"

    def correct(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """The corrected question, and the replaced words, in order.

        A question in another language stays as it is: its small words tell, or that an unknown
        word has an accent, or that most words are unknown, and one of them is near to nothing
        known. So does a text that is too long for a question.
        """
        if not self._mends or len(question) > _LONGEST or _is_foreign(question):
            return question, ()
        words = list(_WORD.finditer(question))
        unknown = [
            (match, self._meant(match[0], name=_is_name(match)))
            for match in words
            if not self._knows(match[0])
        ]
        accented = any(not match[0].isascii() and not _is_name(match) for match, _ in unknown)
        lost = any(meant is None and not _is_name(match) for match, meant in unknown)
        if accented or (lost and 2 * len(unknown) > len(words)):
            return question, ()
        mended, end, corrections = "", 0, []
        for match, meant in unknown:
            if meant:
                mended += question[end : match.start()] + meant
                end = match.end()
                corrections.append((match[0], meant))
        return mended + question[end:], tuple(dict.fromkeys(corrections))

    def _knows(self, word: str) -> bool:
        if word.lower() in self._words:
            return True
        folded = _folded(word)
        if folded in self._own:
            # An article about Katyń has no "Katyn"; but "rely" does not mean its Mr Rély.
            return _is_english(word)
        [stem] = stems([folded], "en")
        return stem in self._stems or _is_english(folded) or _is_english(stem)

    def _meant(self, word: str, *, name: bool) -> str | None:
        """The nearest known word, or None.

        Of equally near ones a word of the article wins, then the most similar, then the most common
        one. A name is only corrected to a word of the article.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA, JaroWinkler

        folded = _folded(word)
        if folded in self._own:
            return self._own[folded]
        own, counts = [*self._own, *stop_words("en")], _counts()
        known = own if name or len(folded) == _SHORT else [*own, *_by_initial().get(folded[0], ())]
        slips = 1 if len(folded) < _LONG else 2
        near = [
            (distance, place >= len(own), -JaroWinkler.similarity(folded, found),
             -counts.get(found, 0), found)
            for found, distance, place in process.extract(
                folded, known, scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            if found[0] == folded[0]  # Few slips are in the first letter, but many other words.
        ]  # fmt: skip
        if not near:
            return None
        found = min(near)[-1]
        meant: str = self._own.get(found, found)
        return meant[0].upper() + meant[1:] if word[0].isupper() else meant

    @cached_property
    def _words(self) -> dict[str, str]:
        """The article's words in lower case -> their form there, in lower case if it occurs."""
        forms: dict[str, str] = {}
        for word in (word for text in self._texts for word in _WORD.findall(text)):
            if word.islower() or word.lower() not in forms:
                forms[word.lower()] = word
        return forms

    @cached_property
    def _own(self) -> dict[str, str]:
        """The same words without accents -> their form in the article."""
        return {_folded(word): form for word, form in self._words.items()}

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stems(list(self._own), "en"))


def _is_foreign(question: str) -> bool:
    return is_rather_other_than("en", re.findall(r"[^\W\d_]+", question.lower()))


def _is_name(match: re.Match[str]) -> bool:
    """Whether a word is written as a name, or is a part of a compound."""
    start, end = match.span()
    compound = "-" in (match.string[start - 1 : start], match.string[end : end + 1])
    return compound or (start > 0 and not match[0].islower())


def _folded(word: str) -> str:
    """The word in lower case, without accents."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _list() -> str:
    """A list of 82,000 English words, British and American, each on a line with its frequency in
    books: SymSpell's, from SCOWL and the Google Books Ngrams (Garbe 2018)."""
    # The package is not imported: that takes longer than reading the list.
    file = "symspellpy/frequency_dictionary_en_82_765.txt"
    path = Path(str(distribution("symspellpy").locate_file(file)))
    return "\n" + path.read_text(encoding="utf-8-sig")


def _is_english(word: str) -> bool:
    return f"\n{word} " in _list()


@cache
def _counts() -> dict[str, int]:
    return {word: int(count) for word, count in map(str.split, _list().splitlines()[1:])}


@cache
def _by_initial() -> dict[str, list[str]]:
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word in _counts():
        words[word[0]].append(word)
    return words
