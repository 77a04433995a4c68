"""The whole way in one place: an article -> its index; a question -> its answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.answering.citing import MAX_CITATIONS, abstain, cite
from index.answering.follow_up import is_follow_up, may_answer, passage
from index.answering.linking import link_to, page_of
from index.answering.suggesting import candidate_questions
from index.answering.summarizing import central_rows
from index.errors import EmptyArticle
from index.finding.answer_types import AnswerType, contains_type, expected_answer_type
from index.finding.lexical import LexicalIndex
from index.finding.politeness import strip_politeness
from index.finding.ranking import Evidence, EvidenceWeights, candidate_rows, fuse
from index.finding.spelling import Spelling
from index.finding.vectors import VectorIndex
from index.models.vector_cache import load_or_embed
from index.reading.readers import EvidenceReader
from index.stages import Stage, stage
from index.text.normalizing import normalize
from index.text.sentences import split_sentences
from index.types import (
    Answer,
    Article,
    ArticleContext,
    Candidate,
    Citation,
    Embedder,
    Reader,
    Reading,
    Scores,
    Sentence,
    Vectors,
)

Progress = Callable[[int, int], None]
"""Called with the number of texts embedded so far, and the number of all texts."""

MAX_RANKED = 10
"""How many of the best sentences an answer names."""

_TOPIC = 150
"""Characters of the last question that are put before a follow-up, so that a chain of follow-ups
does not grow without end."""

_CONTEXT_SENTENCES = 5
"""The most sentences on either side of one that are shown of a long paragraph."""

_CACHED_QUESTIONS = 128
"""Questions whose readings are kept."""

_TRIED = 12
"""The most questions that are asked to find some to suggest: each costs a reading."""

_OPENING = 20
"""The first sentences, one of which an article without a title is called by."""

_CHUNK = 256
"""Texts embedded between two calls of `Progress`."""


class ArticleIndex:
    """An article that is ready for questions. Safe to use from several threads."""

    @stage(Stage.INDEXING)
    def __init__(
        self,
        article: Article,
        sentences: tuple[Sentence, ...],
        vectors: Vectors,
        embedder: Embedder,
        reader: Reader,
    ) -> None:
        """Take what `build` makes, or what the store kept.

        `sentences` are all of the article's, and `vectors` theirs by `embedder`: shape (sentences,
        dimensions). `reader` is replaced by an `EvidenceReader` if the embedder does not know the
        article's language.
        """
        self.article = article
        self.sentences = sentences
        self._embedder = embedder
        # A trained reader only knows the languages it was trained on; evidence works in any
        # language.
        self._reader = reader if self.understands_language else EvidenceReader()
        self._texts = [normalize(sentence.text) for sentence in sentences]
        self._context = ArticleContext(_own_title(article.title, self._texts), sentences)
        self._vectors = VectorIndex(vectors)
        self._lexical = LexicalIndex(self._texts, article.language)
        self._spelling = Spelling(self._texts, article.language)
        # The last question is often asked again: by a button, or by the next question of the chat.
        self._readings = lru_cache(_CACHED_QUESTIONS)(self._read)
        self._fits = lru_cache(len(AnswerType) + 1)(self._fit_of)

    @classmethod
    def build(
        cls,
        article: Article,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        on_progress: Progress | None = None,
        cache_folder: Path | None = None,
    ) -> "ArticleIndex":
        """Split an article into sentences and embed them.

        `reader` is an `EvidenceReader` by default. `on_progress` is called while vectors are made.
        `cache_folder` is where the vectors are looked for, and kept for the next time.

        Raises:
            EmptyArticle: the article holds no sentence.
            ModelError: the embedding model can't be loaded.
        """
        with stage(Stage.SPLITTING):
            sentences = split_sentences(article)
        if not sentences:
            raise EmptyArticle("There is no sentence in this article to answer from.")
        texts = [normalize(sentence.text) for sentence in sentences]
        if cache_folder is None:
            vectors = _embed(texts, embedder, on_progress)
        else:
            vectors = load_or_embed(
                cache_folder, embedder.identity, texts, lambda: _embed(texts, embedder, on_progress)
            )
        return cls(article, sentences, vectors, embedder, reader or EvidenceReader())

    def ask(
        self, question: str, *, top: int = MAX_CITATIONS, after: Answer | None = None
    ) -> Answer:
        """Find the sentences that answer, or abstain.

        `top` is the greatest number of citations. `after` is the previous answer, for questions
        such as "And when?".
        """
        if is_follow_up(question, self.article.language):
            return self._follow_up(question, after)
        text, corrections = self._spelling.correct(strip_politeness(question))
        answer = self._cite(question, self._readings(text), top)
        return replace(answer, corrections=corrections)

    def ask_each(self, questions: Sequence[str], *, top: int = MAX_CITATIONS) -> list[Answer]:
        """Answer each question as `ask` does; it may follow up the one before."""
        answers: list[Answer] = []
        for question in questions:
            answers.append(self.ask(question, top=top, after=answers[-1] if answers else None))
        # A follow-up is asked together with its topic, but shown as it was typed.
        return [replace(a, question=q) for a, q in zip(answers, questions, strict=True)]

    def forget_questions(self) -> None:
        """Remove the words of all questions from memory."""
        self._readings.cache_clear()

    @property
    def vectors(self) -> Vectors:
        """The vectors of the sentences: shape (sentences, dimensions)."""
        return self._vectors.vectors

    def similarity(self, question: str) -> float:
        """The cosine of the question and the article's nearest sentence."""
        return float(self.evidence(strip_politeness(question)).similarity.max())

    @property
    def understands_language(self) -> bool:
        """Whether the embedding model knows the article's language; True if that is not known."""
        spoken = self._embedder.languages
        return spoken is None or self.article.language in spoken

    def evidence(self, question: str) -> Evidence:
        """The evidence for every sentence of the article."""
        text = normalize(question)
        query = self._embedder.encode_query(text)
        return Evidence(
            similarity=self._vectors.scores(query),
            lexical=self._lexical.scores(text),
            type_fit=self._fits(expected_answer_type(text, self.article.language)),
        )

    def summary(self) -> tuple[Sentence, ...]:
        """The three to five most central sentences, in the article's order."""
        count = min(max(len(self.sentences) // 5, 3), 5)
        rows = central_rows(self.vectors, count)
        return tuple(self.sentences[row] for row in rows)

    def suggest(self, count: int = 3) -> tuple[str, ...]:
        """Up to `count` questions that the article surely answers, each from another sentence.

        They are made from its own sentences, and asked to see that each is answered by the one it
        was made from. Different question words are preferred. There are none for an article that
        is not in English.

        Raises:
            ModelError: a model can't be loaded.
        """
        if self.article.language != "en":
            return ()
        candidates = candidate_questions(self._texts, self._context.title)
        found: dict[int, str] = {}
        for _ in range(_TRIED):
            used = [_question_word(question) for question in found.values()]
            left = [candidate for candidate in candidates if candidate[1] not in found]
            if not left or len(found) >= count:
                break
            # Of those whose question word was used least, the first.
            question, number = min(left, key=lambda one: used.count(_question_word(one[0])))
            candidates.remove((question, number))
            if self._answers(question, number):
                found[number] = question
        return tuple(found.values())

    def _answers(self, question: str, number: int) -> bool:
        """Whether sentence `number` surely answers the question, as it is written."""
        answer = self.ask(question)
        return answer.answered and answer.citations[0].sentence == number and not answer.corrections

    def context(self, number: int) -> tuple[Sentence, ...]:
        """The paragraph of sentence `number`, or the part around it, and its two neighbours.

        Raises:
            IndexError: there is no such sentence.
        """
        if not 1 <= number <= len(self.sentences):
            raise IndexError(number)
        paragraph = self.sentences[number - 1].paragraph
        return tuple(
            sentence
            for sentence in self.sentences
            if abs(sentence.number - number)
            <= (_CONTEXT_SENTENCES if sentence.paragraph == paragraph else 1)
        )

    def _follow_up(self, question: str, after: Answer | None) -> Answer:
        """Look in the cited passage for the type of answer asked for, and nowhere else.

        A question that was not answered has no known time or place either, so a follow-up to a
        refusal is refused. The confidence is that of the answer it follows.
        """
        about = f"{after.question[:_TOPIC]} {question}" if after else question
        about, _ = self._spelling.correct(about)
        if after is None or not after.answered:
            return self._abstain(about)
        text, language = normalize(question), self.article.language
        cited = self.sentences[after.citations[0].sentence - 1]
        nearby = passage(cited, self.sentences)
        rows = [row for row in nearby if may_answer(self._texts[row], text, language)]
        if not rows:
            return self._abstain(about)
        readings = EvidenceReader().read(about, self._candidates(about, rows), self._context)
        readings = [replace(reading, confidence=after.confidence) for reading in readings]
        return self._cite(about, readings, top=1)

    @stage(Stage.ANSWERING)
    def _cite(self, question: str, readings: Sequence[Reading], top: int) -> Answer:
        return self._placed(cite(question, readings, self._reader.thresholds, top))

    def _abstain(self, question: str) -> Answer:
        return self._placed(abstain(question, self._readings(question)))

    def _placed(self, answer: Answer) -> Answer:
        """The answer with the page or the link of each citation filled in."""
        if not self.article.url and not self.article.pages:
            return answer
        places = {citation: self._place(citation) for citation in answer.ranked}
        places |= {citation: self._place(citation) for citation in answer.citations}
        return replace(
            answer,
            citations=tuple(places[citation] for citation in answer.citations),
            ranked=tuple(places[citation] for citation in answer.ranked),
        )

    def _place(self, citation: Citation) -> Citation:
        return replace(
            citation,
            page=page_of(self.article, citation.start),
            link=link_to(self.article, citation.start, citation.end),
        )

    def _read(self, question: str) -> tuple[Reading, ...]:
        """Read the candidates; return the best `MAX_RANKED` readings, the best first."""
        candidates = self._candidates(question)
        with stage(Stage.READING):
            readings = self._reader.read(question, candidates, self._context)
        readings.sort(key=lambda reading: -reading.score)
        return tuple(readings[:MAX_RANKED])

    @stage(Stage.FINDING)
    def _candidates(self, question: str, rows: Sequence[int] | None = None) -> list[Candidate]:
        """The sentences to be read, best first, or those of the given rows in their order."""
        evidence = self.evidence(question)
        scores = fuse(evidence, EvidenceWeights())
        text = normalize(question)
        expects_type = expected_answer_type(text, self.article.language) is not None
        if rows is None:
            rows = candidate_rows(scores).tolist()
        return [
            Candidate(
                sentence=self.sentences[row],
                score=float(scores[row]),
                similarity=float(evidence.similarity[row]),
                coverage=coverage,
                type_fit=(1 if evidence.type_fit[row] else -1) if expects_type else 0,
            )
            for row, coverage in zip(rows, self._lexical.coverage(text, rows), strict=True)
        ]

    def _fit_of(self, kind: AnswerType | None) -> Scores:
        """Scores of shape (sentences,): 1 for each sentence that holds this type, 0 for the
        others."""
        fits = [kind is not None and contains_type(text, kind) for text in self._texts]
        return np.array(fits, dtype=np.float32)


def _own_title(title: str, texts: Sequence[str]) -> str:
    """The title; none if it is only the beginning of a text, which would be read twice.

    With such titles a little less was answered rightly than without any.
    """
    beginning = normalize(title.removesuffix("…"))
    made = title.endswith("…") and any(beginning in text for text in texts[:_OPENING])
    return "" if made else title


def _question_word(question: str) -> str:
    return question.split()[0]


@stage(Stage.EMBEDDING)
def _embed(texts: Sequence[str], embedder: Embedder, on_progress: Progress | None) -> Vectors:
    chunks = []
    for start in range(0, len(texts), _CHUNK):
        chunks.append(embedder.encode_documents(texts[start : start + _CHUNK]))
        if on_progress:
            on_progress(min(start + _CHUNK, len(texts)), len(texts))
    return np.concatenate(chunks)
