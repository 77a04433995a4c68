"""The contract of a vector index: what NumPy says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.vectors import VectorIndex
from index.types import Vectors


def unit_vectors(rows: int, dimensions: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimensions))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


sizes = st.tuples(st.integers(1, 60), st.integers(1, 40), st.integers(0, 2**32 - 1))


@given(sizes)
def test_scores_are_the_inner_products_in_row_order(size: tuple[int, int, int]) -> None:
    vectors, query = unit_vectors(*size), unit_vectors(1, *size[1:])
    scores = VectorIndex(vectors).scores(query)
    assert scores.shape == (len(vectors),)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, vectors @ query[0], atol=1e-5)


@given(sizes, st.integers(1, 100))
def test_search_gives_the_nearest_rows_first(size: tuple[int, int, int], k: int) -> None:
    vectors, query = unit_vectors(*size), unit_vectors(1, *size[1:])
    scores, rows = VectorIndex(vectors).search(query, k)
    products = vectors @ query[0]
    assert scores.shape == rows.shape == (min(k, len(vectors)),)
    assert len(set(rows.tolist())) == len(rows)
    np.testing.assert_allclose(scores, np.sort(products)[::-1][:k], atol=1e-5)
    np.testing.assert_allclose(scores, products[rows], atol=1e-5)


def test_a_row_is_nearest_to_itself() -> None:
    vectors = unit_vectors(20, 16, seed=1)
    index = VectorIndex(vectors)
    assert [index.search(vectors[row : row + 1], 1)[1][0] for row in range(20)] == list(range(20))


def test_equal_rows_are_all_found() -> None:
    vectors = np.repeat(unit_vectors(1, 8, seed=1), 5, axis=0)
    index = VectorIndex(vectors)
    assert sorted(index.search(vectors[:1], 5)[1].tolist()) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(index.scores(vectors[:1]), np.ones(5), atol=1e-5)


@pytest.mark.parametrize("rows", [1, 7])
def test_its_length_is_the_number_of_rows(rows: int) -> None:
    assert len(VectorIndex(unit_vectors(rows, 4, seed=1))) == rows


def test_vectors_may_come_in_any_memory_layout() -> None:
    vectors = unit_vectors(10, 6, seed=1)
    query = unit_vectors(1, 6, seed=2)
    for same in (np.asfortranarray(vectors), vectors[::-1].copy()[::-1]):
        np.testing.assert_allclose(VectorIndex(same).scores(query), vectors @ query[0], atol=1e-5)
