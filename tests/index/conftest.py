"""What only the tests of `index` need: no deadlines on a busy machine."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

from index.making.calibrating import NEUTRAL, NO_THRESHOLDS
from index.models.embedding import DEFAULT_MODEL, resolve
from index.reading.files import TOKENIZER, load_tokenizer
from index.reading.joint_encoder import JointEncoder
from index.reading.weights import save

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

PROMPTS = {"query": "the question: ", "document": "a passage: "}


def edit_json(file: Path, **changes: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, dict[str, str]], Path]:
    """Makes a model's folder: the installed one's words with few and random weights."""
    installed = Path(resolve(DEFAULT_MODEL))

    def make(name: str, prompts: dict[str, str]) -> Path:
        folder = tmp_path_factory.mktemp("models") / name
        shutil.copytree(installed, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.md"))
        small = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2}
        edit_json(folder / "config.json", num_hidden_layers=1, **small)
        edit_json(folder / "1_Pooling" / "config.json", word_embedding_dimension=16)
        edit_json(folder / "config_sentence_transformers.json", prompts=prompts)
        with torch.random.fork_rng():
            torch.manual_seed(1)
            BertModel(BertConfig.from_pretrained(folder)).save_pretrained(folder)
        return folder

    return make


@pytest.fixture
def tiny_model(make_model: Callable[..., Path]) -> Path:
    """The folder of a small model, with prompts."""
    return make_model("tiny", PROMPTS)


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
    save(encoder, tokenizer, folder, calibration=asdict(NEUTRAL), borders=asdict(NO_THRESHOLDS))
    return folder


@pytest.fixture(scope="session")
def make_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Saves a small CrossEncoder that has learned nothing, with so many outputs."""

    def make(outputs: int) -> Path:
        folder = tmp_path_factory.mktemp("cross-encoder")
        torch.manual_seed(0)
        config = BertConfig(
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            num_labels=outputs,
        )
        BertForSequenceClassification(config).save_pretrained(folder)
        AutoTokenizer.from_pretrained(resolve(DEFAULT_MODEL)).save_pretrained(folder)
        return folder

    return make
