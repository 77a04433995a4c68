"""A model's name -> the fastest backend at hand, with exports that are made once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index import backends, onnx_files
from index.backends import Backend, Models
from index.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.errors import ModelError
from index.onnx_embedding import OnnxEmbedder
from index.reading import CrossEncoderReader, EvidenceReader, JointReader
from index.types import Candidate, Page, Sentence

SENTENCE = Sentence(1, 1, 0, 8, "It rains")


class Working:
    """Remembers what was being done."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @contextmanager
    def __call__(self, label: str) -> Iterator[None]:
        self.said.append(label)
        yield


@pytest.fixture
def working() -> Working:
    return Working()


def test_an_export_is_made_once_and_found_again(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    first = Models(Backend.AUTO, [tmp_path / "exports"], working).embedder(str(tiny_model))
    again = Models(Backend.AUTO, [tmp_path / "exports"], working).embedder(str(tiny_model))
    assert isinstance(first, OnnxEmbedder)
    assert isinstance(again, OnnxEmbedder)
    assert len(working.said) == 1
    original = SentenceTransformerEmbedder(str(tiny_model))
    assert (again.name, again.identity) == (original.name, original.identity)
    assert again.languages == original.languages
    for texts in (["One.", "", "A longer text, which stands beside the others. " * 20],):
        expected = original.encode_documents(texts)
        np.testing.assert_allclose(again.encode_documents(texts), expected, atol=2e-3)
    np.testing.assert_allclose(
        again.encode_query("  Who?"), original.encode_query("  Who?"), atol=2e-3
    )


def test_a_second_folder_is_looked_at_too(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    Models(Backend.AUTO, [tmp_path / "image"], working).embedder(str(tiny_model))
    both = Models(Backend.AUTO, [tmp_path / "data", tmp_path / "image"], working)
    assert isinstance(both.embedder(str(tiny_model)), OnnxEmbedder)
    assert len(working.said) == 1
    assert not (tmp_path / "data").exists()


def test_a_model_that_was_changed_is_exported_anew(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    models = Models(Backend.AUTO, [tmp_path / "exports"], working)
    before = models.export_folder(str(tiny_model))
    weights = tiny_model / "model.safetensors"
    weights.write_bytes(weights.read_bytes() + b" ")
    assert models.export_folder(str(tiny_model)) != before


def test_torch_makes_no_export(tmp_path: Path, working: Working) -> None:
    models = Models(Backend.TORCH, [tmp_path], working)
    assert isinstance(models.embedder(DEFAULT_MODEL), SentenceTransformerEmbedder)
    assert isinstance(models.reader("shipped"), JointReader)
    assert working.said == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_exported_runs_in_torch(
    tmp_path: Path, working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    models = Models(Backend.AUTO, [tmp_path], working)
    assert isinstance(models.embedder("no/such-model"), SentenceTransformerEmbedder)
    assert "no/such-model runs in torch" in caplog.text
    assert "can't be loaded" in caplog.text


def test_with_onnx_alone_that_is_an_error(tmp_path: Path, working: Working) -> None:
    with pytest.raises(ModelError, match=r"no/such-model can't be prepared: .* can't be loaded"):
        Models(Backend.ONNX, [tmp_path], working).embedder("no/such-model")


def test_a_folder_that_cannot_be_written_costs_the_speed_alone(
    tiny_model: Path, tmp_path: Path, working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    models = Models(Backend.AUTO, [tmp_path / "file" / "exports"], working)
    assert isinstance(models.embedder(str(tiny_model)), SentenceTransformerEmbedder)
    assert "runs in torch" in caplog.text


def test_a_damaged_export_is_told_and_not_used(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    models = Models(Backend.AUTO, [tmp_path / "exports"], working)
    models.embedder(str(tiny_model))
    graph = models.export_folder(str(tiny_model)) / onnx_files.GRAPH
    graph.write_bytes(graph.read_bytes()[:-100])
    with pytest.raises(ModelError, match="Remove that folder"):
        models.embedder(str(tiny_model)).encode_query("Who?")


def test_an_export_of_another_format_is_made_anew(
    tiny_model: Path, tmp_path: Path, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Models(Backend.AUTO, [tmp_path / "exports"], working)
    models.embedder(str(tiny_model))
    monkeypatch.setattr(onnx_files, "FORMAT", onnx_files.FORMAT + 1)
    made: list[object] = []
    monkeypatch.setattr(backends, "_make", lambda *work: made.append(work))
    with pytest.raises(ModelError):
        models.embedder(str(tiny_model))
    assert len(made) == 1


def test_readers_by_name(tmp_path: Path, working: Working) -> None:
    models = Models(Backend.TORCH, [tmp_path], working)
    assert isinstance(models.reader("none"), EvidenceReader)
    assert isinstance(models.reader("someone/some-cross-encoder"), CrossEncoderReader)


def test_the_shipped_reader_reads_alike_in_both_backends(models: Models, working: Working) -> None:
    texts = ["The harbour opened in 1902.", "It was built by Ada Moor.", "Ice is thick in winter."]
    sentences = tuple(Sentence(n, 1, 0, len(t), t) for n, t in enumerate(texts, start=1))
    candidates = [Candidate(sentence, 0.5, 0.5, 0.5, 0) for sentence in sentences]
    page = Page("Harbour", sentences)
    fast, slow = (
        each.reader("shipped").read("Who built the harbour?", candidates, page)
        for each in (models, Models(Backend.TORCH, [], working))
    )
    for one, other in zip(fast, slow, strict=True):
        assert one.confidence == pytest.approx(other.confidence, abs=0.05)
        assert one.score == pytest.approx(other.score, abs=0.5)
    best = max(fast, key=lambda reading: reading.score)
    assert best.candidate.sentence.text == texts[1]
    assert best.highlight is not None
    assert texts[1][slice(*best.highlight)] == "Ada Moor"


def test_two_programs_may_write_the_same_export_at_once(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / onnx_files.GRAPH).write_bytes(b"graph")

    def write() -> None:
        for _ in range(30):
            onnx_files.write(tmp_path / "export", fill, {"name": "same"}, lambda _: {})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    manifest = onnx_files.read(tmp_path / "export")
    assert manifest is not None
    assert (tmp_path / "export" / onnx_files.GRAPH).read_bytes() == b"graph"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
