"""How long each stage of the way takes, told to whoever listens.

Where nobody does, a stage costs a look at a variable.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Stage(StrEnum):
    """The steps from an address or a file to an index, and from a question to its answer."""

    FETCHING = "fetching"
    EXTRACTING = "extracting"
    SPLITTING = "splitting"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    KEEPING = "keeping"
    OPENING = "opening"
    """An article comes from the store."""
    FINDING = "finding"
    READING = "reading"
    ANSWERING = "answering"


Listener = Callable[[str, float], None]
"""Is told the name of a stage that has ended, and its seconds."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Tell the listener, if there is one, how long the block takes. It may decorate a function."""
    listener = _listener.get()
    if listener is None:
        yield
        return
    begin = time.perf_counter()
    try:
        yield
    finally:
        listener(name, time.perf_counter() - begin)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Have a listener told of the stages in the block: in its task, and in what copies its
    context."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
