"""Pieces of sentences that several replies share."""

from datetime import date

from bot.wording import Day, Text, _, n_
from index.types import Article

WORDS_PER_MINUTE = 238
"""Speed of silent reading of English non-fiction (Brysbaert 2019)."""


def named(article: Article) -> Text:
    """The article's title in quotation marks, or "your text" if it has none."""
    return quoted(article.title) if article.title else _("your text")


def quoted(words: str) -> Text:
    """Somebody's words in quotation marks."""
    return _("“{words}”", words=words)


def size(article: Article, sentence_count: int) -> Text:
    """The article's length, and how long it takes to read."""
    words = sum(len(article.text[start:end].split()) for start, end in article.paragraphs)
    minutes = round(words / WORDS_PER_MINUTE)
    if not minutes:
        return sentences(sentence_count)
    return _(
        "{length}, about {time} of reading",
        length=sentences(sentence_count),
        time=n_("{count} minute", "{count} minutes", minutes),
    )


def sentences(count: int) -> Text:
    """A number of sentences."""
    return n_("{count} sentence", "{count} sentences", count)


def day(iso: str) -> str:
    """An ISO 8601 date as people write it."""
    try:
        return Day(date.fromisoformat(iso))
    except ValueError:
        return iso
