"""The values that travel from an article to an answer, and the protocols that models fulfil."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
"""Half-open character offsets: ``text[start:end]``."""

Correction = tuple[str, str]
"""A word as it was typed, and the word that it was read as."""

Vectors = npt.NDArray[np.float32]
"""Float32 vectors, one a row: shape (rows, dimensions)."""

Scores = npt.NDArray[np.float32]
"""One float32 score for each sentence: shape (sentences,)."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article's text exactly as its source has it, and the places of its paragraphs.

    `text` is never rewritten, so that every offset leads back into the source. `paragraphs` are the
    spans that belong to the article; the text between them (comment forms, share bars) does not.

    `url` is the canonical address of a web page or of a PDF from the web, `published` an ISO 8601
    date. `pages` holds, for a PDF, the offset in `text` at which each page starts. `page_text` is,
    for a web page, everything that the page shows, with one line for each block element; links to
    passages are searched in it.
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
    """One sentence, for which ``article.text[start:end] == text`` always holds.

    `number` and `paragraph` are counted from 1.
    """

    number: int
    paragraph: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """The part of an article that a reader sees: its title and all of its sentences, in order."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with the evidence for it.

    `score` orders the candidates of one question; it is the weighted mean of the evidence and lies
    in about 0 to 1. `similarity` is the cosine of question and sentence, `coverage` the share of
    the question's content words that the sentence holds. `type_fit` is 1 if the sentence holds the
    type of answer asked for (a time for "when"), -1 if it does not, and 0 if the question asks for
    no particular type.
    """

    sentence: Sentence
    score: float
    similarity: float
    coverage: float
    type_fit: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's judgement of a candidate.

    `score` orders the readings of one question. `relevance`, from 0 to 1, is how well the sentence
    answers by itself, whatever the others do; it is 0 if the reader can't tell. `confidence` is the
    calibrated probability that the sentence is the answer. `highlight` is the span of the answer's
    words, as offsets into the sentence, if the reader points at them and is sure enough.
    """

    candidate: Candidate
    score: float
    relevance: float
    confidence: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the article as it is shown: ``article.text[start:end] == text``.

    `highlight` is the span of the answer's words in the article, if they are known. `page` is the
    page of a PDF, counted from 1. `link` is an address that opens the source at this sentence, if
    the source has one.
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
    """The three kinds of answer."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOT_IN_ARTICLE = "not in article"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, with its citations.

    `citations` are the cited sentences, the best first; there are none if the article does not
    surely answer. `confidence` is the probability that the first of `ranked` answers. `ranked` are
    the best sentences in order, cited or not. `corrections` are the words of the question that were
    read as others.
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
        """The closest passage, if the question was not answered; None otherwise."""
        return None if self.answered or not self.ranked else self.ranked[0]


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """The answer of one of several articles, with that article and its number of sentences."""

    article: Article
    answer: Answer
    sentence_count: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of the sentence that was given to answer a question.

    `article` is the article's ID, `sentence` the sentence's span in its text.
    """

    article: str
    question: str
    sentence: Span
    helpful: bool


class Embedder(Protocol):
    """Turns texts into unit vectors; questions and documents may be encoded differently."""

    @property
    def name(self) -> str:
        """The model's name, as it was asked for."""

    @property
    def identity(self) -> str:
        """The model's name and revision; vectors of different identities can't be compared.

        Raises:
            ModelError: the model can't be loaded.
        """

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages that the model knows, as ISO 639-1 codes; None if they are not known.

        Raises:
            ModelError: the model can't be loaded.
        """

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: one row for each of them."""

    def encode_query(self, text: str) -> Vectors:
        """Encode a question: a single row."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidences that separate the three kinds of answer.

    From `answer` on, the first sentence is given as an answer; from `unsure` on, the closest
    passage is shown as a doubt; below that, the article does not answer.
    """

    answer: float
    unsure: float


class Reader(Protocol):
    """Judges how well each of a question's candidates answers it."""

    @property
    def thresholds(self) -> Thresholds:
        """The confidences from which on this reader's best sentence is an answer or a doubt.

        Raises:
            ModelError: the reader's model can't be loaded.
        """

    def read(
        self, question: str, candidates: Sequence[Candidate], context: ArticleContext
    ) -> list[Reading]:
        """Return one reading for each candidate, in their order.

        Raises:
            ModelError: the reader's model can't be loaded.
        """
