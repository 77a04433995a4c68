"""A model's name -> its embedder or reader, run by the fastest backend that is at hand.

torch takes seconds to import and hundreds of megabytes; ONNX Runtime computes the same without it.
The default models come exported. Another model is exported once, in a separate process, so that the
memory which that takes is given back; that needs the extra [torch].
"""

import hashlib
import json
import logging
import os
import re
import subprocess  # the child is this Python, without a shell
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from index.errors import ExportError, ModelError, first_line
from index.models import onnx_files
from index.models.embedding import DEFAULT_MODEL, DEFAULT_MODEL_SHA256, SentenceTransformerEmbedder
from index.models.extras import check_extra
from index.models.onnx_embedding import OnnxEmbedder
from index.models.onnx_session import limit_malloc_arenas
from index.reading.files import MANIFEST, WEIGHTS
from index.reading.onnx import OnnxEncoder
from index.reading.readers import (
    NONE,
    SHIPPED,
    SHIPPED_FOLDER,
    CrossEncoderReader,
    EvidenceReader,
    JointReader,
    torch_encoder,
)
from index.types import Embedder, Reader

_log = logging.getLogger(__name__)

_EXPORT = (
    "import sys; sys.path[:] = sys.argv[4:]; from index.making import exporting; "
    "exporting.run_child(*sys.argv[1:4])"
)

REFUSED = 3
"""Exit code of the exporting process if the model can never be exported."""

_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")


class Backend(StrEnum):
    """The library that runs the models. `AUTO` uses exports, and torch where none can be made."""

    AUTO = "auto"
    ONNX = "onnx"
    TORCH = "torch"


@dataclass(frozen=True, slots=True)
class ModelLoader:
    """Loads embedders and readers by name.

    Exports are looked for in `folder`, where new ones are written, and in the package.
    `show_status` is entered, with a line for people, while an export is made, which takes half a
    minute.
    """

    backend: Backend
    folder: Path
    show_status: Callable[[str], AbstractContextManager[object]]

    def embedder(self, name: str) -> Embedder:
        """Load a sentence-transformers model by its hub name or folder, or the default one.

        Raises:
            ModelError: there is no export, and the extra [torch] is not installed; or the backend
                is `ONNX`, and none can be made.
        """
        folder = self._exported(_key(name), f"embedder {name}", "embedder", name)
        if folder is None:
            return SentenceTransformerEmbedder(name)
        embedder = OnnxEmbedder(folder)
        _beside(embedder.load)
        return embedder

    def reader(self, name: str) -> Reader:
        """Load a reader: `shipped`, `none`, a reader's folder, or a CrossEncoder's name or folder.

        Raises:
            ModelError: as `embedder`; or the backend is `ONNX` and the reader a CrossEncoder.
        """
        if name == NONE:
            return EvidenceReader()
        folder = reader_folder(name)
        if folder is None:
            if self.backend is Backend.ONNX:
                raise ModelError(
                    f"The reader {name} is a CrossEncoder, which has no export: set "
                    "ARTICLE_BOT_BACKEND to auto or torch."
                )
            check_extra("torch", f"The CrossEncoder {name}")
            return CrossEncoderReader(name)
        exported = self._exported(_reader_key(folder), f"reader {name}", "reader", str(folder))
        if exported is None:
            return JointReader(folder, torch_encoder)
        reader = JointReader(folder, lambda _: OnnxEncoder(exported))
        _beside(reader.load)
        return reader

    def is_exported(self, name: str) -> bool:
        """Whether there is an export of an embedding model or a reader, or none can be made.

        Raises:
            ModelError: the folder holds no whole reader.
        """
        key = identity(name)
        return self._refusal(key).exists() or any(
            onnx_files.read(folder / key) for folder in self._folders
        )

    def export_folder(self, name: str) -> Path:
        """The folder that the export of an embedding model or a reader is written to."""
        return self.folder / identity(name)

    def _exported(
        self, key: str, what: str, kind: Literal["embedder", "reader"], name: str
    ) -> Path | None:
        """The folder of an export, made if need be; None if the model is to run in torch."""
        for folder in self._folders:
            if self.backend is not Backend.TORCH and onnx_files.read(folder / key):
                return folder / key
        check_extra("torch", f"The {what}")
        if self.backend is Backend.TORCH:
            return None
        refused = self._refusal(key)
        try:
            if refused.exists():  # It would fail again.
                raise ModelError(refused.read_text(encoding="utf-8", errors="replace"))
            # An unwritable folder should fail now, not after half a minute of work.
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.show_status(f"Preparing the {what} for fast starts, which is done once"):
                _make(kind, name, self.folder / key)
        except (ModelError, OSError) as error:
            if isinstance(error, ExportError):
                with suppress(OSError):
                    refused.write_text(str(error), encoding="utf-8")
            if self.backend is Backend.ONNX:
                raise ModelError(f"The {what} can't be prepared: {first_line(error)}") from error
            _log.warning("The %s runs in torch: %s", what, first_line(error))
            return None
        return self.folder / key

    @property
    def _folders(self) -> tuple[Path, ...]:
        """Where exports are looked for, one's own first."""
        return self.folder, onnx_files.SHIPPED

    def _refusal(self, key: str) -> Path:
        """The file that says why a model can't be exported."""
        return self.folder / f"{key}.refused-{onnx_files.FORMAT}"


