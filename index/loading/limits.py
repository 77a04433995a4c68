"""All limits of loading: how much a source may hold."""

from index.errors import ArticleTooLarge

MAX_CHARACTERS = 1_000_000
"""Characters of the longest article, about a thick novel. More would take minutes to embed on a
CPU."""

MAX_TEXT_BYTES = 4 * MAX_CHARACTERS
"""Bytes of the longest text file: UTF-8 needs at most four for a character."""

MAX_HTML_BYTES = 5_000_000
"""Bytes of the longest page. The heaviest newspaper pages, with scripts, have about three
million."""

MAX_ELEMENTS = 50_000
MAX_BLOCKS = 25_000
"""Elements of the longest page, and those that begin a paragraph or a line. Articles have a few
thousand; trafilatura takes some seconds for ten times as many, and its time grows with their
square."""

MAX_PDF_BYTES = 20_000_000
"""Bytes of the longest PDF: what a Telegram bot may download. A paper with figures has a few
million."""

MAX_BYTES = max(MAX_TEXT_BYTES, MAX_HTML_BYTES, MAX_PDF_BYTES)
"""The most bytes that a source of any kind may have."""


def check_characters(text: str) -> None:
    """Refuse a text that is longer than an article may be.

    Raises:
        ArticleTooLarge: it has more than `MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise ArticleTooLarge(
            "That is too long for one article: I take up to {characters} characters. "
            "Give me the part you have questions about.",
            characters=MAX_CHARACTERS,
        )


def check_bytes(content: bytes, limit: int) -> None:
    """Refuse a source that has more bytes than its kind may have.

    Raises:
        ArticleTooLarge: it has more than `limit`.
    """
    if len(content) > limit:
        raise ArticleTooLarge(
            "That is too large for one article: I take up to {megabytes} MB of this kind of file. "
            "Give me the part you have questions about.",
            megabytes=limit // 1_000_000,
        )
