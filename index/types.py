"""The values that travel from an article to an answer, and the seams for models."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
"""Half-open character offsets: ``text[start:end]``."""

Correction = tuple[str, str]
"""A word as it was typed, and the one that it was read as."""

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

    `url` is the canonical address of a web page or of a PDF from the web, `published` an
    ISO 8601 date. `pages`: of a PDF, where each of its pages starts in `text`. `page_text`:
    of a web page, all that it shows, a block element a line: what a link to a passage is
    searched in.
    """

    id: str
    title: str
    text: str
    paragraphs: tuple[Span, ...]
    language: str = "en"
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: str | None = None
    pages: tuple[int, ...] = ()
    page_text: str = ""


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
class ArticleContext:
    """What a reader knows of the article: its title and all of its sentences, in order."""

    title: str
    sentences: tuple[Sentence, ...]


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

    `score` orders the readings of one question. `relevance` is how well the sentence
    answers by itself, whatever others do, from 0 to 1, and 0 of a reader that can't tell;
    `confidence` the calibrated probability that it is the answer. `highlight` are the
    answer's words, as offsets into the sentence, if the reader points at them and is sure
    enough.
    """

    candidate: Candidate
    score: float
    relevance: float
    confidence: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the article as it is shown: ``article.text[start:end] == text``.

    `highlight`: where the answer's words are in the article, if they are known. `page`:
    of a PDF, counted from 1. `link`: opens the source at this sentence, if it has an address.
    """

    sentence: int
    paragraph: int
    start: int
    end: int
    text: str
    score: float
    highlight: Span | None = None
    page: int | None = None
    link: str | None = None


class Verdict(StrEnum):
    """The three honest kinds of answer."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOT_IN_ARTICLE = "not in article"


@dataclass(frozen=True, slots=True)
class Answer:
    """The cited sentences, the best first; none if the article does not surely answer.

    `confidence` is the probability that the first of `ranked` answers.
    `ranked` are the best sentences in order, cited or not. `corrections`: words of the
    question that were read as others.
    """

    question: str
    verdict: Verdict
    confidence: float
    citations: tuple[Citation, ...]
    ranked: tuple[Citation, ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the article answers."""
        return self.verdict is Verdict.ANSWERED

    @property
    def nearest(self) -> Citation | None:
        """The closest passage of a question that was not answered."""
        return None if self.answered or not self.ranked else self.ranked[0]


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """What one of several articles answers, and how many sentences it has."""

    article: Article
    answer: Answer
    sentence_count: int


class Embedder(Protocol):
    """Texts -> unit vectors; questions and documents may be encoded differently."""

    @property
    def name(self) -> str:
        """As it was asked for."""

    @property
    def identity(self) -> str:
        """Name and revision: vectors of different ones can't be compared.

        Raises:
            ModelError: the model can't be loaded.
        """

    @property
    def languages(self) -> frozenset[str] | None:
        """What it speaks, as ISO 639-1 codes; None if that is not known.

        Raises:
            ModelError: the model can't be loaded.
        """

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""

    def encode_query(self, text: str) -> Vectors:
        """A single row."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences that separate the three kinds of answer.

    From `answer` on the first sentence is given as an answer, from `unsure` on the closest
    passage is shown as a doubt; what is below is a plain no.
    """

    answer: float
    unsure: float


class Reader(Protocol):
    """Question and candidates -> how well each answers."""

    @property
    def thresholds(self) -> Thresholds:
        """What its confidences are worth.

        Raises:
            ModelError: the reader's model can't be loaded.
        """

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """One reading a candidate, in their order.

        Raises:
            ModelError: the reader's model can't be loaded.
        """
