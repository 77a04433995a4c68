"""Recognises lines that a web page puts around its article: comment forms, share bars, cookie
notices.

A line counts as boilerplate only as a whole: the same words inside a sentence of the article (a
quotation, say) stay.
"""

import re

_NETWORKS = (
    r"facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|tumblr|pocket|bluesky"
    r"|threads|mastodon|instagram|youtube|tiktok|messenger|flipboard|e-?mail|print|copy link|link"
)

_COMMENT_FORM = (
    r"(?:leave|post|add|write) (?:a|your) (?:reply|comment)(?: cancel reply)?",
    r"(?:cancel|post) (?:reply|comment)",
    r"your e-?mail address will not be published\b.{0,60}",
    r"required fields are marked\b.{0,10}",
    r"save my name, e-?mail,? and website in this browser.{0,40}",
    r"notify me of (?:follow-?up comments|new posts).{0,30}",
    r"this site uses akismet\b.{0,100}",
    r"(?:\d+ (?:comments?|replies|reply)|no (?:comments|replies))(?: yet)?",
    r"(?:log|sign) in to (?:leave a |post a )?(?:comment|reply)",
    r"you must be logged in to post a comment",
)
_SHARE_BAR = (
    r"share(?: this)?(?: article| post| story| page)?(?: via| with)?",
    rf"(?:click to )?(?:share|tweet|follow us|pin|send)(?: (?:this|it))?"
    rf"(?: (?:on|via|by|with|to))? (?:{_NETWORKS})\b.{{0,30}}",
    rf"(?:share|tweet|pin it|{_NETWORKS})(?:[\s|/·•,]+(?:share|tweet|pin it|more|{_NETWORKS}))+",
    r"like this:?(?: loading.{0,3})?",
    r"loading",
    r"\d+ shares?",
)
_COOKIE_NOTICE = (
    r"(?:this (?:web)?site|we)(?: and our (?:\d+ )?partners)? uses? cookies\b.{0,300}",
    r"by (?:continuing|using) (?:to (?:use|browse) )?(?:this|our) (?:web)?site"
    r".{0,60}cookies.{0,120}",
    r"(?:accept|reject|manage|allow)(?: all)? cookies",
    r"cookie (?:settings|preferences|policy)",
)
_PAGE_FURNITURE = (
    r"advertisements?|sponsored(?: content)?",
    r"(?:skip|jump) to (?:main )?content",
    r"(?:sign up|subscribe) (?:for|to) (?:our|the) (?:\w+ ){0,3}newsletters?\b.{0,60}",
    r"(?:related|recommended|popular|recent) (?:posts?|articles?|stories)",
    r"(?:previous|next) (?:post|article)",
    r"(?:©|copyright|\(c\)).{0,80}[\d.,|–-] ?all rights reserved.{0,20}",
)

_BOILERPLATE = re.compile(
    "|".join(
        f"(?:{pattern})"
        for pattern in (*_COMMENT_FORM, *_SHARE_BAR, *_COOKIE_NOTICE, *_PAGE_FURNITURE)
    ),
    re.IGNORECASE | re.DOTALL,
)

# The star of a required field tells it from a word of the article.
_REQUIRED_FIELD = re.compile(r"\s*(?:comment|name|e-?mail|website) ?\*\s*", re.IGNORECASE)

_LONGEST = 400
"""Characters of the longest boilerplate line. A longer line is prose, however it begins."""


def is_boilerplate(line: str) -> bool:
    """Whether a whole line of text is page furniture and not part of the article."""
    if _REQUIRED_FIELD.fullmatch(line):
        return True
    words = line.strip(" \t\u00a0.:!#*_-\u200b\ufeff\u2026")
    return len(words) <= _LONGEST and _BOILERPLATE.fullmatch(words) is not None
