"""A model in torch -> an ONNX graph that runs without torch.

Tables of word vectors are looked up and not multiplied with, so they can be kept small (in half
precision, or in int8) without anything getting slower.
"""

import contextlib
import io
import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

Inputs = Mapping[str, npt.NDArray[Any]]
Precision = Literal["float32", "int8"]

_WORD_VECTORS = 1_000_000
"""Numbers in a table from which on it is stored smaller than as float32."""

_IN_INT8 = 4
"""The `accuracy_level` of MatMulNBits that sums products of int8. Without it the weights are made
floats again each time, which is slower than float weights."""


def to_onnx(
    module: nn.Module,
    example: Inputs,
    outputs: Sequence[str],
    dynamic: Mapping[str, Sequence[int]],
    weights: Precision,
) -> onnx.ModelProto:
    """Export a module as a graph.

    `example` holds inputs by the names that `forward` gives them; `dynamic`, by the same names,
    their axes that may have any length. With `weights` of int8 only the word vectors become int8
    here; see `quantized` for the rest.
    """
    tensors = {name: torch.from_numpy(array) for name, array in example.items()}
    shapes = {name: dict.fromkeys(axes, torch.export.Dim.DYNAMIC) for name, axes in dynamic.items()}
    with _quiet(), torch.inference_mode():
        program = torch.onnx.export(
            module.eval(),
            (),
            kwargs=tensors,
            dynamo=True,
            dynamic_shapes=shapes,
            input_names=list(example),
            output_names=list(outputs),
            verbose=False,
        )
    assert program is not None  # noqa: S101 - with dynamo and no file there is one
    model = program.model_proto  # The property makes a new one at each access.
    for node in model.graph.node:  # Each one's place in torch's code is most of a graph.
        node.ClearField("metadata_props")
    shrink_word_vectors(model, weights)
    return model


def shrink_word_vectors(model: onnx.ModelProto, weights: Precision) -> None:
    """Store large lookup tables as float16, or as int8 with a scale for each row, like the reader's
    own file; what is looked up is converted to float32."""
    graph = model.graph
    uses = Counter(name for node in graph.node for name in node.input)
    tables = {
        table.name: table
        for table in graph.initializer
        if table.data_type == TensorProto.FLOAT
        and len(table.dims) == 2
        and np.prod(table.dims) >= _WORD_VECTORS
        and uses[table.name] == 1
    }
    for place, node in reversed(list(enumerate(graph.node))):
        if node.op_type == "Gather" and node.input[0] in tables:
            table = tables[node.input[0]]
            values, found = numpy_helper.to_array(table), node.output[0]
            node.output[0] = f"{found}_small"
            cast = helper.make_node("Cast", [node.output[0]], [found], to=TensorProto.FLOAT)
            after = [cast]
            if weights == "int8":
                scale = np.abs(values).max(axis=1, keepdims=True).clip(1e-12) / 127
                graph.initializer.append(numpy_helper.from_array(scale, f"{table.name}_scale"))
                names = f"{found}_scale", f"{found}_whole"
                gather = helper.make_node(
                    "Gather", [f"{table.name}_scale", node.input[1]], [names[0]]
                )
                cast.output[0] = names[1]
                after += [gather, helper.make_node("Mul", [names[1], names[0]], [found])]
                small = np.round(values / scale).astype(np.int8)
            else:
                small = values.astype(np.float16)
            table.CopyFrom(numpy_helper.from_array(small, table.name))
            for new in reversed(after):
                graph.node.insert(place + 1, new)
    del graph.value_info[:]


def quantized(model: onnx.ModelProto, block: int) -> onnx.ModelProto:
    """The same graph with int8 weights, one scale for each `block` of an output's weights.

    Activations are rounded to int8 as they come, with a scale for each block too: a few large
    values only make the small ones of their own block coarser.
    """
    from onnxruntime.quantization.matmul_nbits_quantizer import (
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    small = onnx.ModelProto()
    small.CopyFrom(model)
    blocks = DefaultWeightOnlyQuantConfig(
        block_size=block, is_symmetric=True, accuracy_level=_IN_INT8, bits=8
    )
    with _quiet():
        quantizer = MatMulNBitsQuantizer(small, algo_config=blocks)
        quantizer.process()
    return cast(onnx.ModelProto, quantizer.model.model)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph, and its weights beside it.

    ONNX Runtime maps the weights into memory, and loads only those rows of a table of word vectors
    that are looked up. The weights are taken out of `model`.
    """
    onnx.save(
        model,
        path,
        save_as_external_data=True,
        location=path.with_suffix(".weights").name,
        convert_attribute=False,
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporters, which print and warn about their own code."""
    before, handlers = logging.root.manager.disable, logging.root.handlers[:]
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        logging.root.handlers[:] = handlers  # onnxruntime.quantization adds one of its own.
