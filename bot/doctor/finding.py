"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is: as it should be, worth knowing, or in need of somebody."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and what to do about it."""

    state: State
    found: str
    advice: str = ""


def ok(found: str) -> Finding:
    """All is well."""
    return Finding(State.OK, found)


def note(found: str, advice: str = "") -> Finding:
    """It works, and there is something to know."""
    return Finding(State.NOTE, found, advice)


def problem(found: str, advice: str = "") -> Finding:
    """It doesn't work, or not for long."""
    return Finding(State.PROBLEM, found, advice)
