"""What only the tests of `index` need: no deadlines on a busy machine, but an end to hanging."""

import signal
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import pytest
import torch
from hypothesis import settings
from tokenizers import Tokenizer
from transformers import BertConfig

from index.calibrating import NEUTRAL, NO_BORDERS
from index.embedding import DEFAULT_MODEL, resolve
from index.joint_encoder import JointEncoder
from index.reader_files import TOKENIZER, load_tokenizer, save

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

_SECONDS = 5
"""What should take milliseconds has these; quadratic time would take hours."""


@pytest.fixture
def in_time() -> Iterator[None]:
    """Fails a test that would hang."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """Of the embedding model, which the reader shares."""
    return load_tokenizer(Path(resolve(DEFAULT_MODEL)) / TOKENIZER)


@pytest.fixture(scope="session")
def encoder() -> JointEncoder:
    """A reader's network, as small as can be, that has learned nothing."""
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    return JointEncoder.from_config(config).eval()


@pytest.fixture
def reader_folder(tmp_path: Path, encoder: JointEncoder, tokenizer: Tokenizer) -> Path:
    """The small network as `train-reader` would write it."""
    folder = tmp_path / "reader"
    save(encoder, tokenizer, folder, calibration=asdict(NEUTRAL), borders=asdict(NO_BORDERS))
    return folder
