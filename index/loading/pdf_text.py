"""The lines of a PDF in reading order -> paragraphs -> one text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import median
from typing import NamedTuple

from index.loading.pdf_joining import Joining
from index.loading.pdf_layout import Line, Style
from index.loading.pdf_margins import body_size

_LEADING = 1.2
"""Font sizes from line to line, if the document has too few lines to tell."""

_APART = 1.28
"""Leadings between two lines from which on they belong to different paragraphs."""

_INDENT = 0.7
"""Ems by which the first line of a paragraph is moved, in or out."""

_ROOM = 0.5
"""Ems that must be left in a line behind the room for the next word, for it to end a paragraph."""

_MUCH_ROOM = 4.0
"""Ems that must be left likewise in a line without a final stop, as in a list or a poem."""

_HEADING_LINES = 4

_AHEAD = 4
"""Paragraphs (captions, notes, side notes) that may stand between a paragraph and its rest."""

_STOPS = tuple(".!?:;…。！？")
_CLOSING = "\"'”’»)]"
_ITEM = re.compile(r"(?:[•●▪■◦‣∙*·–—-]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|\[\d{1,3}\]) ")
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|tab\.|chart|abb(?:ildung|\.)|tabelle|scheme) ?\d", re.I
)
_CONTENTS_LINE = re.compile(r".*?(?:\s?[.·]){4,}\s*(?:\d{1,4}|[ivxl]+)")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]

    @property
    def style(self) -> Style:
        """The style of the first line."""
        return self.lines[0].style

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page

    @property
    def text(self) -> str:
        """Its lines as they are, joined by spaces."""
        return " ".join(line.text for line in self.lines)


class PdfText(NamedTuple):
    """A text of paragraphs joined by blank lines, their spans, and the offset where each page
    starts."""

    text: str
    paragraphs: tuple[tuple[int, int], ...]
    pages: tuple[int, ...]


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Group lines into paragraphs, also across the ends of columns and pages."""
    kept = [line for line in lines if not _CONTENTS_LINE.fullmatch(line.text)]
    leadings, body = _leadings(kept), body_size(iter(kept))
    found: list[Paragraph] = []
    for block in _blocks(kept, leadings):
        found.extend([Paragraph(block)] if _is_heading(block, body) else _cut(block))
    return _rejoined(found, body)


def compose(found: Sequence[Paragraph], page_count: int) -> PdfText:
    """Join paragraphs to one text; words that were cut at a line's end are put together again."""
    joining = Joining(line.text for each in found for line in each.lines)
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    starts = [-1] * page_count
    at = 0
    for each in found:
        start = at
        for line, following in zip_longest(each.lines, each.lines[1:]):
            if starts[line.page] < 0:
                starts[line.page] = at
            parts.append(joining.glue(line.text, following.text) if following else line.text)
            at += len(parts[-1])
        spans.append((start, at))
        parts.append("\n\n")
        at += 2
    text = "".join(parts[:-1])
    return PdfText(text, tuple(spans), _filled(starts, len(text)))


def _filled(starts: list[int], end: int) -> tuple[int, ...]:
    """Fill in the starts of pages without text: each starts where the next one does. No page starts
    before the one before it."""
    filled: list[int] = []
    for start in reversed(starts):
        end = min(end, start) if start >= 0 else end
        filled.append(end)
    return tuple(reversed(filled))


def _leadings(lines: Sequence[Line]) -> dict[float, float]:
    """The distance from baseline to baseline, in points, by font size."""
    found: defaultdict[float, list[float]] = defaultdict(list)
    for above, below in pairwise(lines):
        if _adjacent(above, below) and above.style.size == below.style.size:
            found[below.style.size].append(round(below.y - above.y, 1))
    return {size: min(_usual(gaps), 2.2 * size) for size, gaps in found.items() if len(gaps) > 2}


def _usual(gaps: Sequence[float]) -> float:
    """The most common of the gaps that are not unusually wide."""
    middle = median(gaps)
    close = [gap for gap in gaps if gap <= middle]
    return Counter(close).most_common(1)[0][0]


def _adjacent(above: Line, below: Line) -> bool:
    return above.page == below.page and above.column == below.column and below.y > above.y


