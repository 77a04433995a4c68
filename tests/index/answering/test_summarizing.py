"""The most central rows: in order, distinct, and not twice the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.summarizing import central_rows
from index.types import Vectors


def unit(*rows: list[float]) -> Vectors:
    vectors = np.array(rows, dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / norms, dtype=np.float32)


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_rows_are_distinct_in_order_and_as_many_as_asked_for(
    rows: int, count: int, seed: int
) -> None:
    vectors = unit(*np.random.default_rng(seed).standard_normal((rows, 8)).tolist())
    chosen = central_rows(vectors, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(rows, count)
    assert set(chosen) <= set(range(rows))


def test_the_first_choice_is_most_like_all_others() -> None:
    assert central_rows(unit([1, 0], [0, 1], [1, 1]), 1) == [2]


def test_what_was_said_is_not_chosen_again() -> None:
    assert central_rows(unit([1, 0.2], [1, 0.2], [1, 0.2], [0.2, 1]), 2) == [0, 3]


def test_an_outlier_is_not_central() -> None:
    assert central_rows(unit([1, 0.1], [1, 0], [1, 0.2], [-1, 0.1]), 1) != [3]


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_equal_rows_are_chosen_as_they_stand(count: int) -> None:
    assert central_rows(unit(*[[1.0, 0.0]] * 4), count) == list(range(min(count, 4)))


def test_rows_that_cancel_each_other_out_are_still_chosen() -> None:
    assert central_rows(unit([1, 0], [-1, 0]), 2) == [0, 1]
