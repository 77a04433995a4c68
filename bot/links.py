"""A message -> the addresses in it, and the words around them."""

import re

MAX_LINKS = 3
"""Links of one message that are offered."""

_LINK = re.compile(r"(?<![\w@/])(?:https?://|www\.(?=\w))[^\s<>\"“”]+", re.IGNORECASE)
_LAST = re.compile(rf"(?:\s*{_LINK.pattern})+\s*$", re.IGNORECASE)
_CLOSING = ".,;:!?'’»)]}"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def find_links(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once, with a scheme, without punctuation behind them."""
    return tuple(dict.fromkeys(_with_scheme(_trimmed(m[0])) for m in _LINK.finditer(text)))


def without_links(text: str) -> str:
    """The words around the addresses."""
    return " ".join(_LINK.sub(lambda m: m[0][len(_trimmed(m[0])) :], text).split())


def without_last_links(line: str) -> str:
    """A line without the addresses at its end, which are no part of its sentences."""
    return _LAST.sub("", line)


def _trimmed(link: str) -> str:
    while link[-1] in _CLOSING and link.count(link[-1]) > link.count(_PAIRS.get(link[-1], "\0")):
        link = link[:-1]
    return link


def _with_scheme(link: str) -> str:
    return link if "://" in link else f"https://{link}"
