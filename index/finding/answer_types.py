"""The type of answer that a question asks for, and the sentences that hold one.

A question with "when" asks for a time, one with "how many" for a number: question answering calls
this the expected answer type. Surface patterns of English are enough to rule out sentences that
can't answer; for other languages no type is expected.
"""

import re
from enum import StrEnum


class AnswerType(StrEnum):
    """The type of answer that a question word asks for."""

    NUMBER = "number"
    TIME = "time"
    SPEAKER = "speaker"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"


# The first pattern that matches decides: "how long" is a number, not a time.
_QUESTIONS = (
    (
        AnswerType.NUMBER,
        r"\bhow (?:many|much|old|long|far|tall|high|large|big|often|fast|deep|wide|heavy)\b"
        r"|\b(?:what|which) (?:percentage|percent|number|amount|age|proportion|fraction|size"
        r"|population|price|cost)\b",
    ),
    (
        AnswerType.TIME,
        r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|era|period"
        r"|season)s?\b",
    ),
    (
        AnswerType.SPEAKER,
        r"\b(?:who|whom|according to whom)\b.{0,20}\b(?:said|says|say|told|claim(?:s|ed)"
        r"|report(?:s|ed)|announce[sd])\b",
    ),
    (
        AnswerType.PERSON,
        r"\b(?:who|whom|whose)\b"
        r"|\bwhich (?:person|people|man|woman|king|author|president|scientist)\b",
    ),
    (
        AnswerType.PLACE,
        r"\bwhere\b|\b(?:what|which) (?:countr(?:y|ies)|cit(?:y|ies)|count(?:y|ies)"
        r"|(?:state|place|town|continent|region|location"
        r"|nation|street|area|river|province|island)s?)\b",
    ),
    (AnswerType.REASON, r"\bwhy\b|\b(?:what|which) (?:reason|cause)"),
)

_MONTH = (
    r"january|february|march|april|may(?= \d)|june|july|august|september|october|november"
    r"|december|(?:jan|feb|aug|sept?|oct|nov|dec)(?=\.)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_TIME_WORD = (
    r"centur(?:y|ies)|decades?|years?|months?|weeks?|days?|hours?|minutes?|today|tonight"
    r"|tomorrow|yesterday|mornings?|evenings?|afternoons?|nights?|midnight|noon|ago|later|earlier"
    r"|recently|now|spring|summer|autumn|fall|winter|easter|christmas|when|before|after|during"
    r"|until|since|while|once|soon|bce?|ad|ce|era|age|period"
)
_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?"
    r"|dozens?|half|third|quarter|twice|both|single|double|none|couple|pair"
)
_SENTENCES = {
    AnswerType.NUMBER: re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE),
    AnswerType.TIME: re.compile(
        rf"\b(?:{_MONTH}|{_WEEKDAY}|{_TIME_WORD}|1\d\d\d|20\d\d|\d+(?:st|nd|rd|th|s)"
        r"|\d\d?:\d\d|\d\d? ?[ap]\.?m)\b",
        re.IGNORECASE,
    ),
    AnswerType.SPEAKER: re.compile(
        r"\b(?:said|says|told|tells|according to|announce[sd]|report(?:s|ed)|state[sd]|add(?:s|ed)"
        r"|claim(?:s|ed)|explain(?:s|ed)|hail(?:s|ed)|warn(?:s|ed)|insist(?:s|ed)|argue[sd]"
        r"|wrote|writes|describe[sd]|declare[sd]|confirm(?:s|ed)|quoted|asked|replied|called)\b",
        re.IGNORECASE,
    ),
    # A capitalised word that does not open the sentence, or two at its beginning.
    AnswerType.PERSON: re.compile(
        r"(?<=[\w,;:'\")(-] )[\"'(]?[A-ZÀ-Þ][\w'.-]+|^[A-Z][\w'-]+ [A-Z]"
    ),
    AnswerType.PLACE: re.compile(
        r"\b(?:in|at|to|from|near|of|on|into|across|around|outside|inside|between|through"
        r"|towards?|within|over|under|by|via|off|along|beneath|above|behind|throughout|onto)\b"
        r"(?: \w+){0,3} [A-Z]"
        r"|\b(?:in|at|into|on|near|under|inside|outside|through|from|behind|beside|to|onto)"
        rf" (?:the|a|an|his|her|their|its|our|my) (?!(?:\w+ )?(?:{_TIME_WORD}|time|past|future)\b)"
    ),
    AnswerType.REASON: re.compile(
        r"\b(?:because|due to|since|so that|in order to|as a result|owing to|thanks to|therefore"
        r"|thus|for|to|caused?|reasons?|led|why|lest|so)\b",
        re.IGNORECASE,
    ),
}

_QUESTION_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _QUESTIONS)


def expected_answer_type(question: str, language: str) -> AnswerType | None:
    """The type that an English question asks for; None if it asks for none."""
    if language != "en":
        return None
    question = question.lower()
    return next((kind for kind, pattern in _QUESTION_PATTERNS if pattern.search(question)), None)


def contains_type(sentence: str, kind: AnswerType) -> bool:
    """Whether a normalized sentence holds something of that type."""
    return _SENTENCES[kind].search(sentence) is not None
