"""Recognises questions that need the answer before: "And when?". All functions are pure."""

import re
from collections.abc import Sequence

from index.finding.answer_types import AnswerType, contains_type, expected_answer_type
from index.types import Sentence

_LONGEST = 8
"""Words of the longest follow-up. A longer question says what it is about."""

_NO_CONTENT = frozenset(
    """
    a about ago all and any are as at be been but by come date day did do does done exactly first
    for from go had happen happened has have he her him how i in is it later long many mean means
    month much no of oh ok okay on one ones or place please really report reported said say says
    she so take taken than that the them then there these they thing this those time to took was
    we well were what when where which who whom whose why with year since
    """.split()  # noqa: SIM905 - a word list reads better as text
)
_CONTRACTED = re.compile(r"['’](?:s|re|ve|ll|d|m)$")
# "To" and "for" also state reasons, but nearly every sentence holds one of them.
_STATED_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|in order to|so that|therefore)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def is_follow_up(question: str, language: str) -> bool:
    """Whether an English question asks for a time, place or the like, but names no subject."""
    words = [_CONTRACTED.sub("", word) for word in _WORD.findall(question.lower())]
    if not words or len(words) > _LONGEST or not _NO_CONTENT.issuperset(words):
        return False
    return expected_answer_type(question, language) is not None


def may_answer(sentence: str, question: str, language: str) -> bool:
    """Whether a normalized sentence of the passage holds what the follow-up asks for."""
    kind = expected_answer_type(question, language)
    if kind is AnswerType.REASON:
        return _STATED_REASON.search(sentence) is not None
    return kind is not None and contains_type(sentence, kind)


def passage(cited: Sentence, sentences: Sequence[Sentence]) -> list[int]:
    """The rows in which a follow-up may be answered: those of the cited sentence's paragraph.

    Nearer sentences come first, and of two equally near ones the later: a text goes on about a
    thing more often than it announces it.
    """
    rows = [row for row, sentence in enumerate(sentences) if sentence.paragraph == cited.paragraph]
    return sorted(rows, key=lambda row: (abs(row + 1 - cited.number), row + 1 < cited.number))
