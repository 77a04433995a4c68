"""One message -> the questions in it. The rules are for English, as those of follow-ups are."""

import re

from bot.small_talk import small_talk_reply
from index.answering.follow_up import is_follow_up

MAX_QUESTIONS = 5
"""Questions of one message that are answered; the others are to be asked again."""

_ASKS = r"\b(?:who|whom|whose|what|when|where|why|which|how)\b"
_HELPS = r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b"
_BULLET = r"(?:\(?\d{1,2}[.)]|[-*•–])(?:\s+|$)"
_PREPOSITION = r"(?:(?:about|against|at|by|for|from|in|of|on|since|to|under|until|with)\s+)?"

# The border between two questions: a question mark, or the start of a line that is listed or opens
# with a question word.
_BORDER = re.compile(
    rf"(?P<mark>[?؟][?!؟]*(?=[\s,;]|{_ASKS})|？[？！]*|(?=\n\s*(?:{_BULLET}|(?-i:(?=[WH])){_ASKS})))"
    r"[\s,;]*",
    re.IGNORECASE,
)
_MARK = re.compile("[?？؟]")
_ASKS_SOMETHING = re.compile(
    rf".*{_MARK.pattern}|\W*(?:(?:and|but|also|then|so)\W+)*{_PREPOSITION}{_ASKS}",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(rf"^{_BULLET}(?={_ASKS_SOMETHING.pattern})", re.IGNORECASE | re.DOTALL)

_AND = re.compile(
    rf"[,;]?\s+(?:and|but)\s+(?:(?:also|then)\s+)?(?={_PREPOSITION}(?P<asks>{_ASKS}))",
    re.IGNORECASE,
)
_ASKING = re.compile(_ASKS, re.IGNORECASE)
_BEGUN = re.compile(rf"^\W*{_HELPS}|{_ASKS}\W+\w", re.IGNORECASE)
# Matches a question that stands on its own: "Who won", "When was it", "Is it old"; but not "How
# many goals" of "... and how many assists".
_OWN = re.compile(
    rf"^\W*{_HELPS}\W+\w|\bwho\W+\w|{_ASKS}['’]\w|{_ASKS}.*(?:{_HELPS}|\w[^\W_e]ed\b|n['’]t\b)"
    rf"|{_ASKS}(?:\s+\S+){{4}}",
    re.IGNORECASE | re.DOTALL,
)
_ENDS_ASKING = re.compile(rf"{_ASKS}\W*$", re.IGNORECASE)

_ABOUT = re.compile(
    r"(?:so )?what(?:'s| is| does)? (?:this|the|that|it|your)(?: (?:article|text|story|page|post))?"
    r" (?:all )?(?:about|say)\W*"
    r"|(?:(?:please|can you|could you)[ ,]*)*(?:summari[sz]e|sum up|summary)(?: of)?"
    r"(?: (?:it|(?:this|the)(?: (?:article|text|story|page|post))?))?(?: please)?\W*|tl;?dr\W*",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|(?<!\w)(?:'[^']*'|‘[^’]*’)(?!\w)")


def asks(text: str) -> bool:
    """Whether a text has a question: with a question mark, or opening with a question word."""
    return bool(_ASKS_SOMETHING.match(text))


def asks_for_summary(text: str) -> bool:
    """Whether a text asks what the article is about."""
    return bool(_ABOUT.fullmatch(text.replace("’", "'")))


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message in order, at least one: "Who built it, and when?" has two.

    Text that is no question stays with the question beside it ("Who won? I think Ada."), but small
    talk is left out. Nothing is split inside quotation marks.
    """
    found: list[str] = []
    asking = True
    for part in _parts(text):
        asks = bool(_ASKS_SOMETHING.match(part))
        if found and not (asking and asks):
            found[-1] += f" {part}"
            asking = asking or asks
        else:
            found.append(part)
            asking = asks
    return tuple(question for part in found for question in _joined_by_and(part)) or (text,)


def _parts(text: str) -> list[str]:
    """The parts between borders, without small talk and the numbers of listed questions."""
    parts, start = [], 0
    for border in _BORDER.finditer(_without_quotes(text)):
        parts.append(text[start : border.end("mark")].strip())
        start = border.end()
    parts.append(text[start:].strip())
    if sum(bool(_LISTED.match(part)) for part in parts) > 1:
        parts = [_LISTED.sub("", part) for part in parts]
    return [part for part in parts if not small_talk_reply(part)]


def _joined_by_and(part: str) -> list[str]:
    """Split a part before each "and who ...", if both sides mean something without the other."""
    found, start, masked = [], 0, _without_quotes(part)
    for cut in _AND.finditer(masked):
        first, rest = masked[start : cut.start()], masked[cut.end() :]
        if _are_two(first, rest, cut["asks"]):
            question = part[start : cut.start()].rstrip()
            found.append(question if _MARK.search(question[-1]) else f"{question}?")
            start = cut.end()
    return [*found, part[start:]]


def _are_two(first: str, rest: str, asks: str) -> bool:
    follows_up = is_follow_up(rest, "en")
    if follows_up and is_follow_up(first, "en"):  # "When and where?"
        return True
    if _ENDS_ASKING.search(first):  # "The difference between who and whom"
        return False
    later = _ASKING.findall(first.lower())[1:]
    if asks.lower() in later:  # "Who is the man who built it and who lived in it?"
        return False
    if follows_up:
        return bool(_BEGUN.search(first))
    return bool(_OWN.search(first) and _OWN.search(rest))


def _without_quotes(text: str) -> str:
    """The text with everything quoted replaced by underscores, character for character."""
    return _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
