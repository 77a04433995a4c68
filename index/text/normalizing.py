"""Text as its source has it -> text as the models compare it.

The text that people see is never changed. Only what is embedded and searched is normalized, so that
"don't" and "don’t", or "co-operate" with and without a soft hyphen, are the same words.
"""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        "‴": "'''",
        "⁗": "''''",
        **dict.fromkeys("‐‑‒", "-"),
    }
)
# Accents that stand on each other are sorted by Unicode's normalization, in a time that grows with
# their square: 160,000 of them take 17 seconds. After each 30, a character that is not seen keeps
# them apart, as in Unicode's Stream-Safe Text Format (UAX #15).
_STACKED = re.compile(r"(?:[^\w\s]|[\uff9e\uff9f]){30}")
_JOINER = "\u034f"
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKDOWN_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,500})\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s+\"[^\"\n]{0,500}\")?\)"
)
_MARKDOWN_EMPHASIS = re.compile(
    r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)(.{1,500}?)(?<=\S)\1(?!\w)", re.DOTALL
)


def normalize(text: str) -> str:
    """One line of plain text: NFKC, ASCII quotes, no invisible characters, single spaces.

    Markdown links are replaced by their words, and emphasis marks are removed.
    """
    text = without_marks(text).translate(_TYPOGRAPHY)
    text = _STACKED.sub(rf"\g<0>{_JOINER}", text)
    return " ".join(unicodedata.normalize("NFKC", text).replace(_JOINER, "").split())


def without_marks(text: str) -> str:
    """A text without invisible characters, with the words of Markdown links and emphasis alone."""
    text = _SURROGATES.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    for _ in range(2):  # A picture in a link, an emphasis in an emphasis.
        text = _MARKDOWN_LINK.sub(r"\1", text)
        text = _MARKDOWN_EMPHASIS.sub(r"\2", text)
    return text
