"""Conversions between our values and the rows of the tables."""

import contextlib
import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.engine import RowMapping

from index.types import Article, Sentence, Vectors

BYTES_OF_NUMBER = 4
"""The bytes of each number of a vector."""


def to_article_row(article: Article, sentences: Sequence[Sentence]) -> dict[str, Any]:
    """All columns of an article but its chat. The time of adding is now."""
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "paragraphs": json.dumps(article.paragraphs),
        "language": article.language,
        "url": article.url,
        "site": article.site,
        "author": article.author,
        "published": article.published,
        "pages": json.dumps(article.pages),
        "page_text": article.page_text,
        "bytes": len(article.text.encode(errors="surrogatepass")),
        "added": time.time(),
        **to_span_columns(sentences),
    }


def to_span_columns(sentences: Sequence[Sentence]) -> dict[str, Any]:
    """The columns that hold the places of the sentences."""
    spans = [(sentence.paragraph, sentence.start, sentence.end) for sentence in sentences]
    return {"sentences": len(sentences), "spans": json.dumps(spans)}


def to_vector_columns(vectors: Vectors, model: str) -> dict[str, Any]:
    """The columns for vectors of shape (sentences, dimensions), as little-endian float32."""
    data = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    return {"model": model, "dimensions": vectors.shape[1], "data": data}


def from_vector_columns(dimensions: int, data: bytes) -> Vectors:
    """The vectors of a row: shape (sentences, dimensions).

    Raises:
        ValueError: they are damaged.
    """
    try:
        vectors = np.frombuffer(data, dtype="<f4").reshape(-1, dimensions)
    except TypeError as error:
        raise ValueError("a column has a value of another type") from error
    if not np.isfinite(vectors).all():
        raise ValueError("a vector has no length")
    return vectors


def from_article_row(row: RowMapping) -> tuple[Article, tuple[Sentence, ...]]:
    """The article of a row, and its sentences: none if their places are damaged.

    Raises:
        ValueError: the article is damaged.
    """
    try:
        article = _article(row)
    except (TypeError, AttributeError) as error:
        raise ValueError("a column has a value of another type") from error
    with contextlib.suppress(ValueError, TypeError):
        return article, _sentences(article, json.loads(row["spans"]))
    return article, ()


def _article(row: RowMapping) -> Article:
    text = row["text"]
    article = Article(
        id=row["id"],
        title=row["title"],
        text=text,
        paragraphs=tuple((start, end) for start, end in json.loads(row["paragraphs"])),
        language=row["language"],
        url=row["url"],
        site=row["site"],
        author=row["author"],
        published=row["published"],
        pages=tuple(json.loads(row["pages"])),
        page_text=row["page_text"],
    )
    if len(text.encode()) != row["bytes"]:
        raise ValueError("the text is not as long as it was")
    if not all(_is_place(start, end, text) for start, end in article.paragraphs):
        raise ValueError("a paragraph is not in the text")
    if not all(isinstance(start, int) for start in article.pages):
        raise ValueError("a page begins nowhere")
    return article


def _sentences(article: Article, spans: Sequence[tuple[int, int, int]]) -> tuple[Sentence, ...]:
    for paragraph, start, end in spans:
        if not _is_place(start, end, article.text) or paragraph - 1 not in range(
            len(article.paragraphs)
        ):
            raise ValueError("a sentence is not in the text")
    return tuple(
        Sentence(number, paragraph, start, end, article.text[start:end])
        for number, (paragraph, start, end) in enumerate(spans, start=1)
    )


def _is_place(start: object, end: object, text: str) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
