"""What only the tests of `index` need: no deadlines on a busy machine, but an end to hanging."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import settings

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

_SECONDS = 5
"""What should take milliseconds has these; quadratic time would take hours."""


@pytest.fixture
def in_time() -> Iterator[None]:
    """Fails a test that would hang."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
