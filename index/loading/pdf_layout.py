"""The characters of a PDF's page -> its lines in reading order, columns one after the other."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from ctypes import byref, c_double, c_ubyte
from dataclasses import dataclass, replace
from itertools import pairwise
from math import atan2, hypot, pi
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

_GAP = 0.7
"""Ems of white between two pieces of a line; words of justified text are closer than that."""

_CELL_GAP = 1.5
"""Ems of white between two cells of a table."""

_SAME_ROW = 0.45
"""Ems by which baselines in one row may differ, as those of indices and exponents do."""

_FEWEST_IN_COLUMNS = 6
"""Pieces of text that both sides of a gutter must have together. Fewer don't show columns
clearly."""

_NARROW = 8
"""Ems. Columns of prose are wider, cells of tables often are not."""

_CANDIDATE_GUTTERS = 12

_OVERHANG = 3.0
"""Points by which a quotation mark may stand out of its column."""

_LEAST_TURN = 0.1
"""Radians from the upright, from which on a text counts as a watermark across the page."""

_DROP_CAP = 1.8
"""The least size of a drop cap, as a multiple of its text's size."""

_BOLD = re.compile(r"bold|black|heavy|demi|medi\b|CMBX|SFBX", re.IGNORECASE)

_NOTE_MARK = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=[.,;:!?)”’\"]))[\d,*∗†‡§¶]{1,5}")

_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # how PDFium marks a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a piece of text: `size` in points, rounded to quarters, and whether it is
    `bold`."""

    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a piece of one: text without white space at its ends, and its place in points.

    `left`, `right` and `y` (of the baseline) are measured along and across the direction of
    reading, so that `y` grows downwards whichever way the page is turned. `row` tells that the
    line's pieces stand apart as a table's cells do. `column` counts the columns of a page in
    reading order.
    """

    text: str
    page: int
    left: float
    right: float
    y: float
    style: Style
    row: bool = False
    column: int = 0


_Glyph = tuple[str, float, float, float, Style, int]
"""A character, its left and right edge, its baseline, its style, and the quarter turns of its
direction. The places are measured as if the text were upright."""


def read_pieces(text_page: Any, page: int) -> list[Line]:
    """Read the pieces of a page's lines, in the order of the file.

    Args:
        text_page: PDFium's handle of the page's text.
        page: the page's number, from 0.
    """
    glyphs = _glyphs(text_page)
    turns = Counter(glyph[5] for glyph in glyphs if glyph[0] != " ").most_common(1)
    upright = [glyph for glyph in glyphs if glyph[0] == " " or glyph[5] == turns[0][0]]
    return _with_drop_caps([_line(piece, page) for piece in _pieces(upright) if piece])


def rows(pieces: Iterable[Line]) -> list[list[Line]]:
    """Group pieces of the same height into rows, each from left to right, from top to bottom."""
    found: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        anchor = found[-1][0] if found else None
        size = max(piece.style.size, anchor.style.size) if anchor else 0
        if anchor and piece.y - anchor.y < _SAME_ROW * size:
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in found]


def reading_order(pieces: Sequence[Line]) -> list[Line]:
    """Join pieces to whole lines in reading order: columns side by side are read one by one."""
    return [
        replace(join(row), column=number)
        for number, region in enumerate(_regions(pieces))
        for row in rows(region)
    ]


def join(row: Sequence[Line]) -> Line:
    """Join the pieces of a row to one line."""
    if len(row) == 1:
        return row[0]
    if sum(map(_is_rtl, row)) * 2 > len(row):
        row = row[::-1]
    main = max(row, key=lambda piece: len(piece.text))
    gaps = [abs(b.left - a.right) / main.style.size for a, b in pairwise(row)]
    return replace(
        main,
        text=" ".join(piece.text for piece in row),
        left=min(piece.left for piece in row),
        right=max(piece.right for piece in row),
        style=Style(main.style.size, all(piece.style.bold for piece in row)),
        row=max(gaps) > _CELL_GAP,
    )


