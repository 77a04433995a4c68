"""One message -> the questions in it."""

import re

from bot.small_talk import small_talk

MOST = 5
"""Questions of one message that are answered."""

_ASKS = r"(?:who|whom|whose|what|when|where|why|which|how)"
_MARK = re.compile(r"(?<=[?？])[\s,;]+")
_AND = re.compile(rf"[,;]?\s+(?:and|but)\s+(?:also\s+|then\s+)?(?={_ASKS}\b)", re.IGNORECASE)
# "When and where was it built" is one question: nothing is said before "and" but "when".
_WHOLE = re.compile(rf"\b{_ASKS}\b\W+\w+\W+\w+", re.IGNORECASE)
_ASKING = re.compile(rf"\b{_ASKS}\b", re.IGNORECASE)


def questions(text: str) -> tuple[str, ...]:
    """The questions of a message in order, at least one: "Who built it, and when?" has two.

    A message of which a part is no question ("Who won? I think Ada.") is left whole.
    """
    parts = [part for part in _MARK.split(text.strip()) if not small_talk(part)]
    if len(parts) > 1 and not all(part.endswith(("?", "？")) for part in parts[:-1]):
        return (text,)
    if len(parts) > 1 and not _ASKING.search(parts[-1]) and not parts[-1].endswith("?"):
        return (text,)
    found = tuple(question for part in parts for question in _joined_by_and(part))
    return found or (text,)


def _joined_by_and(part: str) -> list[str]:
    """What stands before "and who ..." and after it, if either is a question of its own."""
    cut = _AND.search(part)
    if cut is None or not _WHOLE.search(part[: cut.start()]):
        return [part]
    first = part[: cut.start()]
    return [first if first.endswith("?") else f"{first}?", *_joined_by_and(part[cut.end() :])]
