"""Joins a PDF's line to the next: with a space or without, with its hyphen or without."""

import re
from collections import Counter
from collections.abc import Iterable

_HYPHENS = ("-", "\u2010")
_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_PART = re.compile(r"[^\W\d_]+$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")

_ADDRESS = re.compile(r"(?:://|www\.)\S*[./_=&?-]$")
_LONGEST_ADDRESS = 200

_WHOLE_WORD = 4
"""Letters from which on a part of a compound is taken for a word and not for a syllable."""


class Joining:
    """Joins lines by the words that occur elsewhere in the document."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines` are all of the document's. A word at the end of a line may be cut, and isn't
        counted."""
        found = [word.replace("\u2010", "-") for line in lines for word in _whole_words(line)]
        self._as_written = frozenset(found)
        self._count = Counter(map(str.lower, found))

    def glue(self, line: str, following: str) -> str:
        """The line in the form in which it is put before the following one.

        A hyphen between letters is removed, unless the word has another hyphen, or occurs elsewhere
        with the hyphen at least as often as without. If the word is nowhere else, the hyphen stays
        before a capital letter, and where both of its parts are words of the document.
        """
        last, first = _LAST_PART.search(line[:-1]), _FIRST_PART.match(following)
        if line[-1] == _SOFT_HYPHEN:
            return line[:-1]
        if _is_solid(line, following):
            return line
        if line[-1] not in _HYPHENS or not last:
            return line + " "
        if not first:
            return line if following[0].isdigit() else line + " "
        has_another = line[: last.start()].endswith(_HYPHENS)
        kept = has_another or self._is_compound(last.group(), first.group())
        return line if kept else line[:-1]

    def _is_compound(self, first: str, second: str) -> bool:
        solid = self._count[(first + second).lower()]
        hyphenated = self._count[f"{first}-{second}".lower()]
        if solid or hyphenated or not second[0].islower():
            return hyphenated >= solid
        long_enough = min(len(first), len(second)) >= _WHOLE_WORD
        return long_enough and self._count[first.lower()] > 0 and second in self._as_written


def _whole_words(line: str) -> list[str]:
    """The words of a line without those that its ends may have cut."""
    found = _WORD.findall(line)
    return found[1:-1] if line.endswith((*_HYPHENS, _SOFT_HYPHEN)) else found[1:]


def _is_solid(line: str, following: str) -> bool:
    """Whether no space belongs between the lines: in an address, after a dash that has none before
    it, and in Chinese and Japanese."""
    dash = line[-1] in "—/" and line[-2:-1].isalnum()
    address = _ADDRESS.search(line[-_LONGEST_ADDRESS:]) is not None
    return dash or address or bool(_CJK.match(line[-1]) and _CJK.match(following))
