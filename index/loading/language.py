"""Which language a text is in."""

import re
from functools import cache
from typing import Protocol, cast

DEFAULT = "en"
"""Of a text that does not tell. Most articles are English, and so is the default model."""

_SURE = 0.5
"""The least probability to believe in. Whole articles get 0.6 to 1, a name or a heading less."""

_ENOUGH = 12
"""Letters. With fewer, another language than English is a matter of luck."""

_READ = 20_000
"""Characters that are looked at. More make it slower, not surer."""


_COMMONEST = re.compile(r"\b(the|and|of|to)\b")
_PLAINLY_ENGLISH = 0.09
"""Share of a text's words that are "the", "and", "of" and "to", each of them being there. They are
about a seventh of English prose; no other language has all four. It spares the loading of the
identifier, which takes half a second."""

_PROSE = 50
"""Words, with fewer of which that share says little."""


class _Identifier(Protocol):
    def set_languages(self, langs: list[str]) -> None: ...

    def classify(self, text: str) -> tuple[str, float]: ...


def detect_language(text: str, *, unsure: str | None = None) -> str:
    """The ISO 639-1 code of a text's language.

    Of a text that is too short or unclear to tell it is `unsure` (what its page declares, say),
    or else "en".
    """
    read = text[:_READ]
    if sum(map(str.isalpha, read)) < _ENOUGH and read.isascii():
        return unsure or DEFAULT
    if _is_plainly_english(read):
        return "en"
    code, probability = _identifier().classify(read)
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
    """Takes half a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # ISO 639-1 alone: varieties (Wu, Egyptian Arabic) would split their language's probability.
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])
    return cast(_Identifier, identifier)
