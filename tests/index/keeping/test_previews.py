"""What is asked without being kept is held for a short time."""

import pytest

from index.article_index import ArticleIndex
from index.keeping import previews
from index.keeping.previews import Previews
from index.loading import load_text
from index.types import Embedder


@pytest.fixture
def ferry(embedder: Embedder) -> ArticleIndex:
    return ArticleIndex.build(load_text("The ferry is red. It runs twice a day."), embedder)


def test_it_is_held_by_its_source(ferry: ArticleIndex) -> None:
    held = Previews(10, 60)
    held.put("page:a", ferry)
    assert held.get("page:a") is ferry
    assert held.get("page:b") is None
    held.clear()
    assert held.get("page:a") is None


def test_it_is_dropped_after_a_while(ferry: ArticleIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Previews(10, 60)
    now = 1000.0
    monkeypatch.setattr(previews.time, "monotonic", lambda: now)
    held.put("page:a", ferry)
    now += 59
    assert held.get("page:a") is ferry
    now += 2
    assert held.get("page:a") is None


def test_older_ones_make_room(ferry: ArticleIndex) -> None:
    held = Previews(5, 60)
    for source in ("a", "b", "c"):
        held.put(source, ferry)
    assert [bool(held.get(source)) for source in ("a", "b", "c")] == [False, True, True]
    tiny = Previews(1, 60)
    tiny.put("a", ferry)
    assert tiny.get("a") is None


def test_its_size_is_known(ferry: ArticleIndex) -> None:
    held = Previews(10, 60)
    assert held.size() == (0, 0, 0)
    held.put("page:a", ferry)
    assert held.size() == (1, 2, ferry.vectors.nbytes)
