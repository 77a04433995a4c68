"""Recognises lines of a web page that are not its article, though they stand among its paragraphs.

It adds to what `index.text.boilerplate` knows of any text. A line counts only as a whole, and some
kinds only as the first or last lines, where a page has its date and its credits.
"""

import re
from collections.abc import Sequence

from index.text.boilerplate import is_boilerplate

_RELATED = (
    r"related(?: (?:stor(?:y|ies)|articles?|news|reading|posts?|content))?"
    r"|(?:read|see) (?:more|also)|read next|also read|leggi anche|à lire aussi|lire aussi"
    r"|lesen sie auch|lees ook"
    r"|mehr zum thema|auch interessant|lee (?:también|además)|leia (?:também|mais)|veja também"
    r"|les også|läs också|читайте также|смотрите также|по теме|baca juga|przeczytaj też"
    r"|zobacz też|関連記事"
)
_LETTER = r"newsletters?|your inbox|mailing list|e-?mail (?:alerts|updates)|letterbox"
_NETWORK = r"twitter|facebook|instagram|linkedin|threads|bluesky|mastodon"


def _lines_like(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I | re.S)


_ANYWHERE = _lines_like(
    _RELATED,
    rf"(?:{_RELATED})(?: [^:]{{0,30}})?\s*[:：»›].{{0,250}}",
    r"(?:more|watch|opinion|recommended|don[’']t miss|in pictures)\s*[:：»›].{0,250}",
    r"(?:[^.!?]{0,80}[.!?] )?(?:sign up|subscribe|click here|get|join|register|receive|enter your"
    rf"|start your day)\b.{{0,200}}\b(?:{_LETTER})\b.{{0,150}}",
    r"(?:[^.!?]{0,80}[.!?] )?(?:subscribe|sign up)(?: (?:now|today))?(?: (?:to|for) .{0,120})?",
    r"(?:print|order reprints|print (?:this )?(?:article|page)|comments?|(?:load|show) more)",
    r"back to top|bookmark|thank you|thanks for signing up.{0,80}|image|photo|video|gallery",
    r"(?:sorry[,!.]? )?(?:there was )?an error (?:has )?(?:occurred|processing).{0,60}",
    r"(?:article|story) continues (?:below|after).{0,40}|this article has been sent to.{0,40}",
    r"this copy is for your personal,? non-?commercial use.{0,200}",
    r"(?:tags?|tagged|filed under|posted in|categor(?:y|ies)|topics?)\s*:.{0,150}",
    r".{0,150}\ball rights reserved.{0,150}",
    r"tell us what you think.{0,30}|what do you think\?.{0,40}comments.{0,40}",
)
_AT_THE_BEGINNING = _lines_like(
    r"(?:first |last )?(?:updated?|published|posted|modified)(?: on| at)?[:\s]+"
    r"(?:\w+[., ]+)?\d.{0,30}",
    r"by:? (?-i:(?:[A-Z][\w.’'-]+[ ,]*){2,5}).{0,50}",
)
_AT_THE_END = _lines_like(
    r"(?:last )?(?:updated?|modified)(?: on| at)?[:\s]+(?:\w+[., ]+)?\d.{0,30}",
    r"\(?(?:additional )?(?:reporting|writing|editing) by .{0,200}",
    r"(?:sources?|fonte|quelle|источник)\s*:.{0,60}",
    r"(?:©|\(c\)|copyright)\W?.{0,200}",
    r".{0,60}\b(?:follow|reach) (?-i:him|her|us|them|me|the|@|[A-Z]).{0,120}"
    rf"(?:@\w|\b(?:{_NETWORK})\b).{{0,120}}",
    r".{0,60}\b(?:(?:may|can) be reached at|(?:write to|e-?mail) (?-i:[A-Z])).{0,80}@\w.{0,150}",
)
_LONGEST = 400
"""Characters of the longest line that counts. A longer line is prose, however it begins."""


def without_furniture(lines: Sequence[str]) -> list[str]:
    """The lines that belong to the article, in order."""
    kept = [line for line in lines if not (is_boilerplate(line) or _fits(_ANYWHERE, line))]
    while kept and _fits(_AT_THE_BEGINNING, kept[0]):
        del kept[0]
    while kept and _fits(_AT_THE_END, kept[-1]):
        del kept[-1]
    return kept


def _fits(pattern: re.Pattern[str], line: str) -> bool:
    words = line.strip(" \t\u00a0.:!#*_–—-\u200b\ufeff…[]()")
    return len(words) <= _LONGEST and pattern.fullmatch(words) is not None
