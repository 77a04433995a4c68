"""Export: what comes out is what went in, or it is refused."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from index.errors import ExportError, ModelError
from index.making import exporting, onnx_export, parity
from index.making.evaluation import GoldArticle, GoldQuestion
from index.models import onnx_files
from index.models.embedding import SentenceTransformerEmbedder
from index.models.onnx_embedding import OnnxEmbedder
from index.reading.onnx import OnnxEncoder
from index.reading.weights import load
from index.reading.windows import (
    MAX_SENTENCE,
    Batch,
    Encoder,
    Floats,
    Window,
    collate,
    tokenize,
    window,
)
from index.types import Embedder, Vectors

pytestmark = pytest.mark.slow

TEXT = "The harbour opened in 1902.\n\nIt was built by Ada Moor.\n\nIce is thick in winter."
GOLD = GoldArticle(
    "harbour", "Harbour", TEXT, "en",
    (GoldQuestion("1", "Who built it?", True, ((29, 54),), (29, 54)),),
)  # fmt: skip


def test_prompts_length_and_language_go_along(tiny_model: Path, tmp_path: Path) -> None:
    exporting.export_embedder(str(tiny_model), tmp_path / "export")
    manifest = onnx_files.read(tmp_path / "export")
    assert manifest is not None
    assert manifest["query_prompt"] == "the question: "
    assert manifest["document_prompt"] == "a passage: "
    assert manifest["max_length"] == 256
    assert manifest["dimensions"] == 16
    assert manifest["parity"]["cosine"] >= parity.MIN_COSINE["float32"]
    assert set(manifest["sha256"]) == {"model.onnx", "model.weights", "tokenizer.json"}


def test_a_model_without_prompts_gets_none(
    make_model: Callable[[str, dict[str, str]], Path], tmp_path: Path
) -> None:
    folder = make_model("plain", {})
    exporting.export_embedder(str(folder), tmp_path / "export")
    export, original = OnnxEmbedder(tmp_path / "export"), SentenceTransformerEmbedder(str(folder))
    np.testing.assert_allclose(
        export.encode_query("Who built it?"), original.encode_query("Who built it?"), atol=2e-3
    )


def test_vectors_that_are_not_the_same_are_refused_with_the_figure(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        OnnxEmbedder, "encode_query", lambda self, text: np.full((1, 16), 0.25, dtype=np.float32)
    )
    with pytest.raises(ModelError, match=r"is not the same: the cosine .* is -?0\.\d+"):
        exporting.export_embedder(str(tiny_model), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_int8_is_compared_by_questions(tiny_model: Path, tmp_path: Path) -> None:
    same = exporting.export_embedder(str(tiny_model), tmp_path / "export", "int8", [GOLD])
    assert same.same_first == 1.0
    assert same.acc_before == same.acc_after
    export = OnnxEmbedder(tmp_path / "export")
    original = SentenceTransformerEmbedder(str(tiny_model))
    # Vectors of the one are not taken for those of the other.
    assert export.identity == f"{original.identity}+int8"


def test_int8_without_questions_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="questions"):
        exporting.export_embedder(str(tiny_model), tmp_path / "export", "int8")


def test_an_export_that_does_not_run_on_this_machine_is_refused(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: OnnxEmbedder, text: str) -> np.ndarray:
        raise RuntimeError("Only 4b quantization is supported for unpacked compute.")

    monkeypatch.setattr(OnnxEmbedder, "encode_query", fail)
    with pytest.raises(ExportError, match=r"does not run here \(RuntimeError\)"):
        exporting.export_embedder(str(tiny_model), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


class Negated:
    """An embedder for which the farthest sentence is the nearest."""

    languages = None

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.identity = inner.name, inner.identity

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._inner.encode_documents(texts)

    def encode_query(self, text: str) -> Vectors:
        return -9 * self._inner.encode_query(text)  # More than common words can make good.


def test_int8_that_finds_something_else_is_refused(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    parity.by_questions(embedder, embedder, [GOLD])
    with pytest.raises(ExportError, match=r"of 1 questions 0\.0% keep .* from 1\.000 to 0\.000"):
        parity.by_questions(embedder, Negated(embedder), [GOLD])
    # What is lost is refused for itself.
    monkeypatch.setattr(parity, "MIN_SAME_FIRST", 0.0)
    with pytest.raises(ExportError, match=r"from 1\.000 to 0\.000"):
        parity.by_questions(embedder, Negated(embedder), [GOLD])


def test_a_reader_whose_logits_differ_is_refused_with_the_figure() -> None:
    def reads(logit: float) -> Encoder:
        def encoder(batch: Batch) -> tuple[Floats, Floats]:
            return np.full(len(batch.ids), logit, np.float32), np.zeros((1, 4, 2), np.float32)

        return encoder

    batch = collate([Window([101, 7, 8, 102], 2, 4)])
    assert parity.by_logits(reads(1.0), reads(1.05), [batch], "int8").logits == pytest.approx(0.05)
    for weights in ("float32", "int8"):
        with pytest.raises(ExportError, match=r"differ by 0\.250 on the mean"):
            parity.by_logits(reads(1.0), reads(1.25), [batch], weights)


@pytest.mark.parametrize("weights", ["float32", "int8"])
def test_a_reader_reads_the_same(
    reader_folder: Path,
    tmp_path: Path,
    weights: onnx_export.Precision,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnx_export, "_WORD_VECTORS", 100_000)  # The words of a small model, too.
    same = exporting.export_reader(reader_folder, tmp_path / "export", weights)
    assert same.logits is not None
    assert same.logits <= parity.MAX_DIFFERENCE[weights]
    graph = onnx.load(tmp_path / "export" / "model.onnx", load_external_data=False).graph
    assert {tuple(t.dims): t.data_type for t in graph.initializer}[30522, 16] == (
        TensorProto.FLOAT16 if weights == "float32" else TensorProto.INT8
    )
    loaded = load(reader_folder)
    question, *sentences = tokenize(
        loaded.tokenizer, ["who built it", "it opened in 1902", "by ada moor"], MAX_SENTENCE
    )
    # Of other lengths than the export has seen.
    rows = dict(enumerate(sentences))
    for count in (1, 2):
        batch = collate([window(question, sentences[0], rows, row) for row in range(count)])
        before, after = loaded.encoder.encode(batch), OnnxEncoder(tmp_path / "export")(batch)
        for one, other in zip(before, after, strict=True):
            assert one.shape == other.shape
            np.testing.assert_allclose(one, other, atol=1e-3 if weights == "float32" else 0.1)


def test_the_child_ends_with_the_error_as_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        exporting.run_child("reader", str(tmp_path / "none"), str(tmp_path / "export"))
    assert "no whole reader" in capsys.readouterr().err.splitlines()[-1]
    assert end.value.code == 1


def test_a_changed_file_is_refused_and_removed(reader_folder: Path, tmp_path: Path) -> None:
    exporting.export_reader(reader_folder, tmp_path / "export")
    weights = tmp_path / "export" / "model.weights"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match="a file was changed"):
        OnnxEncoder(tmp_path / "export")
    assert not (tmp_path / "export").exists()


def test_an_export_without_its_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "manifest.json").write_text(json.dumps({"format": onnx_files.FORMAT}))
    with pytest.raises(ModelError, match="can't be used"):
        OnnxEncoder(tmp_path / "export")


def test_what_a_killed_export_left_is_removed_a_day_later(tmp_path: Path) -> None:
    killed, running = tmp_path / ".new-killed", tmp_path / ".new-running"
    killed.mkdir()
    running.mkdir()
    (killed / "model.weights").write_bytes(b"half")
    os.utime(killed, (0, 0))
    onnx_files.write(tmp_path / "export", lambda new: None, {}, lambda new: {})
    assert {path.name for path in tmp_path.iterdir()} == {"export", ".new-running"}
