"""The exports that come with the package: sentence-transformers and torch are their reference."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.backends import identity
from index.errors import ModelError
from index.making import parity
from index.making.export_sample import QUESTIONS, SENTENCES
from index.models import onnx_files
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.models.file_digests import sha256
from index.models.onnx_embedding import OnnxEmbedder
from index.reading.onnx import OnnxEncoder
from index.reading.readers import SHIPPED, SHIPPED_FOLDER
from index.reading.weights import load
from index.reading.windows import MAX_QUESTION, MAX_SENTENCE, collate, tokenize, window

EMBEDDER, READER = (onnx_files.SHIPPED / identity(name) for name in (DEFAULT_MODEL, SHIPPED))


def test_they_are_those_of_todays_weights() -> None:
    folders = set(onnx_files.SHIPPED.iterdir())
    assert folders == {EMBEDDER, READER}, "run `make exports`"


@pytest.mark.parametrize("folder", [EMBEDDER, READER], ids=lambda folder: folder.name)
def test_they_are_whole_and_compared_with_their_originals(folder: Path) -> None:
    manifest = onnx_files.read(folder)
    assert manifest is not None, "run `make exports`"
    assert manifest["weights"] == "int8"
    assert {name: sha256(folder / name) for name in manifest["sha256"]} == manifest["sha256"]
    cosine, difference = manifest["parity"]["cosine"], manifest["parity"]["logits"]
    assert cosine is None or cosine >= parity.MIN_COSINE["int8"]
    assert difference is None or difference <= parity.MAX_DIFFERENCE["int8"]


def test_a_changed_one_is_refused_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(READER, tmp_path / "reader")
    monkeypatch.setattr(onnx_files, "SHIPPED", tmp_path)
    with (tmp_path / "reader" / onnx_files.TOKENIZER).open("a") as file:
        file.write(" ")
    with pytest.raises(ModelError, match=r"was changed\. Run: pip install --force-reinstall"):
        OnnxEncoder(tmp_path / "reader")
    assert (tmp_path / "reader" / onnx_files.GRAPH).exists()


@pytest.mark.slow
@pytest.mark.parametrize("repeated", [1, 4, 16])
def test_vectors_are_those_of_sentence_transformers(
    torch_embedder: SentenceTransformerEmbedder, repeated: int
) -> None:
    """Of texts of one word up to more than the model takes, in batches of all sizes."""
    export = OnnxEmbedder(EMBEDDER)
    texts = ["Ice", *QUESTIONS, *(" ".join([text] * repeated) for text in SENTENCES)]
    ours, theirs = (each.encode_documents(texts) for each in (export, torch_embedder))
    assert (ours * theirs).sum(axis=1).min() >= parity.MIN_COSINE["int8"]
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    for text in QUESTIONS:
        one, other = export.encode_query(text)[0], torch_embedder.encode_query(text)[0]
        assert one @ other >= parity.MIN_COSINE["int8"]


@pytest.mark.slow
def test_logits_are_those_of_the_reader_in_torch() -> None:
    """Of windows from a few tokens to the longest, alone and in batches."""
    original, export = load(SHIPPED_FOLDER), OnnxEncoder(READER)
    questions = tokenize(original.tokenizer, QUESTIONS, MAX_QUESTION)
    texts = ("Ice.", *SENTENCES, " ".join(SENTENCES))
    sentences = tokenize(original.tokenizer, texts, MAX_SENTENCE)
    rows = dict(enumerate(sentences))
    for size in (1, 2, 7):
        sample = [
            collate([window(each, sentences[1], rows, row + at) for at in range(size)])
            for each, row in zip(questions, range(0, len(texts) - size), strict=False)
        ]
        parity.by_logits(original.encoder.encode, export, sample, "int8")
