"""A web page -> an `Article`: its main text, found by trafilatura, and its facts.

Nothing of the page is run and nothing is fetched. This module is meant for a separate process
(`index.loading.sandbox`), because the parsers are written in C and the pages by anyone.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import pairwise

from lxml.etree import _Element
from lxml.html import HtmlElement

from index.loading.facts import facts, headings, letters
from index.loading.furniture import without_furniture
from index.loading.language import detect_language
from index.loading.limits import check_characters
from index.loading.page_text import page_text
from index.loading.page_tree import parse_page
from index.loading.pruning import prune
from index.loading.refusals import refuse_unless_article
from index.loading.text import article_id
from index.loading.titles import from_file_name
from index.types import Article, Span

_BLOCKS = frozenset({"p", "head", "item", "row", "quote", "code", "div", "list", "table", "body"})
"""trafilatura's elements that are blocks; others, such as `hi` and `ref`, stand within a line."""

_SHORTEST = "50"
"""Characters below which trafilatura drops a text's paragraphs and tries other means; its default
is 250."""

_SPACE = re.compile(r"\s+")
_GAP = "\n\n"
_HEADLINE_WITHIN = 3
"""Lines within which the article's own headline may stand."""


def parse_html(content: bytes, *, url: str | None = None, name: str = "") -> Article:
    """Read the article of a page that came from `url`, or from the file `name`.

    A paragraph, heading, list item, table row or caption is a paragraph of the article. White space
    is as a browser shows it: a line break stays, and there is a tab between the cells of a table.

    Raises:
        UnsupportedArticle: the page is no article, or does not show it.
        EmptyArticle: there is no text in it.
        ArticleTooLarge: its text is longer than `MAX_CHARACTERS`, or it has too many parts.
    """
    page = parse_page(content)
    lines = _main_text(page)
    refuse_unless_article(page, lines)
    text = _GAP.join(lines)
    check_characters(text)
    own = facts(page, url)
    return Article(
        id=article_id(text),
        title=own.title or from_file_name(name),
        text=text,
        paragraphs=tuple(_spans(lines)),
        language=detect_language(text, unsure=own.language),
        url=own.url,
        site=own.site,
        author=own.author,
        published=own.published,
        page_text=page_text(page),
    )


def _main_text(page: HtmlElement) -> list[str]:
    """The lines of the page's main text, without the headline, which is the article's title."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document, use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # failures get messages of our own
    pruned = deepcopy(page)
    prune(pruned)
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", _SHORTEST)
    found = bare_extraction(pruned, include_comments=False, config=config)
    lines = list(_lines(found.body)) if isinstance(found, Document) else []
    titles = {letters(heading) for heading in headings(page)}
    headline = (n for n, line in enumerate(lines[:_HEADLINE_WITHIN]) if letters(line) in titles)
    if len(lines) > 1 and (n := next(headline, None)) is not None:
        del lines[n]
    return without_furniture(lines)


def _lines(body: _Element) -> Iterator[str]:
    """The text of each block in order, with white space as a browser shows it."""
    pieces = list(_pieces(body))
    borders = [n for n, piece in enumerate(pieces) if piece is None]
    for start, end in pairwise(borders):
        if line := _shown("".join(piece or "" for piece in pieces[start:end])):
            yield line


def _pieces(element: _Element) -> Iterator[str | None]:
    """The texts in an element, with None where a block begins or ends."""
    block = element.tag in _BLOCKS and not (element.tag == "p" and _in_cell(element))
    if block:
        yield None
    if element.tag == "lb":
        yield "\n"
    if element.tag == "cell" and element.getprevious() is not None:
        yield "\t"
    yield _inline(element.text, element)
    for child in element:
        yield from _pieces(child)
        yield _inline(child.tail, element)
    if block:
        yield None


def _inline(text: str | None, element: _Element) -> str:
    """A text with white space collapsed, unless it is code, where white space counts."""
    return (text or "") if element.tag == "code" else _SPACE.sub(" ", text or "")


def _in_cell(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "cell"


def _shown(text: str) -> str:
    """The text's lines and cells as a browser shows them, without empty lines."""
    lines = (map(_collapsed, line.split("\t")) for line in text.split("\n"))
    return "\n".join(filter(None, ("\t".join(cells).strip() for cells in lines)))


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _spans(lines: Sequence[str]) -> Iterator[Span]:
    start = 0
    for line in lines:
        yield start, start + len(line)
        start += len(line) + len(_GAP)
