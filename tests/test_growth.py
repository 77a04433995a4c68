"""The measure itself: it tells linear work from quadratic."""

import pytest

from tests.growth import assert_linear


def test_linear_work_passes() -> None:
    assert_linear(lambda size: sum(range(size)), 2_000_000)


def test_quadratic_work_is_found() -> None:
    with pytest.raises(AssertionError, match="times the size took"):
        assert_linear(lambda size: [sum(range(size)) for _ in range(size)], 4_000)
