"""A model in torch -> an ONNX graph that runs without torch.

Attention is exported in its plain form, whose pattern ONNX Runtime knows and fuses. Word
vectors are looked up and not multiplied with, so that they can be kept small and nothing is
slower: in half precision, or in int8.
"""

import contextlib
import io
import logging
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from index.onnx_session import Session

Inputs = Mapping[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]

Weights = Literal["float32", "int8"]

_WORD_VECTORS = 1_000_000
"""Numbers in a table from which on it is kept smaller than as floats."""

_UNEVEN = 25
"""A layer stays in floats if the peak of what comes into it is so many times its root mean
square: one scale for both leaves nothing of the small values."""

_SHIFT = 0.8
"""How much of the quantization's difficulty is moved from the activations into the weights:
alpha of SmoothQuant (Xiao et al. 2023). Of 0.3, 0.5, 0.65 and 0.8 the best for MiniLM."""


def to_onnx(
    module: nn.Module,
    example: Inputs,
    outputs: Sequence[str],
    dynamic: Mapping[str, Sequence[int]],
    weights: Weights,
) -> onnx.ModelProto:
    """`example`: the inputs by the names that `forward` gives them; `dynamic`: which of
    their axes may have any length, by the same names; `weights`: for int8, too, all but the
    word vectors are still floats."""
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
    model = program.model_proto  # Made anew whenever it is asked for.
    shrink_word_vectors(model, weights)
    return model


def shrink_word_vectors(model: onnx.ModelProto, weights: Weights) -> None:
    """Keep large tables that rows are looked up in as float16, or as int8 with a scale a row, as
    the reader's own file has them; make floats of what is looked up."""
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


def quantized(model: onnx.ModelProto, sample: Sequence[Inputs]) -> onnx.ModelProto:
    """The same with int8 weights (a scale an output) and activations that are quantized as they
    come, a scale a tensor.

    What is hard about the latter, channels that are much larger than the others in every text,
    is moved into the weights first (SmoothQuant), by what the `sample` shows.
    """
    smooth = _smoothed(model, sample)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        from onnxruntime.quantization import QuantType, quantize_dynamic

        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        onnx.save(smooth, whole)
        quantize_dynamic(
            whole,
            small,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_uneven(smooth, sample),
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
        return onnx.load(small)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph, and its weights beside it: ONNX Runtime maps those into memory, and of a
    table of word vectors loads what is looked up. The weights are taken out of `model`."""
    onnx.save(
        model,
        path,
        save_as_external_data=True,
        location=path.with_suffix(".weights").name,
        convert_attribute=False,
    )


def _smoothed(model: onnx.ModelProto, sample: Sequence[Inputs]) -> onnx.ModelProto:
    smooth = onnx.ModelProto()
    smooth.CopyFrom(model)
    graph = smooth.graph
    weights = {weight.name: weight for weight in graph.initializer}
    layers = _layers(smooth)
    largest: dict[str, Floats] = {}
    for values in _watch(smooth, list(layers), sample):
        for name, value in values.items():
            seen = np.abs(value.reshape(-1, value.shape[-1])).max(axis=0)
            largest[name] = np.maximum(largest.get(name, seen), seen)
    for name, nodes in layers.items():
        arrays = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        heaviest = np.max([np.abs(array).max(axis=1) for array in arrays], axis=0)
        scale = largest[name].clip(1e-5) ** _SHIFT / heaviest.clip(1e-5) ** (1 - _SHIFT)
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        shrunk = f"{name}_smooth"
        graph.initializer.append(numpy_helper.from_array(1 / scale, f"{shrunk}_factor"))
        place = min(list(graph.node).index(node) for node in nodes)
        shrink = helper.make_node("Mul", [name, f"{shrunk}_factor"], [shrunk], f"{shrunk}_mul")
        graph.node.insert(place, shrink)
        for node, array in zip(nodes, arrays, strict=True):
            grown = numpy_helper.from_array(array * scale[:, None], node.input[1])
            weights[node.input[1]].CopyFrom(grown)
            node.input[0] = shrunk
    return smooth


def _uneven(model: onnx.ModelProto, sample: Sequence[Inputs]) -> list[str]:
    """The names of the layers that stay in floats."""
    layers = _layers(model)
    peaks: dict[str, list[float]] = {name: [] for name in layers}
    for values in _watch(model, list(layers), sample):
        for name, value in values.items():
            peaks[name].append(float(np.abs(value).max() / np.sqrt(np.square(value).mean())))
    uneven = [name for name, peak in peaks.items() if np.mean(peak) > _UNEVEN]
    return [node.name for name in uneven for node in layers[name]]


def _layers(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """The products with weights, by the name of what they multiply."""
    weights = {weight.name for weight in model.graph.initializer}
    layers: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            layers.setdefault(node.input[0], []).append(node)
    return layers


def _watch(
    model: onnx.ModelProto, names: Sequence[str], sample: Sequence[Inputs]
) -> Iterator[dict[str, Floats]]:
    """These values for each of the sample's inputs."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    for name in names:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watched.onnx"
        onnx.save(watched, path)
        session = Session(path)
    for inputs in sample:
        yield dict(zip(names, session.run(inputs, names), strict=True))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporters print and warn about what concerns their own code."""
    before, handlers = logging.root.manager.disable, logging.root.handlers[:]
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        logging.root.handlers[:] = handlers  # onnxruntime.quantization adds one of its own.
