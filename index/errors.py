"""Errors whose text a user may read.

ArticleError
├── ArticleNotFound      no such file
├── UnsupportedArticle   not a text this program can read
├── EmptyArticle         nothing in it to answer from
├── ArticleTooLarge      more text than the limit
└── ModelError           a model can't be found, or isn't what it should be

Every message is one friendly sentence that says what was wrong and what to do.
"""


class ArticleError(Exception):
    """Something about the article or the models that its reader can act on."""


class ArticleNotFound(ArticleError):
    """The named article does not exist or can't be opened."""


class UnsupportedArticle(ArticleError):
    """The source is not a text: binary, or in an unknown encoding."""


class EmptyArticle(ArticleError):
    """The source holds no sentence."""


class ArticleTooLarge(ArticleError):
    """The source is longer than an article may be."""


class ModelError(ArticleError):
    """A model can't be loaded, or its weights are not the expected ones."""


def first_line(error: Exception) -> str:
    """What a foreign error says, for a sentence of our own: its first line, or its type."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return line.rstrip(".")