def _blocks(lines: Sequence[Line], leadings: dict[float, float]) -> Iterator[list[Line]]:
    """Group lines of one column, style and leading."""
    block: list[Line] = []
    for line in lines:
        if block and not _same_block(block[-1], line, leadings):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _same_block(above: Line, below: Line, leadings: dict[float, float]) -> bool:
    if not _adjacent(above, below):
        return False
    size = max(above.style.size, below.style.size)
    leading = leadings.get(size, _LEADING * size)
    runs_on = _runs_on(above, below)
    if below.y - above.y > _APART * leading * (1.3 if runs_on else 1):
        return False
    alike = abs(above.style.size - below.style.size) < (0.25 if runs_on else 0.08) * size
    return alike and (above.style.bold == below.style.bold or runs_on)


def _runs_on(above: Line, below: Line) -> bool:
    """Whether a sentence runs over two lines of a column, whatever their styles and places are."""
    full = above.right > below.right - 0.1 * (below.right - below.left)
    return full and _lower(below) and not _ends(above.text)


def _is_heading(block: Sequence[Line], body: float) -> bool:
    """Whether a block is a heading, by its size; its lines may be centred."""
    return block[0].style.size > 1.08 * body and len(block) <= _HEADING_LINES


def _cut(block: Sequence[Line]) -> Iterator[Paragraph]:
    """Cut a block at indents, items of lists, rows of tables, and lines that end early."""
    left, right = min(line.left for line in block), max(line.right for line in block)
    indented = [line.left - left > _INDENT * line.style.size for line in block]
    hanging = len(block) > 2 and not indented[0] and sum(indented) * 2 > len(block)
    paragraph = Paragraph([block[0]])
    for number, (above, below) in enumerate(pairwise(block), start=1):
        moved = indented[number] != indented[number - 1] and indented[number] != hanging
        moved = moved and not _runs_on(above, below)
        if (
            moved
            or above.row
            or below.row
            or _ITEM.match(below.text)
            or _short(above, below, right)
        ):
            yield paragraph
            paragraph = Paragraph([])
        paragraph.lines.append(below)
    yield paragraph


def _short(above: Line, below: Line, right: float) -> bool:
    """Whether a line ends early: the next word would have fitted into it."""
    word = below.text.split(" ")[0]
    width = (below.right - below.left) * (len(word) + 1) / (len(below.text) + 1)
    room = (right - above.right - width) / above.style.size
    return room > (_ROOM if _ends(above.text) else _MUCH_ROOM) and not _lower(below)


def _rejoined(found: Sequence[Paragraph], body: float) -> list[Paragraph]:
    """Undo the cuts at the ends of columns and pages.

    Notes at the foot of a page are put before the paragraph that goes on after them, captions and
    notes at the head of the next column after it, so that the pages stay in order.
    """
    kept: list[Paragraph] = []
    rest = list(reversed(found))
    while rest:
        following = rest.pop()
        at = next((n for n in _main(kept, body) if _breaks_off(kept[n], following)), None)
        if at is not None and _goes_on(kept[at], following, body):
            kept.append(kept.pop(at))
            kept[-1].lines.extend(following.lines)
            continue
        kept.append(following)
    return kept


def _main(kept: Sequence[Paragraph], body: float) -> Iterator[int]:
    """The index of the last paragraph that is no note, among the last ones."""
    for number in range(len(kept) - 1, max(len(kept) - 1 - _AHEAD, -1), -1):
        if not _aside(kept[number], body):
            yield number
            return


def _aside(paragraph: Paragraph, body: float) -> bool:
    small = paragraph.style.size < 0.93 * body
    return small or _CAPTION.match(paragraph.lines[0].text) is not None


def _breaks_off(paragraph: Paragraph, following: Paragraph) -> bool:
    last, first = paragraph.lines[-1], following.lines[0]
    elsewhere = (last.page, last.column) != (first.page, first.column)
    return elsewhere and first.page - last.page <= 1 and not (last.row or first.row)


def _goes_on(paragraph: Paragraph, following: Paragraph, body: float) -> bool:
    """Whether `following` continues the paragraph: it has the same style, and begins with a
    lower-case letter, or the paragraph has neither a final stop nor room for another word."""
    last, first = paragraph.lines[-1], following.lines[0]
    same = abs(last.style.size - first.style.size) < 0.08 * body
    if not same or last.style.bold != first.style.bold or _aside(following, body):
        return False
    if _ITEM.match(first.text):
        return False
    if _lower(first):
        return True
    full = last.right > max(line.right for line in paragraph.lines) - 2 * last.style.size
    return full and len(paragraph.lines) > 1 and not _ends(last.text)


def _lower(line: Line) -> bool:
    return line.text[0].islower()


def _ends(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(_STOPS)
