"""Finds the blocks of a Markdown text, and the title in its front matter."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt

from index.types import Span

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_MATTER_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*(?=\n|\Z)")
_HEADING_MARK = re.compile(r"(?:\A|[\n\r])[ \t]*#{1,6}[ \t]+\Z")
_LONGEST_MARK = 20
_BLOCK_MARK = re.compile(r"(?:\s*(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)(?=\s))+\s*|\s+")


def markdown_blocks(text: str) -> Iterator[Span]:
    """Spans of headings, paragraphs, list items and table rows; not of code and front matter."""
    front_matter = _FRONT_MATTER.match(text)
    first = front_matter.end() if front_matter else 0
    lines = text[first:].splitlines(keepends=True)
    starts = [first]
    for line in lines:
        starts.append(starts[-1] + len(line))
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable("table")
    parser.disable("inline")
    previous, heading = -1, False
    for token in parser.parse(_same_lines(lines)):
        if token.type == "heading_open":
            heading = token.markup.startswith("#")
        # The cells of a table row share its line, and make one block.
        if token.type == "inline" and token.map and token.map[0] != previous:
            previous = token.map[0]
            start, end = starts[token.map[0]], starts[token.map[1]]
            mark = _BLOCK_MARK.match(text, start, end)
            if heading and (hashes := _CLOSING_HASHES.search(text, start, end)):
                end = hashes.start()
            heading = False
            yield (mark.end() if mark else start), end


def front_matter_title(text: str) -> str | None:
    """The `title` of the YAML front matter, or None."""
    front_matter = _FRONT_MATTER.match(text)
    title = front_matter and _FRONT_MATTER_TITLE.search(front_matter.group(1))
    return (title.group(1).strip().strip("\"'") or None) if title else None


def first_heading(text: str, blocks: Sequence[Span]) -> str | None:
    """The first of a text's `markdown_blocks` that is a heading ("# The bridge"), or None."""
    for start, end in blocks:
        if _HEADING_MARK.search(text[max(0, start - _LONGEST_MARK) : start]):
            return text[start:end].strip() or None
    return None


def _same_lines(lines: list[str]) -> str:
    """The text with only those line ends that CommonMark knows (\\n); splitlines knows more."""
    return "".join(line.rstrip("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") + "\n" for line in lines)
