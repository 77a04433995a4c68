"""The source that a command line names -> an article, or its index."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition

if TYPE_CHECKING:
    from index.article_index import ArticleIndex
    from index.keeping.collection import Collection
    from index.types import Article

_ID = re.compile("[0-9a-fA-F]{4,16}")

article_option = click.option(
    "--article",
    "source",
    metavar="FILE|URL|ID|-",
    help="A file, an address, the ID that `articles` shows, or - for standard input. Left out: "
    "the shipped article; in a chat, the one that was talked about last.",
)


def load_article(source: str) -> "Article":
    """The article of a file, of an address, or of standard input (-)."""
    from index.loading import MAX_BYTES, load_bytes, load_file

    if source == "-":
        return load_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "")
    if source.lower().startswith(("http://", "https://")):
        return composition.fetcher(composition.read_settings())(source)
    return load_file(Path(source))


def load_index(collection: "Collection", source: str) -> "ArticleIndex":
    """The index of a kept article by its ID, or of any other source without keeping it."""
    from bot.terminal.console import progress

    with progress("Reading the article") as on_progress:
        if (article_id := kept_id(collection, source)) is not None:
            collection.mark_used()
            return collection.load_index(article_id, on_progress)
        return collection.preview(load_article(source), on_progress)


def kept_id(collection: "Collection", source: str) -> str | None:
    """The ID of the kept article that `source` names; None if it is a file or an address."""
    if source == "-" or not _ID.fullmatch(source) or Path(source).exists():
        return None
    return full_id(collection, source)


def full_id(collection: "Collection", prefix: str) -> str:
    """The full ID of a kept article, of which `prefix` has the first characters.

    Raises:
        click.ClickException: no article's ID starts so, or more than one does.
    """
    matches = [entry.id for entry in collection.articles() if entry.id.startswith(prefix.lower())]
    if len(matches) != 1:
        many = "More than one article's ID starts" if matches else "No kept article's ID starts"
        raise click.ClickException(f"{many} with {prefix}. `article-bot articles` lists them.")
    return matches[0]
