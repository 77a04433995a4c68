"""Texts -> unit vectors, by an exported model, without torch."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.models import onnx_files
from index.models.onnx_session import Session
from index.types import Vectors

_BATCH_TOKENS = 192
"""Tokens of a batch, with its padding. Beyond some 64, more tokens make a batch no cheaper for each
of them. Few long texts fill a batch, or many short ones, so that little is padded."""


class OnnxEmbedder:
    """An `Embedder` for the folder of an export."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest. Raises `ModelError` if the folder holds no export."""
        self._folder = folder
        self._loaded: tuple[Session, dict[str, Any], Tokenizer] | None = None
        self._lock = threading.Lock()
        self._manifest = onnx_files.read(folder) or self.load()[1]

    @property
    def name(self) -> str:
        """The name under which the model was exported."""
        return str(self._manifest["name"])

    @property
    def identity(self) -> str:
        """The identity of the original model, whose vectors are the same but for rounding."""
        return str(self._manifest["identity"])

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages on the model's card; None if it names none."""
        spoken = self._manifest["languages"]
        return None if spoken is None else frozenset(spoken)

    def load(self) -> tuple[Session, dict[str, Any], Tokenizer]:
        """Load the graph now instead of at the first text.

        Raises:
            ModelError: the export is missing or incomplete.
        """
        with self._lock:
            if self._loaded is None:
                session, manifest = onnx_files.load(self._folder)
                tokenizer = Tokenizer.from_file(str(self._folder / onnx_files.TOKENIZER))
                tokenizer.no_padding()
                tokenizer.enable_truncation(manifest["max_length"])
                self._loaded = session, manifest, tokenizer
            return self._loaded

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: shape (texts, dimensions). Raises `ModelError` as `load`."""
        return self._encode(texts, "document_prompt")

    def encode_query(self, text: str) -> Vectors:
        """Encode a question: shape (1, dimensions). Raises `ModelError` as `load`."""
        return self._encode([text], "query_prompt")

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        session, manifest, tokenizer = self.load()
        prompted = [manifest[prompt] + text for text in texts]
        # sentence-transformers strips and lower-cases texts in the same way.
        stripped = [text.strip() for text in prompted]
        if manifest["lower_case"]:
            stripped = [text.lower() for text in stripped]
        ids = [encoding.ids for encoding in tokenizer.encode_batch(stripped)]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        vectors = np.empty((len(ids), manifest["dimensions"]), dtype=np.float32)
        for rows in _batches(order, ids):
            batch = inputs([ids[row] for row in rows], manifest["pad"])
            vectors[rows] = session.run(batch)[0]
        return vectors


def _batches(order: Sequence[int], ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The rows in their order, shortest first, in batches of at most `_BATCH_TOKENS` tokens."""
    rows: list[int] = []
    for row in order:
        if rows and (len(rows) + 1) * len(ids[row]) > _BATCH_TOKENS:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def inputs(ids: Sequence[Sequence[int]], pad: int) -> dict[str, Any]:
    """The graph's inputs for token IDs: IDs padded on the right, and their mask."""
    shape = len(ids), max(map(len, ids))
    padded, mask = np.full(shape, pad, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return {"input_ids": padded, "attention_mask": mask}
