"""Texts in batches."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.models.onnx_embedding import _BATCH_TOKENS, _batches


@given(st.lists(st.integers(1, 256)))
def test_a_batch_holds_what_its_tokens_allow(lengths: list[int]) -> None:
    ids = [[0] * length for length in lengths]
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    batches = list(_batches(order, ids))
    assert [row for rows in batches for row in rows] == order
    for rows in batches:
        longest = len(ids[rows[-1]])
        assert len(rows) == 1 or len(rows) * longest <= _BATCH_TOKENS
    for rows, after in pairwise(batches):
        assert (len(rows) + 1) * len(ids[after[0]]) > _BATCH_TOKENS
