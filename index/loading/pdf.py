"""A PDF -> an `Article`."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import ArticleTooLarge, EmptyArticle, UnsupportedArticle
from index.loading.decoding import has_many_controls
from index.loading.language import detect_language
from index.loading.limits import check_characters
from index.loading.pdf_layout import Line, read_pieces, reading_order
from index.loading.pdf_margins import body_size, without_margins
from index.loading.pdf_text import Paragraph, compose, paragraphs
from index.loading.text import article_id
from index.loading.titles import from_file_name, says_something
from index.text.boilerplate import is_boilerplate
from index.types import Article

MAX_PAGES = 1000

_SURPLUS = 1.3
"""The most characters of a PDF, as a multiple of an article's limit, before running heads and the
like are removed."""

_LONGEST_TITLE = 250
_NOTE_MARKS = "*∗†‡§¶ "
_HEADLINE = 1.1
"""The least size of a headline, as a multiple of the text's size."""

# Texts that word processors write where a title should be.
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft (?:word|powerpoint)|slide \d|document\d*$|layout \d|title$|template\b"
    r"|print\b|\(?anonymous\)?|unknown|none$).*|.*\.(?:docx?|tex|dvi|odt|rtf|pdf|qxd|indd|pptx?|html?)"
    r"|\W*|.*://.*",
    re.IGNORECASE | re.DOTALL,
)
_NO_AUTHOR = re.compile(
    r"\W*|(?:user|admin|administrator|root|owner|author|unknown|anonymous|default|microsoft"
    r"|windows user|none)\W*\d*",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")


def parse_pdf(content: bytes, *, url: str | None, name: str) -> Article:
    """Read a PDF's text in reading order, without running heads and page numbers.

    `url` is where it came from; the file's `name` is used if it has no title.

    Raises:
        UnsupportedArticle: it is damaged, needs a password, or does not say which letters it shows.
        EmptyArticle: there is no text in it.
        ArticleTooLarge: it has more than `MAX_PAGES` pages or more text than an article may have.
    """
    document = _open(content)
    try:
        pages = without_margins(list(_pages(document)))
        found = paragraphs([line for page in pages for line in reading_order(page)])
        composed = compose(found, len(pages))
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    if has_many_controls(composed.text):
        raise UnsupportedArticle(
            "The letters of this PDF can be seen but not read: it does not say which ones they "
            "are. Run it through text recognition (OCR) and send it again."
        )
    if not any(map(str.isalnum, composed.text)):
        raise EmptyArticle(
            "There is no text in this PDF, maybe only scanned pictures of its pages. "
            "Run it through text recognition (OCR) and send it again."
        )
    check_characters(composed.text)
    spans = [
        span for span in composed.paragraphs if not is_boilerplate(composed.text[slice(*span)])
    ]
    return Article(
        id=article_id(composed.text),
        title=_title(metadata["Title"], found) or from_file_name(name),
        text=composed.text,
        paragraphs=tuple(spans),
        language=detect_language(composed.text),
        url=url,
        author=_author(metadata["Author"]),
        published=_published(metadata["CreationDate"]),
        pages=composed.pages,
    )


def _open(content: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (
            pdfium.FPDF_ERR_PASSWORD,
            pdfium.FPDF_ERR_SECURITY,
        ):
            raise UnsupportedArticle(
                "This PDF is locked with a password. Save it without one and send it again."
            ) from None
        raise UnsupportedArticle(
            "This PDF is damaged or not complete. Try to download it again."
        ) from None
    if len(document) > MAX_PAGES:
        raise ArticleTooLarge(
            "This PDF has {pages} pages; I take up to {most}. "
            "Give me the part you have questions about.",
            pages=len(document),
            most=MAX_PAGES,
        )
    return document


def _pages(document: Any) -> Iterator[list[Line]]:
    """The pieces of each page; none for a page that is damaged.

    Raises:
        ArticleTooLarge: the pages so far have too many characters.
    """
    read = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            yield []
            continue
        read += text.count_chars()
        check_characters(" " * int(read / _SURPLUS))  # refused before the other pages are read
        yield read_pieces(text.raw, number)
        text.close()
        page.close()


def _title(metadata: str, found: Sequence[Paragraph]) -> str | None:
    """The metadata's title, if it is plausible and the first page has its words; else the
    headline."""
    first = [each for each in found if each.page == found[0].page]
    body = body_size(line for each in found for line in each.lines)
    headline = _headline(first, body)
    metadata = " ".join(metadata.split())
    if len(metadata) > _LONGEST_TITLE or _NO_TITLE.fullmatch(metadata):
        return headline
    if not says_something(metadata):
        return headline
    shown = {word for each in first for word in _words(each.text)}
    words = _words(metadata)
    on_page = sum(word in shown for word in words) * 2 >= len(words)
    return metadata if on_page or headline is None else headline


def _headline(first: Sequence[Paragraph], body: float) -> str | None:
    """The text that is set largest on the first page, if it is larger than the body text."""
    larger = [each for each in first if each.style.size >= _HEADLINE * body and _words(each.text)]
    largest = max(larger, key=lambda each: each.style.size, default=None)
    title = largest.text.rstrip(_NOTE_MARKS) if largest else ""
    return title if 0 < len(title) <= _LONGEST_TITLE else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", text.lower())


def _author(metadata: str) -> str | None:
    metadata = " ".join(metadata.split())
    return None if _NO_AUTHOR.fullmatch(metadata) else metadata


def _published(metadata: str) -> str | None:
    """The ISO 8601 date of a PDF date (ISO 32000-1, 7.9.4), or None."""
    found = _DATE.match(metadata)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None
