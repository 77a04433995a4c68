"""What the program is put together from, and what is left out."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bot.cli
import bot.composition
from bot.settings import Settings
from index.errors import StorageError
from index.keeping.store import FILE, Store
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder
from index.models.onnx_embedding import OnnxEmbedder
from index.reading.readers import CrossEncoderReader, EvidenceReader, JointReader
from index.types import Embedder, Reader
from tests.bot.commands.running import (
    WHO,
    line,
    python,
    run,
)


def test_the_models_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, reader = bot.composition.embedder_and_reader(bot.composition.read_settings())
    assert (embedder.name, type(embedder)) == (DEFAULT_MODEL, OnnxEmbedder)
    assert isinstance(reader, JointReader)
    monkeypatch.setenv("ARTICLE_BOT_BACKEND", "torch")
    monkeypatch.setenv("ARTICLE_BOT_EMBEDDING_MODEL", "some/model")
    monkeypatch.setenv("ARTICLE_BOT_READER", "someone/some-cross-encoder")
    embedder, reader = bot.composition.embedder_and_reader(bot.composition.read_settings())
    assert (embedder.name, type(embedder)) == ("some/model", SentenceTransformerEmbedder)
    assert isinstance(reader, CrossEncoderReader)


SLOW = ["torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas"]


def test_an_answer_takes_neither_torch_nor_scipy(tmp_path: Path) -> None:
    code = (
        "import sys, contextlib\nfrom bot.cli import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    done = python(code, "ask", WHO)
    assert "KCNA" in done.stdout
    assert done.stderr == "[]\n"
    # Nor does a kept article, whose vectors come from the store.
    story = tmp_path / "story.txt"
    story.write_text("The harbour opened in 1902. It was built by Ada Moor. She had made bridges.")
    added = python(code, "add", str(story))
    assert added.stderr == "[]\n"
    done = python(code, "ask", "Who built the harbour?", "--article", added.stdout.split()[0])
    assert "Ada Moor" in done.stdout
    assert done.stderr == "[]\n"


def test_no_library_keeps_an_identifier_to_report_with(tmp_path: Path) -> None:
    """ONNX Runtime reports its use, and leaves a device's identifier in the home directory."""
    # It keeps silent by itself where there is CI in the environment.
    code = "import os; os.environ.pop('CI', None); from bot.cli import main; main()"
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = python(code, "ask", WHO, **places)
    assert "KCNA" in done.stdout
    assert not [path for path in tmp_path.rglob("*") if "onnxruntime" in path.name]


@pytest.mark.parametrize("scripted", [False, True])
def test_a_chat_about_an_article_loads_the_models_once(
    scripted: bool, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []

    def models(settings: object) -> tuple[Embedder, EvidenceReader]:
        loaded.append(settings)
        return embedder, EvidenceReader()

    monkeypatch.setattr(bot.composition, "embedder_and_reader", models)
    story, script = tmp_path / "story.txt", tmp_path / "script.yaml"
    story.write_text("The harbour opened in 1902. It was built by Ada Moor.")
    script.write_text("- say: Who built the harbour?\n  expect: Ada Moor\n")
    kept = run("add", str(story)).stdout.split()[0]
    loaded.clear()
    for source in (str(story), kept):
        given = ("--script", str(script)) if scripted else ()
        done = run("chat", "--article", source, *given, stdin="Who built the harbour?\n")
        assert "Ada Moor" in done.stdout, done.output
    assert len(loaded) == 2


def test_what_is_not_asked_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a model was prepared")

    for name in ("OnnxEmbedder", "OnnxEncoder", "_make"):
        monkeypatch.setattr(f"index.backends.{name}", fail)
    assert run("articles").exit_code == 0
    assert "starts with" in line(run("remove", "abcd"))


def test_the_program_answers_with_its_own_model(
    monkeypatch: pytest.MonkeyPatch, real_embedder: Embedder, real_reader: Reader
) -> None:
    models = real_embedder, real_reader
    monkeypatch.setattr(bot.composition, "embedder_and_reader", lambda settings: models)
    answer = json.loads(run("ask", "Where did the missiles land?", "--json").stdout)
    assert answer["citations"][0]["sentence"] == 13


@pytest.mark.parametrize(
    "first",
    [
        bot.composition.open_store,
        bot.composition.thresholds_file,
        bot.composition.model_loader,
        bot.composition.shipped_index,
    ],
)
@pytest.mark.usefixtures("fake")
def test_the_data_folder_is_its_owners_alone_whatever_comes_first(
    first: Callable[[Settings], object], tmp_path: Path
) -> None:
    first(bot.composition.read_settings())
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_can_not_be_made_is_told_by_what_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path / "file" / "data"))
    store = bot.composition.open_store(bot.composition.read_settings())
    with pytest.raises(StorageError):
        store.articles("ann")


@pytest.fixture
def _stores_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a process does that ends."""
    stores: list[Store] = []
    open_store = bot.composition.open_store

    def open_and_note(settings: Settings) -> Store:
        stores.append(open_store(settings))
        return stores[-1]

    monkeypatch.setattr(bot.composition, "open_store", open_and_note)
    yield
    for store in stores:
        store.close()


@pytest.mark.usefixtures("fake", "_stores_are_closed")
def test_all_commands_use_the_database_that_is_named(
    monkeypatch: pytest.MonkeyPatch, cats: Path, tmp_path: Path, database: str
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATABASE", database)
    assert run("add", cats).exit_code == 0
    asked = run("ask", "What slept on the mat?", "--all")
    assert "The cat slept on the mat." in asked.stdout
    assert run("backup", tmp_path / "backup").exit_code == 0
    assert not (tmp_path / "data" / FILE).exists()
    monkeypatch.delenv("ARTICLE_BOT_DATABASE")
    assert "No article is kept yet" in run("articles").stdout
