"""The time of each stage is told to whoever listens."""

import threading
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from index import stages
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.loading import load_bytes
from index.stages import Stage, heard_by, stage
from index.types import Article, Embedder

PAGE = b"<html><body><article>" + b"<p>The cat sleeps on the stove.</p>" * 9 + b"</article></body>"


class Heard:
    def __init__(self) -> None:
        self.seconds: list[tuple[str, float]] = []

    def __call__(self, name: str, seconds: float) -> None:
        self.seconds.append((name, seconds))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.seconds]


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    with heard_by(heard):
        yield heard


def test_a_stage_is_told_with_its_seconds(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 12.5])
    monkeypatch.setattr(stages.time, "perf_counter", lambda: next(times))
    with stage("cooking"):
        pass
    assert heard.seconds == [("cooking", 2.5)]


def test_a_stage_that_fails_is_told_too(heard: Heard) -> None:
    with pytest.raises(ValueError, match="burnt"), stage("cooking"):
        raise ValueError("burnt")
    assert heard.names == ["cooking"]


def test_a_decorated_function_is_a_stage_each_time_it_is_called(heard: Heard) -> None:
    @stage("cooking")
    def cook(dish: str) -> str:
        return f"a {dish}"

    assert [cook("soup"), cook("cake")] == ["a soup", "a cake"]
    assert heard.names == ["cooking", "cooking"]


def test_where_nobody_listens_nothing_is_told() -> None:
    heard = Heard()
    with heard_by(heard):
        pass
    with stage("cooking"):
        pass
    assert heard.names == []


def test_a_thread_that_copies_the_context_is_heard_and_another_is_not(heard: Heard) -> None:
    def cook() -> None:
        with stage("cooking"):
            pass

    for target, args in ((cook, ()), (copy_context().run, (cook,))):
        thread = threading.Thread(target=target, args=args)
        thread.start()
        thread.join()
    assert heard.names == ["cooking"]


def test_the_way_of_an_article_and_of_a_question_is_told(
    heard: Heard, article: Article, embedder: Embedder
) -> None:
    index = ArticleIndex.build(article, embedder)
    assert heard.names == [Stage.SPLITTING, Stage.EMBEDDING, Stage.INDEXING]
    heard.seconds.clear()
    index.ask("Who released the photos?")
    assert heard.names == [Stage.FINDING, Stage.READING, Stage.ANSWERING]


def test_extracting_keeping_and_opening_are_told(heard: Heard, library: Library) -> None:
    collection = library.collection("ann")
    read = load_bytes(PAGE, "page.html")
    assert heard.names == [Stage.EXTRACTING]
    collection.add(read)
    assert heard.names[-1] == Stage.KEEPING
    library.cache.clear()
    collection.load_index(read.id)
    assert heard.names[-2:] == [Stage.OPENING, Stage.INDEXING]
