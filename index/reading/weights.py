"""Saving and loading the reader's weights for torch.

The files hold the matrices as int8 with one scale for each row (in a layer: for each output), a
quarter of the size. They are computed with as floats.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig

from index.reading.files import (
    CONFIG,
    TOKENIZER,
    WEIGHTS,
    load_tokenizer,
    read_manifest,
    write_manifest,
)
from index.reading.joint_encoder import JointEncoder

_SCALE = ".scale"
_LEVELS = 127


def save(encoder: JointEncoder, tokenizer: Tokenizer, folder: Path, **facts: Any) -> None:
    """Write the reader's folder, with `facts` in its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_quantized(encoder.state_dict()), folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # safetensors lets nobody else read it, not even a service.
    encoder.bert.config.to_json_file(folder / CONFIG)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    write_manifest(folder, **facts)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A reader's model with its tokenizer and manifest."""

    encoder: JointEncoder
    tokenizer: Tokenizer
    manifest: dict[str, Any]


def load(folder: Path) -> Loaded:
    """Read the folder that `save` wrote. Raises `ModelError` as `read_manifest`."""
    manifest = read_manifest(folder)
    return Loaded(load_encoder(folder), load_tokenizer(folder / TOKENIZER), manifest)


def load_encoder(folder: Path) -> JointEncoder:
    """Load the weights of a folder that was compared with its manifest."""
    config = BertConfig.from_json_file(folder / CONFIG)
    encoder = JointEncoder.from_config(config)
    encoder.load_state_dict(_dequantized(load_file(folder / WEIGHTS)))
    return encoder.eval()


def _quantized(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Convert matrices to int8 with a scale for each row; leave vectors as they are."""
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
