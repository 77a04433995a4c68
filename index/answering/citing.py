"""Readings -> an `Answer` with its citations, or an honest no. All functions are pure."""

from collections.abc import Sequence

from index.types import Answer, Citation, Reading, Span, Thresholds, Verdict

MIN_FURTHER_RELEVANCE = 0.90
"""The relevance from which on a further sentence is cited: see docs/measurements.md."""

MAX_CITATIONS = 3
"""More citations would no longer be an answer, but reading the article."""


def cite(
    question: str, readings: Sequence[Reading], thresholds: Thresholds, top: int = MAX_CITATIONS
) -> Answer:
    """Cite the first reading, and those of the next `top` - 1 that answer by themselves.

    `readings` holds at least one, the best first. The further sentences follow in the article's
    order. Nothing is cited if the first reading's confidence is below `thresholds.answer`.
    """
    confidence = readings[0].confidence
    verdict = _verdict(confidence, thresholds)
    return Answer(
        question=question,
        verdict=verdict,
        confidence=confidence,
        citations=_cited(readings[:top]) if verdict is Verdict.ANSWERED else (),
        ranked=tuple(map(_citation, readings)),
    )


def abstain(question: str, readings: Sequence[Reading]) -> Answer:
    """An answer with the verdict `NOT_IN_ARTICLE`, whatever the readings are."""
    ranked = tuple(map(_citation, readings))
    return Answer(question, Verdict.NOT_IN_ARTICLE, 0.0, (), ranked)


def _verdict(confidence: float, thresholds: Thresholds) -> Verdict:
    if confidence >= thresholds.answer:
        return Verdict.ANSWERED
    return Verdict.UNSURE if confidence >= thresholds.unsure else Verdict.NOT_IN_ARTICLE


def _cited(readings: Sequence[Reading]) -> tuple[Citation, ...]:
    first, *others = readings
    further = [
        _citation(reading) for reading in others if reading.relevance >= MIN_FURTHER_RELEVANCE
    ]
    return (_citation(first), *sorted(further, key=lambda citation: citation.sentence))


def _citation(reading: Reading) -> Citation:
    sentence = reading.candidate.sentence
    return Citation(
        sentence=sentence.number,
        paragraph=sentence.paragraph,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        score=reading.score,
        highlight=_in_article(reading),
    )


def _in_article(reading: Reading) -> Span | None:
    """The span of the answer's words, as offsets into the article."""
    if reading.highlight is None:
        return None
    start = reading.candidate.sentence.start
    return start + reading.highlight[0], start + reading.highlight[1]