def reader_folder(name: str) -> Path | None:
    """The folder of a reader of the project's own kind; None if `name` is of another kind."""
    if name == SHIPPED:
        return SHIPPED_FOLDER
    return Path(name) if (Path(name) / MANIFEST).exists() else None


def identity(name: str) -> str:
    """A name of an embedding model or a reader that changes when its files do, without loading it.

    Raises:
        ModelError: the folder holds no whole reader.
    """
    reader = reader_folder(name)
    return _reader_key(reader) if reader else _key(name)


def _beside(load: Callable[[], object]) -> None:
    """Load a model in a thread, while this one goes on: loading mostly releases the interpreter.

    Errors are ignored here: they are raised again when the model is used.
    """

    def quietly() -> None:
        with suppress(ModelError):
            load()

    limit_malloc_arenas()
    threading.Thread(target=quietly).start()


def _make(kind: Literal["embedder", "reader"], name: str, folder: Path) -> None:
    """Export a model in another process.

    Raises:
        ModelError: the export failed; the message is the exporter's last line.
        ExportError: it would always fail.
    """
    path = map(os.path.abspath, sys.path)
    done = subprocess.run(  # noqa: S603 - this Python, without a shell
        [sys.executable, "-c", _EXPORT, kind, name, folder, *path],
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        last_words = done.stderr.strip().splitlines() or ["it was stopped"]
        raise (ExportError if done.returncode == REFUSED else ModelError)(last_words[-1])


def _key(name: str) -> str:
    """The name of an embedder's export, which changes when the model's files do.

    A model of the hub has no files to look at: its export stays the one first made.
    """
    if name == DEFAULT_MODEL:
        return f"{name}-{DEFAULT_MODEL_SHA256[:12]}"
    files = sorted(path for path in Path(name).rglob("*") if path.is_file())
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    digest = hashlib.sha256(repr((name, states)).encode()).hexdigest()
    return f"{_UNSAFE.sub('-', name)[-40:].strip('-.')}-{digest[:12]}"


def _reader_key(folder: Path) -> str:
    """The name of a reader's export, which changes when its weights do.

    Raises:
        ModelError: the folder holds no whole reader.
    """
    try:
        digests = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
        return f"reader-{digests[WEIGHTS][:12]}"
    except (OSError, ValueError, LookupError, TypeError):
        raise ModelError(f"There is no whole reader in {folder}.") from None
