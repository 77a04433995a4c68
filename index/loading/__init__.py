"""A file, its bytes, a pasted text or a page -> an `Article`.

The seam for other sources: a function that returns an `Article` whose `text`
holds what its source holds and whose `paragraphs` leave out what is not the
article. Everything behind it works on those two alone.
"""

import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Literal

from index.errors import ArticleNotFound
from index.loading.decoding import charset_of, decode, decode_html
from index.loading.limits import (
    MAX_BYTES,
    MAX_CHARACTERS,
    MAX_HTML_BYTES,
    MAX_PDF_BYTES,
    MAX_TEXT_BYTES,
    check_bytes,
)
from index.loading.text import load_text
from index.types import Article

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "load_bytes", "load_file", "load_text"]

_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

_LIMITS = {"pdf": MAX_PDF_BYTES, "html": MAX_HTML_BYTES, "text": MAX_TEXT_BYTES}

_SNIFFED = 1024
"""Bytes, from which the kind is told. Readers of PDF look as far for its mark."""

_PDF_START = re.compile(rb"(?:\s|\xef\xbb\xbf)*%PDF-")

# How a page begins: after white space, an XML declaration and comments.
_HTML_START = re.compile(
    rb"(?:\s|\xef\xbb\xbf|\xff\xfe|\xfe\xff|<\?xml[^>]{0,200}>|<!--(?:(?!-->).){0,1000}-->)*"
    rb"<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def load_file(path: Path) -> Article:
    """Read a text or Markdown file, a web page or a PDF.

    Raises:
        ArticleNotFound: there is no such file, or it can't be opened.
        UnsupportedArticle, EmptyArticle, ArticleTooLarge: as `load_bytes`.
    """
    try:
        if path.is_dir():
            raise ArticleNotFound(f"{path} is a folder. Name a file in it.")
        with path.open("rb") as file:  # a device may have no end
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ArticleNotFound(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArticleNotFound(f"{path} can't be read: {reason}.") from None
    return load_bytes(content, path.name)


def load_bytes(
    content: bytes,
    name: str,
    *,
    url: str | None = None,
    media_type: str | None = None,
    language: str | None = None,
) -> Article:
    """Read a text, Markdown, a web page or a PDF.

    What it is, the bytes tell first, then `name` (with a suffix; also the title if need be)
    and `media_type` (a Content-Type header, of which the charset counts too). `url` is where
    it came from. `language` is an ISO 639-1 code; without one it is detected.

    Raises:
        UnsupportedArticle: it is nothing that can be read.
        EmptyArticle, ArticleTooLarge: as `load_text`; the limit in bytes is that of its kind.
    """
    kind = _kind(content, name, media_type)
    check_bytes(content, _LIMITS[kind])
    if kind != "text":
        article = _parse(kind, content, name, url, media_type)
        return replace(article, language=language) if language else article
    article = load_text(
        decode(content, name, media_type),
        title=title_of(name),
        language=language,
        markdown=Path(name).suffix.lower() in _MARKDOWN_SUFFIXES,
    )
    return replace(article, url=url)


def _kind(content: bytes, name: str, media_type: str | None) -> Literal["pdf", "html", "text"]:
    """By the bytes, which can't be misnamed, then by what is said of them."""
    start = content[:_SNIFFED].replace(b"\0", b"")  # a page in UTF-16 is one too
    suffix, essence = Path(name).suffix.lower(), _essence(media_type)
    declared_pdf = suffix == ".pdf" or essence == "application/pdf"
    if _PDF_START.match(start) or (declared_pdf and b"%PDF-" in start):
        return "pdf"
    declared_html = suffix in _HTML_SUFFIXES or essence in _HTML_TYPES
    return "html" if declared_html or _HTML_START.match(start) else "text"


def _parse(
    kind: Literal["pdf", "html"],
    content: bytes,
    name: str,
    url: str | None,
    media_type: str | None,
) -> Article:
    """In a process of its own: the parsers are large programs in C, fed by strangers."""
    from index.loading.sandbox import parse_apart

    charset = charset_of(media_type)
    if kind == "html" and charset:
        # The mark is what tells the encoding before all that the page says of itself.
        content = decode_html(content, charset).encode("utf-8-sig", "replace")
    return parse_apart(kind, content, url=url, name=name)


def _essence(media_type: str | None) -> str:
    return (media_type or "").partition(";")[0].strip().lower()


def title_of(name: str) -> str:
    """A file's name as a title: `the-bridge.md` is The Bridge."""
    title = Path(name).stem.replace("-", " ").replace("_", " ").strip()
    return string.capwords(title) if title.islower() else title
