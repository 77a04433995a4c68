"""Word vectors that take less room, and give the same."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from index.making import onnx_export
from index.models.onnx_session import Session

IDS = np.array([[3, 0], [49, 7]])


@pytest.fixture
def table() -> np.ndarray:
    """What int8 with a scale a row can have."""
    chance = np.random.default_rng(0)
    levels = chance.integers(-127, 128, (50, 8))
    levels[:, 0] = 127
    levels[3] = 0
    return (levels * chance.uniform(0.001, 0.1, (50, 1))).astype(np.float32)


@pytest.fixture
def model(table: np.ndarray) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Gather", ["words", "ids"], ["found"]),
        helper.make_node("Mul", ["found", "two"], ["twice"]),
    ]
    graph = helper.make_graph(
        nodes,
        "lookup",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [None, None])],
        [helper.make_tensor_value_info("twice", TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(table, "words"),
            numpy_helper.from_array(np.float32(2), "two"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


@pytest.mark.parametrize(
    ("weights", "kind", "relative"),
    [("float32", TensorProto.FLOAT16, 1e-3), ("int8", TensorProto.INT8, 1e-6)],
)
def test_word_vectors_are_kept_small(
    model: onnx.ModelProto,
    table: np.ndarray,
    weights: onnx_export.Precision,
    kind: int,
    relative: float,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(onnx_export, "_WORD_VECTORS", 400)
    onnx_export.shrink_word_vectors(model, weights)
    assert {t.name: t.data_type for t in model.graph.initializer}["words"] == kind
    onnx.save(model, tmp_path / "small.onnx")
    (found,) = Session(tmp_path / "small.onnx").run({"ids": IDS})
    np.testing.assert_allclose(found, 2 * table[IDS], rtol=relative, atol=1e-6)


def test_a_small_table_stays_as_it_is(model: onnx.ModelProto) -> None:
    before = model.SerializeToString()
    onnx_export.shrink_word_vectors(model, "int8")
    assert model.SerializeToString() == before
