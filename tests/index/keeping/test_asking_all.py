"""A question to all articles of a chat."""

import pytest

from index.article_index import ArticleIndex
from index.keeping.collection import Collection
from index.keeping.store import Store
from index.loading import load_text
from index.types import Embedder
from tests.index.keeping.samples import (
    CATS,
    FERRY,
    HARBOUR,
    LIGHTHOUSE,
    ORCHARD,
    WHO,
    Counting,
    ids,
    library_of,
    numbered,
)


def test_all_articles_are_asked_the_surest_first(collection: Collection) -> None:
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        collection.add(article)
    [found] = collection.ask_all([WHO])
    assert len(found) == 3
    assert found[0].article == HARBOUR
    confidences = [each.answer.confidence for each in found]
    assert confidences == sorted(confidences, reverse=True)


def test_each_question_is_put_to_all_articles_and_may_follow_up_the_one_before(
    collection: Collection,
) -> None:
    for article in (HARBOUR, CATS, FERRY):
        collection.add(article)
    asked = ["How often does the ferry to Holm run a day?", "And when?"]
    first, second = collection.ask_all(asked)
    assert first[0].article.title == "Ferry"
    for answers, question in zip((first, second), asked, strict=True):
        assert {each.article.title for each in answers} == {"Lund", "Cats", "Ferry"}
        assert {each.answer.question for each in answers} == {question}
    # Alone it would name nothing; where the question before is refused, it is refused as well.
    answered = {each.article.id for each in first if each.answer.answered}
    assert {each.article.id for each in second if each.answer.answered} <= answered


def test_of_many_articles_the_likeliest_are_read_and_the_others_not_even_loaded(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    collection = library_of(store, index, embedder).collection("ann")
    for number in range(30):
        collection.add(numbered(number))
    collection.add(HARBOUR)
    fresh = library_of(store, index, embedder)
    [found] = fresh.collection("ann").ask_all([WHO])
    assert len(found) == 5
    assert found[0].article == HARBOUR
    assert len(fresh.cache.of_chat("ann")) == 5


def test_of_many_articles_the_likeliest_to_answer_any_of_the_questions_are_read(
    collection: Collection,
) -> None:
    for number in range(8):
        collection.add(load_text(f"Ship number {number} carries wood and stone."))
    collection.add(FERRY)
    collection.add(CATS)
    asked = collection.ask_all(["What does a ticket cost?", "Where does the old cat sleep?"])
    assert [answers[0].article for answers in asked] == [FERRY, CATS]
    assert [len(answers) for answers in asked] == [5, 5]


def test_the_likeness_from_the_store_is_that_of_the_index(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    collection = library_of(store, index, embedder).collection("ann")
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        collection.add(article)
    similarities = collection._similarities([f"Please tell me: {WHO}"], ids(collection))
    for article_id, found in similarities.items():
        expected = collection.load_index(article_id).similarity(f"Please tell me: {WHO}")
        assert found == pytest.approx(expected, abs=1e-5)


def test_articles_of_another_model_are_among_all(store: Store, index: ArticleIndex) -> None:
    collection = library_of(store, index, Counting("older")).collection("ann")
    for article in (HARBOUR, *map(numbered, range(6))):
        collection.add(article)
    [found] = library_of(store, index, Counting()).collection("ann").ask_all([WHO])
    assert found[0].article == HARBOUR
