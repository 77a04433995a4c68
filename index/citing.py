"""Readings -> an `Answer` with its citations, or an abstention. Pure."""

from collections.abc import Sequence

from index.types import Answer, Citation, Reading

THRESHOLD = 0.40
"""Below this relevance of the first sentence the article counts as not answering.

Where the share of good answers given, less the share of wrong ones, is largest on
the training questions (Youden's J); see `tests/benchmarks/fit_evidence.py`.
"""

MAX_CITATIONS = 3
"""More than that is reading the article, not an answer."""

_AS_RELEVANT = 0.95
_AS_HIGH = 0.03
"""A further sentence is cited if it is all but a tie with the first: at least this share
of its relevance, at most this much less ranking score. More of them are noise: see
docs/decisions.md."""


def cite(question: str, readings: Sequence[Reading], top: int = MAX_CITATIONS) -> Answer:
    """Cite the first reading, and those of the next `top` - 1 that tie with it.

    `readings` are in ranking order, best first; at least one.
    """
    confidence = readings[0].relevance
    return Answer(
        question=question,
        confidence=confidence,
        citations=tuple(map(_citation, _cited(readings, top))) if confidence >= THRESHOLD else (),
        ranked=tuple(map(_citation, readings)),
    )


def abstain(question: str, readings: Sequence[Reading]) -> Answer:
    """An answer that says that the article does not answer, whatever the readings say."""
    return Answer(question, 0.0, (), tuple(map(_citation, readings)))


def _cited(readings: Sequence[Reading], top: int) -> list[Reading]:
    first = readings[0]
    relevance = max(THRESHOLD, _AS_RELEVANT * first.relevance)
    score = first.candidate.score - _AS_HIGH
    ties = (r for r in readings[1:top] if r.relevance >= relevance and r.candidate.score >= score)
    return [first, *ties]


def _citation(reading: Reading) -> Citation:
    candidate, sentence = reading.candidate, reading.candidate.sentence
    return Citation(
        sentence=sentence.number,
        paragraph=sentence.paragraph,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        score=candidate.score,
    )
