"""A reader's exported weights: what `read_rows` reads with, without torch."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from index.models import onnx_files
from index.reading.windows import Batch, Floats


class OnnxEncoder:
    """An `Encoder` for the folder of an export. Safe in threads."""

    def __init__(self, folder: Path) -> None:
        """Raises `ModelError`, if there is no whole export."""
        self._session = onnx_files.load(folder)[0]

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        """Relevance, (windows,), and start and end, (windows, tokens, 2): logits."""
        relevance, span = self._session.run(feed(batch))
        return relevance, span


def feed(batch: Batch) -> dict[str, Any]:
    """The graph's inputs by their names."""
    return {field.name: getattr(batch, field.name) for field in fields(batch)}
