"""The address of a citation: the page of a PDF, or the place on a web page.

A link to a place holds a text directive, ``#:~:text=[prefix-,]start[,end][,-suffix]``
(https://wicg.github.io/scroll-to-text-fragment/). The browser marks the text from the first `start`
that follows `prefix` to the next `end` that `suffix` follows. Case and accents don't count; the
outermost words must be whole; no part may cross a line of `Article.page_text`.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice, product
from urllib.parse import quote, urldefrag

from index.types import Article, Span

_WHOLE = 120
"""Characters of the longest sentence that is given as a whole. Of a longer one, its first and last
words are given."""

_PARTS = ((4, 0), (8, 0), (16, 0), (16, 2), (16, 4), (16, 8), (16, 16))
"""For `start` and for `end`: how many words are tried, and how many of `prefix` or `suffix`. More
are tried where fewer would lead to another place."""

_LINES = 4
"""Line breaks in a sentence, from either end, at which `start` or `end` is tried too."""

_CONTEXTS = sorted(product((0, 2, 4, 8, 16), repeat=2), key=sum)
"""How many words before and after a sentence given as a whole are tried, the fewest first."""

_REACH = 1000
"""Characters before or after a place in which words are looked for."""

_SURROUNDINGS = (80, 20, 5)
"""Characters around a sentence that tell which of several equal ones is meant; the most are tried
first."""

_PIECE = 12
"""Characters that a piece of a sentence must have at least to stand for the sentence."""

_TRIED = 100
"""Words of a sentence among which such a piece is looked for."""

_WORD = re.compile(r"[^\s、。，；：！？…]+[、。，；：！？…]*")
# Direction marks and joiners, which browsers count to the letter before them.
_GLUED = r"\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_MARK = re.compile(f"[{_GLUED}]")
# Places at which no word begins or ends (after https://unicode.org/reports/tr29/).
_INSIDE_WORD = re.compile(
    rf"(?<=\w)(?=\w|[.,:;'’·]\w)|(?<=\w[.,:;'’·])(?=\w)|(?<=[^\n])(?=[{_GLUED}])"
)

_LINE_END = re.compile("\n")
# Characters that a browser's search ignores.
_INVISIBLE = rf"{_GLUED}\u00ad\u200b-\u200d"
_BLANK = rf"\s{_INVISIBLE}"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_BLANKS = re.compile(f"[{_BLANK}]+")
_INKED = re.compile(f"[^{_BLANK}]+")
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("“”„‟", '"'))


def clear_page_cache() -> None:
    """Drop the pages that are cached in memory to make links to them fast."""
    _read.cache_clear()


def page_of(article: Article, start: int) -> int | None:
    """The page of a PDF on which the character `start` stands, counted from 1."""
    return max(bisect_right(article.pages, start), 1) if article.pages else None


def link_to(article: Article, start: int, end: int) -> str | None:
    """The address that opens the source at ``article.text[start:end]``; None if it has none.

    Where the page does not have the whole sentence word for word, the address leads to the longest
    piece that it has; if that is too short to be told apart, to the page as such.
    """
    if not article.url:
        return None
    url = urldefrag(article.url).url
    if article.pages:
        return f"{url}#page={page_of(article, start)}"
    page = _read(article.page_text)
    place = _place(page, article.text, start, end)
    return f"{url}#:~:text={_directive(page, *place)}" if place else url


@dataclass(frozen=True, slots=True)
class _Page:
    """A text and its ink: the letters that a search compares, without case, accents and spaces.

    ``ink[i]`` stands at ``text[places[i]]``.
    """

    text: str
    ink: str
    places: "array[int]"

    def index(self, place: int) -> int:
        """The index in `ink` of the first letter at or after a place in the text."""
        return bisect_left(self.places, place)

    def span(self, begin: int, end: int) -> Span:
        """The span of ``ink[begin:end]`` in the text, with the accents of its last letter."""
        stop = self.places[end] if end < len(self.ink) else len(self.text)
        blank = _BLANKS.search(self.text, self.places[end - 1], stop)
        return self.places[begin], blank.start() if blank else stop

    def find(self, ink: str, begin: int = 0) -> int:
        """The first index, from `begin` on, at which `ink` stands as whole words; -1 if none."""
        at = self.ink.find(ink, begin)
        while at >= 0 and any(
            _INSIDE_WORD.match(self.text, edge) for edge in self.span(at, at + len(ink))
        ):
            at = self.ink.find(ink, at + 1)
        return at

    def leads(self, start: int, end: int, after: int = 0) -> bool:
        """Whether a search from `after` on finds ``text[start:end]`` at `start` first."""
        begin = self.index(start)
        return self.find(self.ink[begin : self.index(end)], self.index(after)) == begin

    def ahead(self, place: int, words: int, limit: int | None = None) -> int:
        """The end of the next `words` words after `place`, but not beyond the end of their line, or
        `limit`. Returns `place` if there are none."""
        begin = self.index(place)
        if not words or begin == len(self.ink):
            return place
        start = self.places[begin]
        if _UNSEEN.search(self.text, place, start):  # A browser would look for it in the words.
            return place
        line = self.text.find("\n", start)
        limit = min(limit or len(self.text), start + _REACH, line if line > 0 else len(self.text))
        ends = [word.end() for word in _WORD.finditer(self.text, start, limit)]
        return ends[:words][-1] if ends else place

    def back(self, place: int, words: int, limit: int = 0) -> int:
        """The beginning of the last `words` words before `place`, but not before the beginning of
        their line, or `limit`. Returns `place` if there are none."""
        end = self.index(place)
        if not words or not end:
            return place
        stop = self.places[end - 1] + 1
        if _UNSEEN.search(self.text, stop, place):
            return place
        limit = max(limit, stop - _REACH, self.text.rfind("\n", 0, stop) + 1)
        starts = [word.start() for word in _WORD.finditer(self.text, limit, stop)]
        return starts[-words:][0] if starts else place


@lru_cache(maxsize=4)
def _read(text: str) -> _Page:
    """Make the page of a text. It is cached, since a question searches it up to ten times."""
    ink, places = [], array("I")
    for run in _INKED.finditer(text):
        if run[0].isascii():
            ink.append(run[0].lower())
            places.extend(range(*run.span()))
            continue
        for place, character in enumerate(run[0], run.start()):
            ink.append(_folded(character))
            places.extend([place] * len(ink[-1]))
    return _Page(text, "".join(ink), places)


@cache
def _folded(character: str) -> str:
    """A character without case and accents: equal results are the same to a browser's search."""
    letters = unicodedata.normalize("NFKD", character)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.casefold().translate(_QUOTES)


