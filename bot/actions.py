"""What the action of a button is made of: numbers, and keys that stand for texts."""

import hashlib

_LONGEST_NUMBER = 9
"""Digits of the longest number that is read: more than any article needs, few enough for int()."""


def number_in(text: str) -> int:
    """The number of a sentence; for anything else 0, which no sentence has."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def key_of(text: str) -> str:
    """A key of a text that is short enough for a button, and the same after a restart."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
