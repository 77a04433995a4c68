"""A reader's folder: what is saved is what is loaded, and nothing else is."""

import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from index.errors import ModelError
from index.reading.files import CONFIG, FORMAT, MANIFEST, TOKENIZER, WEIGHTS, read_manifest
from index.reading.joint_encoder import JointEncoder
from index.reading.weights import load, save


def test_what_is_loaded_is_what_was_saved_but_for_the_rounding(
    encoder: JointEncoder, reader_folder: Path
) -> None:
    loaded = load(reader_folder)
    before, after = encoder.state_dict(), loaded.encoder.state_dict()
    assert before.keys() == after.keys()
    for name, weight in before.items():
        if weight.ndim == 2:  # Half a level of its row, at most.
            level = weight.abs().amax(dim=1, keepdim=True) / 127
            assert ((after[name] - weight).abs() <= level * 0.501).all(), name
        else:
            assert torch.equal(after[name], weight), name


def test_the_tokenizer_comes_along(tokenizer: Tokenizer, reader_folder: Path) -> None:
    text = "The harbour opened in 1902."
    loaded = load(reader_folder).tokenizer
    assert loaded.encode(text).ids == tokenizer.encode(text).ids


def test_facts_stand_in_the_manifest(
    tmp_path: Path, encoder: JointEncoder, tokenizer: Tokenizer
) -> None:
    save(encoder, tokenizer, tmp_path, steps=7)
    assert read_manifest(tmp_path)["steps"] == 7


def test_weights_take_a_byte_each(encoder: JointEncoder, reader_folder: Path) -> None:
    weights = sum(parameter.numel() for parameter in encoder.parameters())
    assert (reader_folder / WEIGHTS).stat().st_size < 1.5 * weights


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, TOKENIZER])
def test_a_changed_file_is_refused_by_name(reader_folder: Path, name: str) -> None:
    content = bytearray((reader_folder / name).read_bytes())
    content[-2] ^= 1
    (reader_folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name} was changed"):
        load(reader_folder)


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, TOKENIZER, MANIFEST])
def test_a_missing_file_is_a_clear_error(reader_folder: Path, name: str) -> None:
    (reader_folder / name).unlink()
    with pytest.raises(ModelError, match="no whole reader"):
        load(reader_folder)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "nonsense", json.dumps({"format": FORMAT, "sha256": 3})]
)
def test_a_damaged_manifest_is_a_clear_error(reader_folder: Path, content: str) -> None:
    (reader_folder / MANIFEST).write_text(content)
    with pytest.raises(ModelError, match="no whole reader"):
        load(reader_folder)


def test_a_manifest_that_leaves_a_file_out_is_refused(reader_folder: Path) -> None:
    manifest = json.loads((reader_folder / MANIFEST).read_text())
    del manifest["sha256"][WEIGHTS]
    (reader_folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="no whole reader"):
        load(reader_folder)


def test_only_what_is_to_be_read_is_compared(reader_folder: Path) -> None:
    (reader_folder / WEIGHTS).unlink()
    assert read_manifest(reader_folder, [TOKENIZER])["format"] == FORMAT
    (reader_folder / TOKENIZER).write_bytes(b"{}")
    with pytest.raises(ModelError, match=f"{TOKENIZER} was changed"):
        read_manifest(reader_folder, [TOKENIZER])


def test_a_reader_of_another_format_asks_for_a_new_training(reader_folder: Path) -> None:
    manifest = json.loads((reader_folder / MANIFEST).read_text())
    (reader_folder / MANIFEST).write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        load(reader_folder)


def test_every_user_may_read_a_reader(reader_folder: Path) -> None:
    assert all(path.stat().st_mode & 0o004 for path in reader_folder.iterdir())
