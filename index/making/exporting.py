"""Exports an embedding model or a reader to a folder that runs without torch.

The export is compared with the original, and refused if it is not the same.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from onnx import ModelProto
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import PreTrainedModel

from index.backends import REFUSED
from index.errors import ArticleError, ExportError, ModelError, first_line
from index.making import parity
from index.making.evaluation import GoldArticle
from index.making.export_sample import QUESTIONS, SENTENCES
from index.making.onnx_export import Precision, quantized, save, to_onnx
from index.making.parity import Parity
from index.models import onnx_files
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.models.onnx_embedding import OnnxEmbedder, inputs
from index.reading import weights as reader_weights
from index.reading.onnx import OnnxEncoder, feed
from index.reading.windows import MAX_QUESTION, MAX_SENTENCE, Window, collate, tokenize, window

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LONGEST = 512
"""Tokens of the longest text, for a model that does not say."""

_READER_BLOCK = 32
_EMBEDDER_BLOCK = 128
"""int8 weights that share a scale. The reader's blocks are finer, since it decides which sentence
is first; an embedding only proposes candidates, and its coarser blocks are faster.
docs/measurements.md has what each costs."""

_SENTENCES = 5
"""Sentences of the sample with which each of its questions is read."""


def export_embedder(
    name: str,
    folder: Path,
    weights: Precision | None = None,
    golds: Sequence[GoldArticle] = (),
    *,
    replace: bool = True,
) -> Parity:
    """Write the export of an embedding model to `folder`. Without `replace`, an export that is
    there already stays.

    `weights` are int8 by default for the default model, whose answers were compared in it
    (docs/measurements.md), and float32 for any other. `golds` are questions that int8 is compared
    by; only the default model needs none.

    Raises:
        ModelError: the model can't be loaded, or int8 lacks questions to be compared by.
        ExportError: it can't be exported, or the export is not the same.
        OSError: it can't be written.
    """
    known = name == DEFAULT_MODEL
    weights = weights or ("int8" if known else "float32")
    can_compare = any(question.gold for gold in golds for question in gold.questions)
    if weights == "int8" and not can_compare and not known:
        raise ModelError("int8 is compared by questions that have an answer: give some.")
    original = SentenceTransformerEmbedder(name)
    model = original.load()
    tokenizer = _tokenizer(model, name)
    facts = _facts(original, model, weights)
    ids = [encoding.ids for encoding in tokenizer.encode_batch([*SENTENCES, *QUESTIONS])]
    example = inputs(ids[:2], facts["pad"])
    axes = {"input_ids": (0, 1), "attention_mask": (0, 1)}
    try:
        graph = to_onnx(_Embedding(model), example, ["vectors"], axes, weights)
        if weights == "int8":
            graph = quantized(graph, _EMBEDDER_BLOCK)
    except Exception as error:  # whatever a model that the exporter does not know makes it raise
        raise ExportError(f"{name} can't be exported ({type(error).__name__}).") from error

    def compared(export: Path) -> Parity:
        if weights == "int8" and can_compare:
            return parity.by_questions(original, OnnxEmbedder(export), golds)
        return parity.by_cosine(original, OnnxEmbedder(export), weights)

    return _write(folder, graph, tokenizer, facts, compared, replace=replace)


def export_reader(
    reader: Path, folder: Path, weights: Precision = "int8", *, replace: bool = True
) -> Parity:
    """Write the export of a reader's weights to `folder`, as `export_embedder` does. The reader's
    manifest is not copied.

    Raises:
        ModelError: there is no reader.
        ExportError: the export is not the same.
        OSError: it can't be written.
    """
    loaded = reader_weights.load(reader)
    windows = _windows(loaded.tokenizer)
    sample = [collate([each]) for each in windows]
    loaded.encoder.bert.set_attn_implementation("eager")
    axes = {"ids": (0, 1), "types": (0, 1), "mask": (0, 1), "pooling": (0, 1), "ends": (0,)}
    # Two windows, since an axis of length one in the example would always have that length.
    example = feed(collate(windows[:2]))
    graph = to_onnx(loaded.encoder, example, ["relevance", "span"], axes, weights)
    if weights == "int8":
        graph = quantized(graph, _READER_BLOCK)
    facts = {"name": reader.name, "weights": weights}

    def compared(export: Path) -> Parity:
        return parity.by_logits(loaded.encoder.encode, OnnxEncoder(export), sample, weights)

    return _write(folder, graph, loaded.tokenizer, facts, compared, replace=replace)


def run_child(kind: str, name: str, folder: str) -> None:
    """Export one model, as the main function of a process.

    An error is written to stderr, and the process exits with `backends.REFUSED` if it would be the
    same next time, else with 1.
    """
    try:
        if kind == "embedder":
            export_embedder(name, Path(folder), replace=False)
        else:
            export_reader(Path(name), Path(folder), replace=False)
    except (ArticleError, OSError) as error:
        sys.stderr.write(f"{first_line(error)}\n")
        sys.exit(REFUSED if isinstance(error, ExportError) else 1)


def _write(
    folder: Path,
    graph: ModelProto,
    tokenizer: Tokenizer,
    facts: Mapping[str, Any],
    compared: Callable[[Path], Parity],
    *,
    replace: bool,
) -> Parity:
    found: list[Parity] = []

    def fill(new: Path) -> None:
        save(graph, new / onnx_files.GRAPH)
        tokenizer.save(str(new / onnx_files.TOKENIZER), pretty=False)

    def compare(new: Path) -> Mapping[str, Any]:
        try:
            found.append(compared(new))
        except ModelError:
            raise
        except Exception as error:  # whatever a processor without such products makes it raise
            raise ExportError(
                f"The export of {facts['name']} does not run here ({type(error).__name__})."
            ) from error
        return asdict(found[0])

    onnx_files.write(folder, fill, facts, compare, replace=replace)
    return found[0]


class _Embedding(nn.Module):
    """All modules of a model, from token IDs to unit vectors."""

    def __init__(self, model: "SentenceTransformer") -> None:
        super().__init__()
        self._model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        if "token_type_ids" in self._model.tokenizer.model_input_names:
            features["token_type_ids"] = torch.zeros_like(input_ids)
        vectors: Tensor = self._model(features)["sentence_embedding"]
        return nn.functional.normalize(vectors, dim=-1)


def _facts(
    original: SentenceTransformerEmbedder, model: "SentenceTransformer", weights: Precision
) -> dict[str, Any]:
    """The facts that the embedder of an export needs, for its manifest."""
    spoken = original.languages
    rounded = "" if weights == "float32" else f"+{weights}"
    return {
        "name": original.name,
        "identity": original.identity + rounded,
        "weights": weights,
        "languages": None if spoken is None else sorted(spoken),
        "dimensions": model.get_embedding_dimension(),
        "max_length": model.max_seq_length or _LONGEST,
        "lower_case": bool(getattr(model[0], "do_lower_case", False)),
        "pad": model.tokenizer.pad_token_id,
        "query_prompt": _prompt(model, "query"),
        "document_prompt": _prompt(model, "document", "passage", "corpus"),
    }


def _prompt(model: "SentenceTransformer", *names: str) -> str:
    """The prompt that sentence-transformers would choose."""
    chosen = next((name for name in names if name in model.prompts), model.default_prompt_name)
    return str(model.prompts[chosen]) if chosen else ""


def _tokenizer(model: "SentenceTransformer", name: str) -> Tokenizer:
    """The model's tokenizer.

    Raises:
        ExportError: the tokenizer is not a fast one, or the model needs more than tokens.
    """
    transformer = model[0]
    classes = getattr(getattr(transformer, "auto_model", None), "config", None)
    if any("Classification" in name for name in getattr(classes, "architectures", None) or ()):
        raise ExportError(
            f"{name} is no embedding model but a CrossEncoder. It needs no export: it reads in "
            "PyTorch."
        )
    if not hasattr(transformer, "auto_model") or not getattr(model.tokenizer, "is_fast", False):
        raise ExportError(f"{name} can't be exported: it is not a transformer over fast tokens.")
    if any(getattr(module, "include_prompt", True) is False for module in model):
        raise ExportError(f"{name} can't be exported: it leaves its prompts out of the mean.")
    if model.tokenizer.padding_side != "right":
        raise ExportError(f"{name} can't be exported: it pads on the left.")
    # Attention in its plain form: the masks of other implementations can't be exported.
    cast(PreTrainedModel, transformer.auto_model).set_attn_implementation("eager")
    tokenizer: Tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(model.max_seq_length or _LONGEST)
    return tokenizer


def _windows(tokenizer: Tokenizer) -> list[Window]:
    """Windows of the sample's questions with a few sentences each; the first sentence is the
    title."""
    sentences = tokenize(tokenizer, SENTENCES, MAX_SENTENCE)
    questions = tokenize(tokenizer, QUESTIONS, MAX_QUESTION)
    return [
        window(question, sentences[0], dict(enumerate(sentences)), row)
        for start, question in enumerate(questions)
        for row in range(start, start + _SENTENCES)
    ]
