"""Text as its source has it -> text as the models compare it.

What people see is never changed; this is only the view that is embedded and
searched, where "don't" and "don’t", or "co-operate" with a soft hyphen and
without, must be the same words.
"""

import re
import unicodedata

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒", "-"),
    }
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)")
_MARKDOWN_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)


def normalize(text: str) -> str:
    """One line of plain text: NFKC, ASCII quotes, nothing invisible, single spaces.

    Markdown's links keep their words, its emphasis marks go.
    """
    text = _SURROGATES.sub("\ufffd", text)
    text = _MARKDOWN_LINK.sub(r"\1", text)
    text = _MARKDOWN_EMPHASIS.sub(r"\2", text)
    return " ".join(unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).split())
