"""Detects the language of a text."""

import re
from functools import cache
from threading import Lock
from typing import Protocol, cast

DEFAULT = "en"
"""The language of a text that can't be told. Most articles are English, and so is the default
model."""

_SURE = 0.5
"""The least probability that is believed. Whole articles get 0.6 to 1, a name or a heading less."""

_ENOUGH = 12
"""Letters that a text needs to be identified. In a shorter one the result would be random."""

_READ = 20_000
"""Characters of a text that are read. More would make it slower, but not surer."""


_COMMONEST = re.compile(r"\b(the|and|of|to)\b")
_PLAINLY_ENGLISH = 0.09
"""The least share of "the", "and", "of" and "to" in the words of a text that is plainly English, if
it has all four. They are about a seventh of English prose; no other language has all four. This
saves loading the identifier, which takes half a second."""

_PROSE = 50
"""Words that a text needs for that share to be meaningful."""


_LOADING = Lock()
"""Taken to get the identifier: of several threads that come first, only one loads it."""


class _Identifier(Protocol):
    def set_languages(self, langs: list[str]) -> None: ...

    def classify(self, text: str) -> tuple[str, float]: ...


def detect_language(text: str, *, unsure: str | None = None) -> str:
    """The ISO 639-1 code of a text's language.

    For a text that is too short or unclear it is `unsure` (what its page declares, say), or else
    "en".
    """
    read = text[:_READ]
    if sum(map(str.isalpha, read)) < _ENOUGH and read.isascii():
        return unsure or DEFAULT
    if _is_plainly_english(read):
        return "en"
    with _LOADING:
        identifier = _identifier()
    code, probability = identifier.classify(read)
    return main_code(code) if probability >= _SURE else unsure or DEFAULT


def main_code(tag: str) -> str:
    """The ISO 639-1 code of a language tag: "en-GB" is "en", both kinds of Norwegian are "no"."""
    code = tag.strip().replace("_", "-").split("-")[0].lower()
    return "no" if code in ("nb", "nn") else code


def _is_plainly_english(text: str) -> bool:
    words, found = len(text.split()), _COMMONEST.findall(text.lower())
    return words >= _PROSE and len(set(found)) == 4 and len(found) >= _PLAINLY_ENGLISH * words


@cache
def _identifier() -> _Identifier:
    """Load the identifier, which takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Only ISO 639-1 codes: varieties (Wu, Egyptian Arabic) would split the probability of their
    # language.
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])
    return cast(_Identifier, identifier)