def _ink(text: str) -> str:
    return "".join(map(_folded, "".join(_INKED.findall(text))))


def _place(page: _Page, text: str, start: int, end: int) -> Span | None:
    """The span on the page of ``text[start:end]``, or of its longest piece, or None."""
    place = _nearest(page, text, start, end)
    if place is None:
        start, end = _longest_piece(page, text, start, end)
        place = _nearest(page, text, start, end) if end - start >= _PIECE else None
    return place


def _nearest(page: _Page, text: str, start: int, end: int) -> Span | None:
    """The span on the page of ``text[start:end]``; where it occurs more than once, the place whose
    surroundings are most like those in `text`."""
    ink = _ink(text[start:end])
    if not ink:
        return None
    for before, after in _surroundings(text, start, end):
        if (at := page.ink.find(before + ink + after)) >= 0:
            begin = at + len(before)
            return page.span(begin, begin + len(ink))
    at = max(page.find(ink), page.ink.find(ink))
    return page.span(at, at + len(ink)) if at >= 0 else None


def _surroundings(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Pairs of ink before and after a sentence: first much of it and on both sides."""
    before = _ink(text[max(0, start - _REACH) : start])
    after = _ink(text[end : end + _REACH])
    for size in _SURROUNDINGS:
        yield from filter(any, product((before[-size:], ""), (after[:size], "")))


def _longest_piece(page: _Page, text: str, start: int, end: int) -> Span:
    """The longest run of words in ``text[start:end]`` that the page has."""
    words = [word.span() for word in islice(_WORD.finditer(text, start, end), _TRIED)]
    longest, first = (start, start), 0
    for last, (_, stop) in enumerate(words):
        while first <= last and _ink(text[words[first][0] : stop]) not in page.ink:
            first += 1
        if first <= last and stop - words[first][0] > longest[1] - longest[0]:
            longest = words[first][0], stop
    return longest


def _directive(page: _Page, start: int, end: int) -> str:
    """The shortest directive that leads to ``page.text[start:end]`` and nowhere else."""
    end = _last_edge(page.text, start, end)
    if end - start <= _WHOLE and page.text.find("\n", start, end) < 0:
        return _whole(page, start, end)
    left, start, head = _head(page, start, end)
    if head == end:
        return _whole(page, start, end)
    tail, end, right = _tail(page, head, end)
    text = page.text
    return _parts(text[left:start], text[start:head], text[tail:end], text[end:right])


def _last_edge(text: str, start: int, end: int) -> int:
    """The last place up to `end` at which a browser can end: not before a direction mark, but
    before the word that has one."""
    if not _MARK.match(text, end):
        return end
    edges = (at for at in range(end - 1, start, -1) if not _INSIDE_WORD.match(text, at))
    return next((at for at in edges if not text[at - 1].isspace()), end)


def _whole(page: _Page, start: int, end: int) -> str:
    sides = ((page.back(start, before), page.ahead(end, after)) for before, after in _CONTEXTS)
    left, right = next((side for side in sides if page.leads(*side)), (start, end))
    return _parts(page.text[left:start], page.text[start:end], "", page.text[end:right])


def _head(page: _Page, start: int, end: int) -> tuple[int, int, int]:
    """The beginnings of `prefix` and of `start`, and the end of `start`, in the page's text.

    A line that is in many places (a number in a table) is skipped, and the next one taken.
    """
    breaks = (line.end() for line in _LINE_END.finditer(page.text, start, end))
    heads = (
        (page.back(line, context), line, page.ahead(line, words, end))
        for line in (start, *islice(breaks, _LINES))
        for words, context in _PARTS
    )
    shortest = next(heads)
    return next(
        (head for head in chain([shortest], heads) if page.leads(head[0], head[2])), shortest
    )


def _tail(page: _Page, head: int, end: int) -> tuple[int, int, int]:
    """The beginning of `end`, and the ends of `end` and of `suffix`, chosen in the same way."""
    breaks = [line.start() for line in _LINE_END.finditer(page.text, head + 1, end)]
    tails = (
        (page.back(line, words, head), line, page.ahead(line, context))
        for line in (end, *reversed(breaks[-_LINES:]))
        for words, context in _PARTS
    )
    shortest = next(tails)
    return next(
        (tail for tail in chain([shortest], tails) if page.leads(tail[0], tail[2], head)), shortest
    )


def _parts(prefix: str, start: str, end: str, suffix: str) -> str:
    parts = map(_encoded, (prefix, start, end, suffix))
    shapes = zip(("{}-", "{}", "{}", "-{}"), parts, strict=True)
    return ",".join(shape.format(part) for shape, part in shapes if part)


def _encoded(part: str) -> str:
    """Percent-encode a part of a directive, hyphens included: they separate its parts."""
    return quote(part.strip(), safe="", errors="replace").replace("-", "%2D")
