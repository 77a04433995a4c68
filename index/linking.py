"""Where a citation leads: the page of a PDF, or a link to the sentence."""

from bisect import bisect_right

from index.types import Article


def page_of(article: Article, start: int) -> int | None:
    """The page of a PDF on which the character `start` stands, counted from 1."""
    return max(bisect_right(article.pages, start), 1) if article.pages else None


def link_to(article: Article, start: int, end: int) -> str | None:
    """The address that opens the source at ``article.text[start:end]``, if it has one."""
    return article.url
