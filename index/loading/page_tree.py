"""A page's bytes -> its tree, of a bounded size and without what lxml could not write."""

import re

from lxml.etree import Element, ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from index.errors import ArticleTooLarge, EmptyArticle
from index.loading.decoding import decode_html
from index.loading.limits import MAX_BLOCKS, MAX_ELEMENTS

_MOST_ATTRIBUTES = 200
"""Attributes of an element that are kept. The parser compares each with all others, and no page
means more."""

# A tag, read as HTML's standard says (https://html.spec.whatwg.org/#before-attribute-name-state),
# or what may hold no tags. Nothing is given back, so that each character is looked at once.
_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>\"'][^\s>]*+)?+)?+"
)
_TAG = re.compile(
    r"(<!--(?>-?>|.*?(?:--!?>|\Z))|<(script|style|textarea|title)\b(?>.*?(?:</\2|\Z)))"
    rf"|(<[a-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{_MOST_ATTRIBUTES}}}+)(?:{_ATTRIBUTE})*+",
    re.IGNORECASE | re.DOTALL,
)

_BLOCK_TAGS = ("p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre")

# What XML knows no way to write. lxml takes it from a page, but refuses to build a text with it.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")


def parse_page(content: bytes) -> HtmlElement:
    """Parse a page, whatever its encoding is, without the characters that XML forbids.

    Raises:
        EmptyArticle: there is nothing in it.
        ArticleTooLarge: it has more than `MAX_ELEMENTS`, or than `MAX_BLOCKS` paragraphs and lines.
    """
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    markup = _TAG.sub(r"\1\3", _allowed(decode_html(content)))
    try:
        page = document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except ParserError:
        raise EmptyArticle(
            "There is nothing in this page. Give me the link of an article."
        ) from None
    _check_elements(page)
    for element in page.iter(Element):  # a reference such as "&#8;" stands for one
        element.text = element.text and _allowed(element.text)
        element.tail = element.tail and _allowed(element.tail)
        for name, value in element.attrib.items():
            element.set(name, _allowed(value))
    return page


def _allowed(text: str) -> str:
    """A text without what XML forbids. A form feed is white space in HTML."""
    return _FORBIDDEN.sub("", text.replace("\f", " "))


def _check_elements(page: HtmlElement) -> None:
    """Refuse a page whose parts would take too long to tell apart.

    Raises:
        ArticleTooLarge: it has too many of them.
    """
    elements = sum(1 for _ in page.iter(Element))
    blocks = sum(1 for _ in page.iter(*_BLOCK_TAGS))
    if elements > MAX_ELEMENTS or blocks > MAX_BLOCKS:
        raise ArticleTooLarge(
            "This page has too many paragraphs, lines or other parts for one article. "
            "Send me the text that you have questions about."
        )
