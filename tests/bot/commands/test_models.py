"""`model export`."""

from pathlib import Path

import pytest

from index.making.parity import Parity
from index.models.embedding import DEFAULT_MODEL
from tests.bot.commands.running import run


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str | None]]:
    """Notes what would be exported: the kind, the name and the weights."""
    made: list[tuple[str, str, str | None]] = []

    def embedder(name: str, folder: Path, weights: str | None, golds: object) -> Parity:
        made.append(("embedder", name, weights))
        return Parity(cosine=0.99995)

    def reader(name: Path, folder: Path, weights: str) -> Parity:
        made.append(("reader", name.name, weights))
        return Parity(logits=0.1)

    monkeypatch.setattr("index.making.exporting.export_embedder", embedder)
    monkeypatch.setattr("index.making.exporting.export_reader", reader)
    return made


def test_the_models_of_the_settings_are_exported(
    exported: list[tuple[str, str, str | None]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = run("model", "export")
    assert done.exit_code == 0
    assert exported == [("embedder", DEFAULT_MODEL, None), ("reader", "shipped", "int8")]
    first, second = done.stdout.splitlines()
    assert first.startswith(str(tmp_path / "data" / "models" / DEFAULT_MODEL))
    assert first.endswith("cosine 0.9999") or first.endswith("cosine 1.0000")
    assert second.endswith("logits 0.1000")


def test_without_a_reader_of_its_kind_the_embedding_model_alone_is_exported(
    exported: list[tuple[str, str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_READER", "none")
    assert run("model", "export").exit_code == 0
    assert exported == [("embedder", DEFAULT_MODEL, None)]


def test_a_model_is_exported_by_its_name(exported: list[tuple[str, str, str | None]]) -> None:
    assert run("model", "export", "some/model", "--quantize", "int8").exit_code == 0
    assert run("model", "export", "shipped", "--quantize", "none").exit_code == 0
    assert exported == [("embedder", "some/model", "int8"), ("reader", "shipped", "float32")]


def test_int8_needs_questions_to_be_compared_by() -> None:
    done = run("model", "export", "some/model", "--quantize", "int8")
    assert done.exit_code == 1
    assert "int8 is compared by questions" in done.stderr
