"""Pieces of sentences that several replies share."""

from index.types import Article

WORDS_PER_MINUTE = 238
"""Speed of silent reading of English non-fiction (Brysbaert 2019)."""


def named(article: Article) -> str:
    """The article's title in quotation marks, or "your text" if it has none."""
    return f"“{article.title}”" if article.title else "your text"


def size(article: Article, sentence_count: int) -> str:
    """The article's length, and how long it takes to read."""
    words = sum(len(article.text[start:end].split()) for start, end in article.paragraphs)
    minutes = round(words / WORDS_PER_MINUTE)
    length = counted(sentence_count, "sentence")
    return f"{length}, about {counted(minutes, 'minute')} of reading" if minutes else length


def counted(number: int, noun: str) -> str:
    """A number with its noun, which is in the plural except for one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
