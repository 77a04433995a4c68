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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what speaks for it.

    `score` orders candidates of one question; it is the weighted mean of the
    evidence and lies in about 0 to 1. `similarity` is the cosine of question
    and sentence, `coverage` the share of the question's content words that the
    sentence holds, `type_fit` 1 if it holds the type of answer asked for (a time
    for "when"), -1 if not, 0 if the question asks for no particular type.
    """

    sentence: Sentence
    score: float
    similarity: float
    coverage: float
    type_fit: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader thinks of a candidate.

    `relevance` is the probability that the sentence answers the question.
    """

    candidate: Candidate
    relevance: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the article as it is shown: ``article.text[start:end] == text``."""

    sentence: int
    paragraph: int
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The cited sentences, best first; none when the article does not answer.

    `confidence` is the probability that the first of `ranked` answers.
    `ranked` are the best sentences in order, cited or not.
    """

    question: str
    confidence: float
    citations: tuple[Citation, ...]
    ranked: tuple[Citation, ...]

    @property
    def answered(self) -> bool:
        """Whether the article answers."""
        return bool(self.citations)

    @property
    def nearest(self) -> Citation | None:
        """The closest passage of a question that was not answered."""
        return None if self.answered or not self.ranked else self.ranked[0]


class Embedder(Protocol):
    """Texts -> unit vectors; questions and documents may be encoded differently."""

    name: str

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""

    def encode_query(self, text: str) -> Vectors:
        """A single row."""


class Reader(Protocol):
    """Question and candidates -> how well each answers."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """One reading a candidate, in their order."""
