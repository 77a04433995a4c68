"""Varies labelled questions: asks them about something else, or less carefully."""

import random
import re
from collections.abc import Sequence

from index.types import Span

_NAME = re.compile(r"\b[A-Z][\w'’-]+(?:(?: of| the| de| von| and)? [A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OPENING = re.compile(
    r"^(?:\W*(?:what|who|whom|whose|when|where|which|why|how|in|on|at|to|from|by|for|of|with"
    r"|is|are|was|were|do|does|did|the|a|an|according|after|before|during|along|besides)\b)+",
    re.IGNORECASE,
)
_OPPOSITES = """
    first/last before/after north/south northern/southern east/west eastern/western
    increase/decrease increased/decreased largest/smallest larger/smaller most/least more/less
    highest/lowest higher/lower best/worst oldest/youngest older/younger longest/shortest
    early/late earlier/later begin/end began/ended start/stop started/stopped open/close
    opened/closed win/lose won/lost join/leave joined/left male/female men/women father/mother
    son/daughter brother/sister husband/wife king/queen major/minor always/never all/none
    many/few allow/forbid allowed/forbidden accept/reject accepted/rejected success/failure
    successful/unsuccessful strong/weak stronger/weaker rich/poor buy/sell bought/sold gain/lose
    gained/lost rise/fall rose/fell above/below inside/outside internal/external public/private
    legal/illegal possible/impossible support/oppose supported/opposed arrive/depart
    arrived/departed enter/exit entered/exited upper/lower positive/negative common/rare old/new
    ancient/modern born/died same/different agree/disagree like/dislike happy/sad good/bad
"""
_PAIRS: list[tuple[str, str]] = re.findall(r"(\w+)/(\w+)", _OPPOSITES)
_OPPOSITE = dict(_PAIRS) | {b: a for a, b in _PAIRS}
_WORD = re.compile(r"[A-Za-z']+")


def exchange(
    question: str, sentences: Sequence[str], home: Span, chance: random.Random
) -> str | None:
    """Ask the question about something else, or return None if there is nothing to exchange.

    A name or number is replaced by another one of the article, or a word by its opposite. `home`
    are the rows of the question's own paragraph: half of the names and numbers come from it, as in
    SQuAD 2.0, so that a word in common tells nothing.
    """
    places = []
    opening = _OPENING.match(question)
    begin = opening.end() if opening else 0
    for pattern in (_NAME, _NUMBER):
        places += [(m.start(), m.end(), pattern) for m in pattern.finditer(question, begin)]
    opposites = [m for m in _WORD.finditer(question) if m[0].lower() in _OPPOSITE]
    if opposites and (not places or chance.random() < 0.4):
        match = chance.choice(opposites)
        return question[: match.start()] + _OPPOSITE[match[0].lower()] + question[match.end() :]
    if not places:
        return None
    start, end, pattern = chance.choice(places)
    near = sentences[slice(*home)] if chance.random() < 0.5 else sentences
    others = {
        found
        for sentence in near
        for found in pattern.findall(sentence, _opening_length(sentence))
        if found.lower() not in question.lower()
    }
    if not others:
        return None
    other: str = chance.choice(sorted(others))
    return question[:start] + other + question[end:]


def _opening_length(sentence: str) -> int:
    """The offset behind a sentence's first word, which is capitalised whether it is a name or
    not."""
    return len(sentence) - len(sentence.lstrip().partition(" ")[2])


_POLITE = (
    "hi, could you tell me {}", "please tell me {}", "can you tell me {} please",
    "hello! {}", "i'd like to know {}", "do you know {}", "{} thanks", "quick question: {}",
    "according to the article, {}", "so {}",
)  # fmt: skip
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were do does did be been being has have had of in on at to for by "
        "with that this it its",
    )
)


def disturb(question: str, chance: random.Random) -> str:
    """Vary a question as people type it: without mark, misspelt, as keywords, or with
    politeness."""
    kind = chance.random()
    if kind < 0.35:
        return without_mark(question)
    if kind < 0.7:
        return with_slips(question, chance)
    if kind < 0.85:
        return keywords(question)
    return chance.choice(_POLITE).format(question)


def without_mark(question: str) -> str:
    """The question without its question mark."""
    return question.rstrip(" ?")


def keywords(question: str) -> str:
    """The question as it would be typed into a search box, without function words."""
    words = [w for w in without_mark(question).split() if w.lower() not in _FUNCTION_WORDS]
    return " ".join(words) or question


def with_slips(question: str, chance: random.Random) -> str:
    """Drop, double, swap or replace one or two letters, never in a short word."""
    words = question.split(" ")
    for _ in range(chance.randint(1, 2)):
        long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
        if not long:
            break
        place = chance.choice(long)
        word, at = words[place], chance.randrange(1, len(words[place]) - 1)
        words[place] = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            )
        )
    return " ".join(words)
