"""A reader's exported weights, which run without torch."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from index.models import onnx_files
from index.reading.windows import Batch, Floats


class OnnxEncoder:
    """An `Encoder` for the folder of an export. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the export. Raises `ModelError` if it is missing or incomplete."""
        self._session = onnx_files.load(folder)[0]

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        """The logits of relevance, (windows,), and of start and end, (windows, tokens, 2)."""
        relevance, span = self._session.run(feed(batch))
        return relevance, span


def feed(batch: Batch) -> dict[str, Any]:
    """The graph's inputs, by their names."""
    return {field.name: getattr(batch, field.name) for field in fields(batch)}
