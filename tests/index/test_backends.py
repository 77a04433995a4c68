"""A model's name -> the fastest backend at hand, with exports that are made once."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index import backends
from index.backends import Backend, ModelLoader
from index.errors import ExportError, ModelError
from index.models import onnx_files
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.models.onnx_embedding import OnnxEmbedder
from index.reading.readers import CrossEncoderReader, EvidenceReader, JointReader
from index.types import ArticleContext, Candidate, Sentence
from tests.index.conftest import edit_json

pytestmark = pytest.mark.slow

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
    first = ModelLoader(Backend.AUTO, tmp_path / "exports", working).embedder(str(tiny_model))
    again = ModelLoader(Backend.AUTO, tmp_path / "exports", working).embedder(str(tiny_model))
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


def test_whether_a_model_is_exported_is_known_without_its_being_so(
    tiny_model: Path, tmp_path: Path, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path / "exports", working)
    assert models.is_exported(DEFAULT_MODEL)
    assert not models.is_exported(str(tiny_model))
    assert working.said == []
    models.embedder(str(tiny_model))
    assert models.is_exported(str(tiny_model))

    def refuse(*_: object) -> None:
        raise ExportError("It can't be exported.")

    monkeypatch.setattr(backends, "_make", refuse)
    models.embedder("some/model")
    assert models.is_exported("some/model")  # There is nothing to be done for it any more.


def test_the_default_models_come_exported(tmp_path: Path, working: Working) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path / "exports", working)
    assert isinstance(models.embedder(DEFAULT_MODEL), OnnxEmbedder)
    assert models.reader("shipped").thresholds.answer > 0
    assert working.said == []
    assert not (tmp_path / "exports").exists()


def test_an_export_of_ones_own_goes_before_the_one_that_came(
    tmp_path: Path, working: Working
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path, working)
    own = models.export_folder(DEFAULT_MODEL)
    shutil.copytree(onnx_files.SHIPPED / own.name, own)
    edit_json(own / onnx_files.MANIFEST, identity="my own")
    assert models.embedder(DEFAULT_MODEL).identity == "my own"


def test_a_model_that_was_changed_is_exported_anew(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path / "exports", working)
    before = models.export_folder(str(tiny_model))
    weights = tiny_model / "model.safetensors"
    weights.write_bytes(weights.read_bytes() + b" ")
    assert models.export_folder(str(tiny_model)) != before


def test_torch_makes_no_export(tmp_path: Path, working: Working) -> None:
    models = ModelLoader(Backend.TORCH, tmp_path, working)
    assert isinstance(models.embedder(DEFAULT_MODEL), SentenceTransformerEmbedder)
    assert isinstance(models.reader("shipped"), JointReader)
    assert working.said == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_exported_runs_in_torch(
    tmp_path: Path, working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path, working)
    assert isinstance(models.embedder("no/such-model"), SentenceTransformerEmbedder)
    assert "no/such-model runs in torch" in caplog.text
    assert "can't be loaded" in caplog.text


@pytest.mark.parametrize(("error", "tries"), [(ExportError, 1), (ModelError, 2)])
def test_what_was_refused_once_is_not_tried_at_every_start(
    tmp_path: Path,
    working: Working,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: type[ModelError],
    tries: int,
) -> None:
    """What could not be loaded, because the hub was not to be reached, may be next time."""
    made: list[object] = []

    def make(*work: object) -> None:
        made.append(work)
        raise error("It can't be exported: it pads on the left.")

    monkeypatch.setattr(backends, "_make", make)
    for _ in range(2):
        caplog.clear()
        models = ModelLoader(Backend.AUTO, tmp_path, working)
        assert isinstance(models.embedder("some/model"), SentenceTransformerEmbedder)
        assert "runs in torch: It can't be exported: it pads on the left" in caplog.text
    assert len(made) == len(working.said) == tries
    with pytest.raises(ModelError, match="pads on the left"):
        ModelLoader(Backend.ONNX, tmp_path, working).embedder("some/model")


def test_the_child_tells_what_can_never_be_exported(
    make_cross_encoder: Callable[[int], Path],
    tmp_path: Path,
    working: Working,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cross_encoder = make_cross_encoder(1)
    for _ in range(2):
        models = ModelLoader(Backend.AUTO, tmp_path, working)
        assert isinstance(models.embedder(str(cross_encoder)), SentenceTransformerEmbedder)
        assert "is no embedding model but a CrossEncoder" in caplog.text
    assert len(working.said) == 1


def test_with_onnx_alone_a_cross_encoder_is_an_error(
    make_cross_encoder: Callable[[int], Path], tmp_path: Path, working: Working
) -> None:
    with pytest.raises(ModelError, match="is a CrossEncoder, which has no export"):
        ModelLoader(Backend.ONNX, tmp_path, working).reader(str(make_cross_encoder(1)))


def test_the_default_model_is_exported_in_int8(models: ModelLoader) -> None:
    original = SentenceTransformerEmbedder(DEFAULT_MODEL)
    # Vectors of the one are not taken for those of the other.
    assert models.embedder(DEFAULT_MODEL).identity == f"{original.identity}+int8"


def test_with_onnx_alone_that_is_an_error(tmp_path: Path, working: Working) -> None:
    with pytest.raises(ModelError, match=r"no/such-model can't be prepared: .* can't be loaded"):
        ModelLoader(Backend.ONNX, tmp_path, working).embedder("no/such-model")


def test_a_folder_that_cannot_be_written_costs_the_speed_alone(
    tiny_model: Path, tmp_path: Path, working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    models = ModelLoader(Backend.AUTO, tmp_path / "file" / "exports", working)
    assert isinstance(models.embedder(str(tiny_model)), SentenceTransformerEmbedder)
    assert "runs in torch" in caplog.text


def test_a_damaged_export_is_told_and_made_anew(
    tiny_model: Path, tmp_path: Path, working: Working
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path / "exports", working)
    models.embedder(str(tiny_model)).encode_query("Who?")  # Loaded, also in the background.
    graph = models.export_folder(str(tiny_model)) / onnx_files.GRAPH
    graph.write_bytes(graph.read_bytes()[:-100])
    # Whoever loads it first, in the background or here, finds that a file was changed.
    with pytest.raises(ModelError, match="It was removed: it is made anew"):
        models.embedder(str(tiny_model)).encode_query("Who?")
    assert models.embedder(str(tiny_model)).encode_query("Who?").shape == (1, 16)
    assert len(working.said) == 2


def test_an_export_of_another_format_is_made_anew(
    tiny_model: Path, tmp_path: Path, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelLoader(Backend.AUTO, tmp_path / "exports", working)
    models.embedder(str(tiny_model))
    monkeypatch.setattr(onnx_files, "FORMAT", onnx_files.FORMAT + 1)
    made: list[object] = []
    monkeypatch.setattr(backends, "_make", lambda *work: made.append(work))
    with pytest.raises(ModelError):
        models.embedder(str(tiny_model))
    assert len(made) == 1


def test_readers_by_name(tmp_path: Path, working: Working) -> None:
    models = ModelLoader(Backend.TORCH, tmp_path, working)
    assert isinstance(models.reader("none"), EvidenceReader)
    assert isinstance(models.reader("someone/some-cross-encoder"), CrossEncoderReader)


def test_the_shipped_reader_reads_alike_in_both_backends(
    models: ModelLoader, working: Working
) -> None:
    texts = ["The harbour opened in 1902.", "It was built by Ada Moor.", "Ice is thick in winter."]
    sentences = tuple(Sentence(n, 1, 0, len(t), t) for n, t in enumerate(texts, start=1))
    candidates = [Candidate(sentence, 0.5, 0.5, 0.5, 0) for sentence in sentences]
    page = ArticleContext("Harbour", sentences)
    fast, slow = (
        each.reader("shipped").read("Who built the harbour?", candidates, page)
        for each in (models, ModelLoader(Backend.TORCH, Path(), working))
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


def test_a_whole_export_stays_where_another_program_may_be_reading_it(tmp_path: Path) -> None:
    def write(content: bytes, *, replace: bool) -> bytes:
        def fill(folder: Path) -> None:
            (folder / onnx_files.GRAPH).write_bytes(content)

        onnx_files.write(tmp_path / "export", fill, {}, lambda _: {}, replace=replace)
        return (tmp_path / "export" / onnx_files.GRAPH).read_bytes()

    assert write(b"first", replace=False) == b"first"
    assert write(b"second", replace=False) == b"first"
    assert write(b"third", replace=True) == b"third"
    (tmp_path / "export" / onnx_files.MANIFEST).unlink()
    assert write(b"fourth", replace=False) == b"fourth"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
