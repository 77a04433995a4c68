"""The files of a reader's folder: weights, tokenizer, manifest.

The manifest holds the SHA-256 of every file: a reader that was changed or cut short is refused
instead of answering nonsense.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from index.errors import ModelError
from index.models.file_digests import sha256

FORMAT = 2
MANIFEST = "manifest.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
_FILES = (WEIGHTS, CONFIG, TOKENIZER)


def write_manifest(folder: Path, **facts: Any) -> None:
    """Write the manifest, with `facts` in it. The other files must be there already."""
    digests = {name: sha256(folder / name) for name in _FILES}
    manifest = {"format": FORMAT, **facts, "sha256": digests}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path, files: Sequence[str] = _FILES) -> dict[str, Any]:
    """Read the manifest, and check the SHA-256 of the given files.

    Raises:
        ModelError: the folder holds no whole reader, one of another format, or a changed file.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ModelError(
                f"The reader in {folder} is of format {manifest['format']}; this program reads "
                f"{FORMAT}. Train it again."
            )
        digests = manifest["sha256"]
        changed = [name for name in files if sha256(folder / name) != digests[name]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise ModelError(f"There is no whole reader in {folder}.") from None
    if changed:
        raise ModelError(f"In the reader in {folder} {', '.join(changed)} was changed.")
    return manifest


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a tokenizer that neither truncates nor pads."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
