"""A file, its bytes, a pasted text or a page -> an `Article`.

Another kind of source is a function that returns an `Article` whose `text` holds what its
source holds and whose `paragraphs` leave out what is not the article.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from index.errors import ArticleNotFound
from index.loading.decoding import charset_of, decode, decode_html
from index.loading.kinds import LIMITS, is_markdown, kind_of
from index.loading.limits import MAX_BYTES, check_bytes
from index.loading.text import load_text
from index.loading.titles import from_file_name, titled
from index.stages import Stage, stage
from index.types import Article

__all__ = ["MAX_BYTES", "load_bytes", "load_file", "load_text", "read_file"]


def load_file(path: Path) -> Article:
    """Read a text or Markdown file, a web page or a PDF.

    Raises:
        ArticleNotFound: there is no such file, or it can't be opened.
        UnsupportedArticle, EmptyArticle, ArticleTooLarge: as `load_bytes`.
    """
    return load_bytes(read_file(path), path.name)


def read_file(path: Path) -> bytes:
    """The bytes of a file, and of one that is too large, one more than are allowed.

    Raises:
        ArticleNotFound: there is no such file, or it can't be opened.
    """
    try:
        if path.is_dir():
            raise ArticleNotFound("{path} is a folder. Name a file in it.", path=path)
        with path.open("rb") as file:  # a device may have no end
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ArticleNotFound("There is no file {path}.", path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArticleNotFound("{path} can't be read: {reason}.", path=path, reason=reason) from None


def load_bytes(
    content: bytes,
    name: str,
    *,
    url: str | None = None,
    media_type: str | None = None,
    language: str | None = None,
) -> Article:
    """Read a text, Markdown, a web page or a PDF.

    The kind is told by the bytes first, then by `name` (a file name with its suffix, which also
    becomes the title if it says something and there is no other) and by `media_type` (a
    Content-Type header, whose charset is used too). `url` is where the bytes came from. `language`
    is an ISO 639-1 code; without one it is detected.

    Raises:
        UnsupportedArticle: the bytes are nothing that can be read.
        EmptyArticle, ArticleTooLarge: as `load_text`; the limit of bytes depends on the kind.
    """
    kind = kind_of(content, name, media_type)
    check_bytes(content, LIMITS[kind])
    if kind != "text":
        article = _parse(kind, content, name, url, media_type)
        return titled(replace(article, language=language or article.language))
    article = load_text(
        decode(content, media_type),
        title=from_file_name(name),
        language=language,
        markdown=is_markdown(name),
    )
    return replace(article, url=url)


@stage(Stage.EXTRACTING)
def _parse(
    kind: Literal["pdf", "html"],
    content: bytes,
    name: str,
    url: str | None,
    media_type: str | None,
) -> Article:
    """Parse in a separate process: the parsers are large programs in C, and strangers choose the
    input."""
    from index.loading.sandbox import parse_apart

    charset = charset_of(media_type)
    if kind == "html" and charset:
        # The byte order mark takes precedence over any encoding that the page declares.
        content = decode_html(content, charset).encode("utf-8-sig", "replace")
    return parse_apart(kind, content, url=url, name=name)
