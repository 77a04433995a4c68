"""A file, its bytes or a pasted text -> an `Article`.

The seam for other sources: a function that returns an `Article` whose `text`
holds what its source holds and whose `paragraphs` leave out what is not the
article. Everything behind it works on those two alone.
"""

import codecs
import hashlib
import re
import string
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from index.boilerplate import is_boilerplate
from index.errors import ArticleNotFound, ArticleTooLarge, EmptyArticle, UnsupportedArticle
from index.types import Article, Span

MAX_CHARACTERS = 1_000_000
"""A thick novel. More is a library, and takes minutes to embed on a CPU."""

MAX_BYTES = 4 * MAX_CHARACTERS
"""UTF-8 needs at most four for a character."""

_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})

# UTF-32 before UTF-16: the little-endian marks begin with the same two bytes.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Lone surrogates can't be encoded, so they can be neither shown nor embedded.
# One character for one, so that offsets stay.
_SURROGATES = re.compile("[\ud800-\udfff]")

_LINE = re.compile(r"[^\n\r\x85\u2028\u2029]+")
_BLANK_LINE = re.compile(
    r"(?>\r\n|[\n\r\x85])(?:[^\S\n\r\x85]|[\u200b\ufeff])*(?>\r\n|[\n\r\x85])|\u2029"
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_MATTER_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*(?=\n|\Z)")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_BLOCK_MARK = re.compile(r"(?:\s*(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)(?=\s))+\s*|\s+")
_HARD_WRAP_WIDTH = 120
"""Characters. Nobody wraps wider by hand: after a longer line, a newline ends a paragraph."""

_HEADLINE_WIDTH = 150


def load_file(path: Path) -> Article:
    """Read a text or Markdown file.

    Raises:
        ArticleNotFound: there is no such file, or it can't be opened.
        UnsupportedArticle, EmptyArticle, ArticleTooLarge: as `load_bytes`.
    """
    try:
        if path.is_dir():
            raise ArticleNotFound(f"{path} is a folder. Name a text or Markdown file in it.")
        with path.open("rb") as file:  # a device may have no end
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ArticleNotFound(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArticleNotFound(f"{path} can't be read: {reason}.") from None
    return load_bytes(content, path.name)


def load_bytes(content: bytes, name: str, *, language: str = "en") -> Article:
    """Read the bytes of a text or Markdown file; `name` tells which, and the title if need be.

    Raises:
        UnsupportedArticle: the bytes are not text, or not in UTF-8 (UTF-16 and
            UTF-32 need their byte order mark).
        EmptyArticle, ArticleTooLarge: as `load_text`.
    """
    if len(content) > MAX_BYTES:
        raise _too_large()
    path = Path(name)
    title = path.stem.replace("-", " ").replace("_", " ").strip()
    title = string.capwords(title) if title.islower() else title
    return load_text(
        _decode(content, name),
        title=title,
        language=language,
        markdown=path.suffix.lower() in _MARKDOWN_SUFFIXES,
    )


def load_text(
    text: str, *, title: str = "", language: str = "en", markdown: bool = False
) -> Article:
    """Take a text as it is. A headline of its own goes before the given `title`.

    Raises:
        EmptyArticle: there is no letter or digit in it.
        ArticleTooLarge: it is longer than `MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise _too_large()
    text = _SURROGATES.sub("\ufffd", text)
    blocks = _markdown_blocks(text) if markdown else _plain_blocks(text)
    paragraphs = tuple(span for block in blocks for span in _paragraphs(text, block))
    if not any(character.isalnum() for start, end in paragraphs for character in text[start:end]):
        raise EmptyArticle("There is no text in it. Give me an article with at least one sentence.")
    headline = _front_matter_title(text) if markdown else None
    return Article(
        id=hashlib.sha256(text.encode()).hexdigest()[:16],
        title=_SURROGATES.sub("\ufffd", headline or _headline(text, paragraphs) or title),
        text=text,
        paragraphs=paragraphs,
        language=language,
    )


def _decode(content: bytes, name: str) -> str:
    what = name or "That"
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise UnsupportedArticle(
            f"{what} is not a text in UTF-8. Save it as UTF-8 text or Markdown, and try again."
        ) from None
    if "\0" in text:
        raise UnsupportedArticle(f"{what} is a binary file. I read text and Markdown files.")
    # As Python's text mode reads it, so that offsets fit what an editor shows.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain_blocks(text: str) -> Iterator[Span]:
    """Spans between blank lines."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _markdown_blocks(text: str) -> Iterator[Span]:
    """Spans of headings, paragraphs, list items and table rows; no code, no front matter."""
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
        # The cells of a table row share its line: one block.
        if token.type == "inline" and token.map and token.map[0] != previous:
            previous = token.map[0]
            start, end = starts[token.map[0]], starts[token.map[1]]
            mark = _BLOCK_MARK.match(text, start, end)
            if heading and (hashes := _CLOSING_HASHES.search(text, start, end)):
                end = hashes.start()
            heading = False
            yield (mark.end() if mark else start), end


def _same_lines(lines: list[str]) -> str:
    """Lines as CommonMark counts them (it knows \\n alone, Python's splitlines more)."""
    return "".join(line.rstrip("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") + "\n" for line in lines)


def _paragraphs(text: str, block: Span) -> Iterator[Span]:
    """Cut a block at boilerplate lines and after lines too long to be wrapped by hand."""
    lines: list[Span] = []
    for line in _LINE.finditer(text, *block):
        furniture = is_boilerplate(line.group())
        if lines and (furniture or lines[-1][1] - lines[-1][0] > _HARD_WRAP_WIDTH):
            yield lines[0][0], lines[-1][1]
            lines.clear()
        if not furniture:
            lines.append(line.span())
    if lines:
        yield lines[0][0], lines[-1][1]


def _front_matter_title(text: str) -> str | None:
    front_matter = _FRONT_MATTER.match(text)
    title = front_matter and _FRONT_MATTER_TITLE.search(front_matter.group(1))
    return (title.group(1).strip().strip("\"'") or None) if title else None


def _headline(text: str, paragraphs: tuple[Span, ...]) -> str | None:
    """The first line, if it looks like one: short, alone, without a final stop."""
    texts = [
        _IMAGE.sub("", text[start:end]).strip().strip("\ufeff\u200b").strip()
        for start, end in paragraphs
    ]
    texts = [each for each in texts if any(map(str.isalnum, each))]
    alone = len(texts) > 1 and len(texts[0].splitlines()) == 1
    if alone and len(texts[0]) <= _HEADLINE_WIDTH and texts[0][-1] not in ".!?:;,…\"”'":
        return texts[0]
    return None


def _too_large() -> ArticleTooLarge:
    return ArticleTooLarge(
        f"That is too long for one article: I take up to {MAX_CHARACTERS:,} characters. "
        "Give me the part you have questions about."
    )
