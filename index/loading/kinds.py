"""The kinds of sources that can be read, and how each is recognised."""

import re
from pathlib import Path
from typing import Literal

from index.loading.limits import MAX_HTML_BYTES, MAX_PDF_BYTES, MAX_TEXT_BYTES

Kind = Literal["pdf", "html", "text"]

LIMITS: dict[Kind, int] = {
    "pdf": MAX_PDF_BYTES,
    "html": MAX_HTML_BYTES,
    "text": MAX_TEXT_BYTES,
}
"""The most bytes that a source of each kind may have."""

_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_SUFFIXES = _MARKDOWN_SUFFIXES | _HTML_SUFFIXES | {".txt", ".text", ".pdf"}

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_PDF_TYPE = "application/pdf"

_SNIFFED = 1024
"""Bytes from which the kind is told. PDF readers look for the PDF mark within as many."""

_PDF_START = re.compile(rb"(?:\s|\xef\xbb\xbf)*%PDF-")

# The beginning of a page, after white space, an XML declaration and comments.
_HTML_START = re.compile(
    rb"(?:\s|\xef\xbb\xbf|\xff\xfe|\xfe\xff|<\?xml[^>]{0,200}>|<!--(?:(?!-->).){0,1000}-->)*"
    rb"<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def kind_of(content: bytes, name: str, media_type: str | None) -> Kind:
    """The kind of a source: by its bytes, which can't be misnamed, then by name and media type."""
    start = content[:_SNIFFED].replace(b"\0", b"")  # a page in UTF-16 is one too
    suffix, essence = _suffix(name), _essence(media_type)
    declared_pdf = suffix == ".pdf" or essence == _PDF_TYPE
    if _PDF_START.match(start) or (declared_pdf and b"%PDF-" in start):
        return "pdf"
    declared_html = suffix in _HTML_SUFFIXES or essence in _HTML_TYPES
    return "html" if declared_html or _HTML_START.match(start) else "text"


def may_be_article(name: str, media_type: str | None) -> bool:
    """Whether a file is worth fetching, by its name and media type."""
    essence = _essence(media_type)
    known_type = essence.startswith("text/") or essence == _PDF_TYPE or essence in _HTML_TYPES
    return known_type or _suffix(name) in _SUFFIXES


def is_markdown(name: str) -> bool:
    """Whether a file's name says that it is Markdown."""
    return _suffix(name) in _MARKDOWN_SUFFIXES


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _essence(media_type: str | None) -> str:
    return (media_type or "").partition(";")[0].strip().lower()
