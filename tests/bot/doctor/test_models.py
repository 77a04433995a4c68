"""The models: prepared or not, whole or not, and they answer."""

from pathlib import Path

import pytest

from bot import composition
from bot.doctor.finding import State
from bot.doctor.models import models
from bot.settings import Settings, load_settings
from index.article_index import ArticleIndex
from index.backends import ModelLoader
from index.errors import ModelError
from index.loading import load_text
from index.types import Embedder


def test_the_models_answer(settings: Settings) -> None:
    found = models(settings)
    assert (found.state, "a question answered" in found.found) == (State.OK, True)


def test_models_that_are_not_prepared_are_not_prepared_for_a_check(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelLoader, "is_exported", lambda *_: False)
    found = models(settings)
    assert (found.state, "article-bot model export" in found.advice) == (State.NOTE, True)


def test_models_that_need_what_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.models.extras.find_spec", lambda _: None)
    monkeypatch.setenv("ARTICLE_BOT_EMBEDDING_MODEL", str(tmp_path))
    found = models(load_settings())
    assert (found.state, 'pip install "article-bot[torch]"' in found.found) == (
        State.PROBLEM,
        True,
    )


def test_a_reader_that_is_not_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    monkeypatch.setenv("ARTICLE_BOT_READER", str(tmp_path))
    found = models(load_settings())
    assert (found.state, str(tmp_path) in found.found) == (State.PROBLEM, True)


def test_models_that_can_not_be_loaded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Settings) -> None:
        raise ModelError("The weights of the default model were changed.")

    monkeypatch.setattr(composition, "shipped_index", fail)
    assert models(settings).found == "The weights of the default model were changed."


def test_models_that_do_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, embedder: Embedder
) -> None:
    cats = ArticleIndex.build(load_text("The old cat sleeps on the stove."), embedder)
    monkeypatch.setattr(composition, "shipped_index", lambda _: cats)
    assert models(settings).state is State.PROBLEM
