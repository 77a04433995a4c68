"""Vectors in a file: made once, and never in the way."""

from pathlib import Path

import numpy as np
import pytest

from index.models.vector_cache import load_or_embed
from index.types import Vectors

TEXTS = ["One.", "Two."]


class Embed:
    """Counts how often vectors are made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Vectors:
        self.made += 1
        return np.eye(2, 4, dtype=np.float32)


def test_they_are_made_once(tmp_path: Path) -> None:
    embed = Embed()
    first = load_or_embed(tmp_path / "new", "model", TEXTS, embed)
    again = load_or_embed(tmp_path / "new", "model", TEXTS, embed)
    assert embed.made == 1
    np.testing.assert_array_equal(first, again)
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_of_another_model_or_text_they_are_made_anew(tmp_path: Path) -> None:
    embed = Embed()
    load_or_embed(tmp_path, "model", TEXTS, embed)
    load_or_embed(tmp_path, "another", TEXTS, embed)
    load_or_embed(tmp_path, "model", ["One.", "Three."], embed)
    assert embed.made == 3


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    embed = Embed()
    load_or_embed(tmp_path, "model", TEXTS, embed)
    [file] = tmp_path.iterdir()
    for content in (b"", b"\x93NUMPY", file.read_bytes()[:-40]):
        file.write_bytes(content)
        assert len(load_or_embed(tmp_path, "model", TEXTS, embed)) == 2
    assert embed.made == 4
    load_or_embed(tmp_path, "model", TEXTS, embed)
    assert embed.made == 4


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    assert len(load_or_embed(tmp_path / name, "model", TEXTS, Embed())) == 2
