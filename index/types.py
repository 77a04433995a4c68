"""The values that travel from an article to an answer, and the seams for models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
"""Half-open character offsets: ``text[start:end]``."""

Vectors = npt.NDArray[np.float32]
"""Shape (rows, dimensions)."""

Scores = npt.NDArray[np.float32]
"""Shape (sentences,)."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text as its source has it, and where its paragraphs are.

    `text` is never rewritten, so that every offset leads back into the source.
    `paragraphs` are the spans that belong to the article: what is not the
    article (comment forms, share bars) lies between them.
    """

    id: str
    title: str
    text: str
    paragraphs: tuple[Span, ...]
    language: str = "en"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``article.text[start:end] == text``, always.

    `number` and `paragraph` count from 1, as people count.
    """

    number: int
    paragraph: int
    start: int
    end: int
    text: str
