"""A chat's recent questions: kept, renewed, erased, and in memory where they can't be kept."""

from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.keeping.collection import Collection
from index.keeping.store import RECENT_QUESTIONS, Asked, Store
from index.types import Embedder
from tests.index.keeping.samples import HARBOUR, LIGHTHOUSE, WHO, Unwilling, after_restart
from tests.index.keeping.stored import words_in

WHEN, WHAT = "When did it open?", "What burned?"


def questions(collection: Collection) -> list[str]:
    return [asked.question for asked in collection.recent_questions()]


@pytest.fixture
def asked_three(collection: Collection) -> Collection:
    """A chat that asked the harbour twice, then the lighthouse."""
    collection.add(HARBOUR)
    collection.remember(Asked(HARBOUR.id, WHO))
    collection.remember(Asked(HARBOUR.id, WHEN))
    collection.add(LIGHTHOUSE)
    collection.remember(Asked(LIGHTHOUSE.id, WHAT))
    return collection


def test_the_newest_question_stands_first(asked_three: Collection) -> None:
    assert questions(asked_three) == [WHAT, WHEN, WHO]
    assert asked_three.recent_questions()[0] == Asked(LIGHTHOUSE.id, WHAT)


def test_asking_again_renews_a_question(asked_three: Collection) -> None:
    asked_three.remember(Asked(HARBOUR.id, WHO))
    assert questions(asked_three) == [WHO, WHAT, WHEN]


def test_the_same_question_to_two_articles_is_two(asked_three: Collection) -> None:
    asked_three.remember(Asked(LIGHTHOUSE.id, WHO))
    assert questions(asked_three) == [WHO, WHAT, WHEN, WHO]


def test_only_the_newest_are_kept(asked_three: Collection, store: Store) -> None:
    for number in range(RECENT_QUESTIONS):
        asked_three.remember(Asked(HARBOUR.id, f"Who was number {number}?"))
    kept = questions(asked_three)
    assert len(kept) == len(store.recent_questions("ann")) == RECENT_QUESTIONS
    assert (kept[0], kept[-1]) == ("Who was number 49?", "Who was number 0?")


def test_they_are_there_after_a_restart(
    asked_three: Collection, embedder: Embedder, store: Store
) -> None:
    again = after_restart(asked_three._library, embedder).collection("ann")
    assert again.recent_questions() == asked_three.recent_questions()
    assert after_restart(asked_three._library, embedder).collection("ben").recent_questions() == ()


def test_they_go_with_their_article(asked_three: Collection, tmp_path: Path) -> None:
    asked_three.remove(HARBOUR.id)
    assert questions(asked_three) == [WHAT]
    assert words_in(tmp_path, WHO, WHEN, WHAT) == [WHAT]


def test_they_go_with_everything(asked_three: Collection, tmp_path: Path) -> None:
    asked_three.forget()
    assert asked_three.recent_questions() == ()
    assert words_in(tmp_path, WHO, WHEN, WHAT) == []


def test_a_question_is_longer_than_any_key(collection: Collection, index: ArticleIndex) -> None:
    asked = Asked(index.article.id, "Who? " * 2000)
    collection.remember(asked)
    assert collection.recent_questions() == (asked,)


def test_what_can_not_be_written_is_remembered_in_memory(
    asked_three: Collection, unwilling: Unwilling
) -> None:
    unwilling.failing.add("remember")
    asked_three.remember(Asked(HARBOUR.id, WHO))
    assert questions(asked_three) == [WHO, WHAT, WHEN]
    asked_three.remove(HARBOUR.id)
    assert questions(asked_three) == [WHAT]


def test_questions_to_what_could_not_be_kept_are_remembered_in_memory(
    asked_three: Collection, unwilling: Unwilling, store: Store
) -> None:
    unwilling.failing.add("add")
    asked_three.remove(LIGHTHOUSE.id)
    asked_three.add(LIGHTHOUSE)
    asked_three.remember(Asked(LIGHTHOUSE.id, WHAT))
    assert questions(asked_three) == [WHAT, WHEN, WHO]
    assert len(store.recent_questions("ann")) == 2
    asked_three.remove(LIGHTHOUSE.id)
    assert questions(asked_three) == [WHEN, WHO]


def test_what_can_not_be_read_leaves_what_is_in_memory(
    asked_three: Collection, unwilling: Unwilling
) -> None:
    unwilling.failing.update(("remember", "recent_questions"))
    assert asked_three.recent_questions() == ()
    asked_three.remember(Asked(HARBOUR.id, WHO))
    assert questions(asked_three) == [WHO]
    asked_three.forget()
    assert asked_three.recent_questions() == ()