def _glyphs(text_page: Any) -> list[_Glyph]:
    box, x, y = pdfium.FS_RECTF(), c_double(), c_double()
    box_at, x_at, y_at = byref(box), byref(x), byref(y)
    glyphs: list[_Glyph] = []
    drawn_by, style, turns = None, Style(1, False), -1
    for at in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, at)
        if code in (0, 10, 13):  # where lines end is told by their place
            continue
        character = _HYPHENS.get(code) or (chr(code) if code <= sys.maxunicode else "\ufffd")
        if character.isspace():
            glyphs.append((" ", 0, 0, 0, style, turns))
            continue
        drawn = pdfium.FPDFText_GetTextObject(text_page, at)
        key = drawn and pdfium.cast(drawn, pdfium.c_void_p).value
        if key != drawn_by:
            drawn_by, (style, turns) = key, _style(text_page, at, drawn)
        pdfium.FPDFText_GetLooseCharBox(text_page, at, box_at)
        pdfium.FPDFText_GetCharOrigin(text_page, at, x_at, y_at)
        if turns >= 0:
            glyphs.append((character, *_upright(box, x.value, y.value, turns), style, turns))
    return glyphs


def _style(text_page: Any, at: int, drawn: Any) -> tuple[Style, int]:
    """The style of a character, and the quarter turns of its direction counter-clockwise; -1 if it
    is slanted."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, at, byref(matrix))
    size = pdfium.FPDFText_GetFontSize(text_page, at) * hypot(matrix.c, matrix.d)
    quarters, askew = divmod(atan2(matrix.b, matrix.a) / (pi / 2) + 0.5, 1)
    turned = abs(askew - 0.5) * pi / 2 > _LEAST_TURN
    name = (c_ubyte * 100)()
    font = pdfium.FPDFTextObj_GetFont(drawn) if drawn else None
    if font:
        pdfium.FPDFFont_GetBaseFontName(font, pdfium.cast(name, pdfium.POINTER(pdfium.c_char)), 100)
    bold = _BOLD.search(bytes(name).decode("latin-1")) is not None
    return Style(max(round(size * 4) / 4, 0.25), bold), -1 if turned else int(quarters) % 4


def _upright(box: Any, x: float, y: float, turns: int) -> tuple[float, float, float]:
    """Left, right and baseline, measured along and across the direction of the text."""
    if turns == 0:
        return box.left, box.right, -y
    if turns == 1:
        return box.bottom, box.top, x
    if turns == 2:
        return -box.right, -box.left, y
    return -box.top, -box.bottom, -x


def _pieces(glyphs: Iterable[_Glyph]) -> Iterable[list[_Glyph]]:
    """Cut the characters into pieces where the baseline or the place jumps."""
    piece: list[_Glyph] = []
    last: _Glyph | None = None
    for glyph in glyphs:
        if glyph[0] != " ":
            if last:
                size = max(last[4].size, glyph[4].size)
                along = glyph[1] - last[2] if glyph[1] >= last[1] else last[1] - glyph[2]
                if abs(glyph[3] - last[3]) > _SAME_ROW * size or along > _GAP * size:
                    yield piece
                    piece = []
            last = glyph
        if piece or glyph[0] != " ":
            piece.append(glyph)
    yield piece


def _line(piece: Sequence[_Glyph], page: int) -> Line:
    drawn = [glyph for glyph in piece if glyph[0] != " "]
    size = Counter(glyph[4].size for glyph in drawn).most_common(1)[0][0]
    y = Counter(glyph[3] for glyph in drawn).most_common(1)[0][0]
    raised = [g[0] != " " and g[4].size < 0.85 * size and y - g[3] > 0.2 * size for g in piece]
    return Line(
        text=_text("".join(glyph[0] for glyph in piece), raised),
        page=page,
        left=min(glyph[1] for glyph in drawn),
        right=max(glyph[2] for glyph in drawn),
        y=y,
        style=Style(size, all(glyph[4].bold for glyph in drawn)),
    )


def _text(written: str, raised: Sequence[bool]) -> str:
    """Remove marks of notes from a text: raised figures after a word or a stop, where no exponent
    is.

    Spaces are collapsed, and lone surrogates replaced.
    """
    written = _NOTE_MARK.sub(
        lambda mark: "" if all(raised[mark.start() : mark.end()]) else mark[0], written
    )
    text = re.sub(" +", " ", written).strip()
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _with_drop_caps(pieces: list[Line]) -> list[Line]:
    """Put a large first letter before the line that begins beside its top."""
    kept: list[Line] = []
    for piece in pieces:
        cap = kept[-1] if kept else None
        if (
            cap
            and len(cap.text) == 1
            and cap.text.isalpha()
            and cap.style.size > _DROP_CAP * piece.style.size
            and cap.y - cap.style.size < piece.y < cap.y + 1
            and cap.right - 1 <= piece.left < cap.right + cap.style.size
        ):
            kept[-1] = replace(piece, text=cap.text + piece.text, left=cap.left)
        else:
            kept.append(piece)
    return kept


def _regions(pieces: Sequence[Line]) -> list[Sequence[Line]]:
    """Cut a page at its gutters into regions above, left, right and below, each of which is cut
    again."""
    cut = max((_cut(pieces, x) for x in _gutters(pieces)), key=_sides, default=None)
    if not cut or not _sides(cut):
        return [pieces] if pieces else []
    above, left, right, below = cut
    return [region for part in (above, left, right, below) for region in _regions(part)]


_Cut = tuple[list[Line], list[Line], list[Line], list[Line]]


def _sides(cut: _Cut) -> int:
    return len(cut[1]) + len(cut[2])


def _gutters(pieces: Sequence[Line]) -> list[float]:
    """The places of possible gutters: left edges at which several pieces begin."""
    edges = Counter(round(piece.left) for piece in pieces)
    first = min(edges, default=0)
    likely = [edge for edge, count in edges.most_common() if edge > first + 20 and count >= 2]
    return [float(edge) - _OVERHANG for edge in likely[:_CANDIDATE_GUTTERS]]


def _cut(pieces: Sequence[Line], x: float) -> _Cut:
    """Cut around the longest run of rows that no piece crosses at `x`; its sides are empty if there
    is none."""
    ordered = rows(pieces)
    crossed = [any(piece.left < x < piece.right for piece in row) for row in ordered]
    best: _Cut = ([], [], [], [])
    start = 0
    for end in [number for number, is_crossed in enumerate(crossed) if is_crossed] + [len(ordered)]:
        run = [piece for row in ordered[start:end] for piece in row]
        left = [piece for piece in run if piece.right <= x]
        right = [piece for piece in run if piece.left >= x]
        if len(run) > _sides(best) and _are_columns(left, right):
            best = (_flat(ordered[:start]), left, right, _flat(ordered[end:]))
        start = end + 1
    return best


def _flat(ordered: Iterable[Sequence[Line]]) -> list[Line]:
    return [piece for row in ordered for piece in row]


def _are_columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether the sides of a gutter are columns: prose on both sides, or prose beside as many lines
    of something else, which no table has."""
    if not left or not right or len(left) + len(right) < _FEWEST_IN_COLUMNS:
        return False
    fills = sorted((_fill(left), _fill(right)))
    alike = min(len(rows(left)), len(rows(right))) > max(_FEWEST_IN_COLUMNS, 0.6 * len(rows(right)))
    return fills[0] > 0.5 or (fills[0] > 0 and fills[1] > 0.85 and alike)


def _fill(pieces: Sequence[Line]) -> float:
    """The share of their column's width that lines usually fill; 0 if they are no words, or too
    narrow."""
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    filled = median(sum(piece.right - piece.left for piece in row) for row in rows(pieces))
    letters = median(sum(map(str.isalpha, piece.text)) / len(piece.text) for piece in pieces)
    narrow = filled < _NARROW * median(piece.style.size for piece in pieces)
    return 0 if narrow or letters < 0.5 else filled / width


def _is_rtl(piece: Line) -> bool:
    return re.search("[\u0590-\u08ff]", piece.text) is not None
