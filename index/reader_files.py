"""The reader's folder: weights, tokenizer, manifest.

The weights are int8 with one scale a row (weights of a layer: an output), in a quarter of
the size; they are computed with as floats. The manifest has the SHA-256 of every file: a
reader that was changed or cut short is refused instead of answering nonsense.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig

from index.errors import ModelError
from index.joint_encoder import JointEncoder

FORMAT = 1
MANIFEST = "manifest.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
_FILES = (WEIGHTS, CONFIG, TOKENIZER)

_SCALE = ".scale"
_LEVELS = 127


def save(encoder: JointEncoder, tokenizer: Tokenizer, folder: Path, **facts: Any) -> None:
    """Write the folder. `facts` go into the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_quantized(encoder.state_dict()), folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # safetensors lets nobody else read it, not even a service.
    encoder.bert.config.to_json_file(folder / CONFIG)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    manifest = {
        "format": FORMAT,
        **facts,
        "sha256": {name: _sha256(folder / name) for name in _FILES},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A reader, ready to read."""

    encoder: JointEncoder
    tokenizer: Tokenizer
    manifest: dict[str, Any]


def load(folder: Path) -> Loaded:
    """Read the folder that `save` wrote.

    Raises:
        ModelError: the folder holds no reader, or not the one that was written.
    """
    manifest = read_manifest(folder)
    encoder = JointEncoder.from_config(BertConfig.from_json_file(folder / CONFIG))
    encoder.load_state_dict(_dequantized(load_file(folder / WEIGHTS)))
    return Loaded(encoder.eval(), load_tokenizer(folder / TOKENIZER), manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, after every file was compared with it.

    Raises:
        ModelError: as `load`.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ModelError(
                f"The reader in {folder} is of format {manifest['format']}; this program reads "
                f"{FORMAT}. Train it again."
            )
        digests = manifest["sha256"]
        changed = [name for name in _FILES if _sha256(folder / name) != digests[name]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise ModelError(f"There is no whole reader in {folder}.") from None
    if changed:
        raise ModelError(f"In the reader in {folder} {', '.join(changed)} was changed.")
    return manifest


def _quantized(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Matrices in int8 with a scale a row; vectors as they are."""
    small = {}
    for name, weight in weights.items():
        if weight.ndim != 2:
            small[name] = weight.contiguous()
            continue
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / _LEVELS
        small[name] = (weight / scale).round().to(torch.int8)
        small[name + _SCALE] = scale
    return small


def _dequantized(small: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name: weight.float() * small[name + _SCALE] if weight.dtype == torch.int8 else weight
        for name, weight in small.items()
        if not name.endswith(_SCALE)
    }


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that neither cuts nor pads."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
