"""Removes what recurs at the edges of a PDF's pages: running heads and feet, page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from statistics import median

from index.loading.pdf_layout import Line, join, rows

_MOST_LINES = 3
"""The most lines that a running head or foot has."""

_SET_OFF = 1.3
"""The least distance between a running head and the text, in leadings."""

_WIDEST_LEADING = 2.0
"""The greatest leading, in font sizes. Lines that are farther apart are no running text."""

_SAME_PLACE = 3
"""Points by which a running head may move from page to page."""

_RECURS = 2
_SURELY_RECURS = 3
"""Pages on which the same words must stand at the same place; `_SURELY_RECURS` if figures
differ."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|pg\.|seite|s\.|página|pagina|стр\.?)\s*)?"
    r"(?:\d{1,4}|[ivxl]{1,7})(?:\s*(?:/|of|von|de|sur|di|из|[|])\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_STOPS = (".", "!", "?", "…", "。")

_Key = tuple[str, int]


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Remove the running heads and feet from the pieces of each page.

    A line at the edge is removed if it is a page number, or if it also stands at the same place of
    another page; if it has other figures there, it must do so on half of the pages or on three. It
    must be set off from the text, or be of another size.
    """
    heights = [rows(page) for page in pages]
    body = body_size(piece for page in pages for piece in page)
    leading = min(_leading(heights), _WIDEST_LEADING * body)
    edges = [list(_edges(page, leading)) for page in heights]
    seen = Counter(
        key for page in edges for key in {key for row in page for key in _keys(join(row))}
    )
    least = min(_SURELY_RECURS, max(_RECURS, (len(pages) + 1) // 2))

    def goes(row: Sequence[Line]) -> bool:
        line = join(row)
        if _PAGE_NUMBER.fullmatch(line.text):
            return True
        exact, loose = (seen[key] for key in _keys(line, shifts=(0,)))
        small = line.style.size <= body or line.text[0].isdigit()  # "Chapter 2" is a heading
        counted = small and not line.text.endswith(_STOPS)
        return exact >= _RECURS or (counted and loose >= least)

    return [
        list(chain.from_iterable(row for row in page if row not in edge or not goes(row)))
        for page, edge in zip(heights, edges, strict=True)
    ]


def body_size(pieces: Iterator[Line]) -> float:
    """The size in points that most of the text is set in; 0 if there is none."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.style.size] += len(piece.text)
    return max(sizes, key=lambda size: sizes[size], default=0)


def _leading(pages: Sequence[Sequence[list[Line]]]) -> float:
    return median([b[0].y - a[0].y for page in pages for a, b in pairwise(page)] or [0])


def _edges(page: Sequence[list[Line]], leading: float) -> Iterator[list[Line]]:
    """Rows at the top and at the bottom that are set off from the rest."""
    if len(page) == 1 and _PAGE_NUMBER.fullmatch(join(page[0]).text):
        yield page[0]
    for ordered in (page, page[::-1]):
        for number, (row, following) in enumerate(pairwise(ordered[: _MOST_LINES + 1]), start=1):
            apart = abs(following[0].y - row[0].y) > _SET_OFF * leading
            if apart or row[0].style.size != following[0].style.size:
                yield from ordered[:number]
                break


def _keys(line: Line, shifts: Sequence[int] = (-1, 0, 1)) -> list[_Key]:
    """Keys of a line's words and place: as they are, then without figures, each for every shift."""
    place = round(line.y / _SAME_PLACE)
    words = (f"={line.text}", re.sub(r"\d+", "#", line.text))
    return [(each, place + shift) for each in words for shift in shifts]
