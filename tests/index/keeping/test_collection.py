"""One chat's articles: taken, switched, removed, forgotten, within limits, after a restart."""

import numpy as np
import pytest

from index.article_index import ArticleIndex
from index.errors import CollectionError
from index.keeping.collection import Collection
from index.keeping.library import Library, Limits
from index.keeping.store import Asked, Store
from index.text.sentences import split_sentences
from index.types import Embedder
from tests.conftest import WordsInCommon
from tests.index.keeping.samples import (
    HARBOUR,
    LIGHTHOUSE,
    ORCHARD,
    WHO,
    Counting,
    OtherModel,
    after_restart,
    ids,
    library_of,
)


def test_a_chat_without_articles_asks_the_shipped_one(
    collection: Collection, index: ArticleIndex
) -> None:
    assert collection.current() is index
    assert [each.article for each in collection.ask_all([WHO])[0]] == [index.article]
    assert collection.articles() == ()


def test_an_article_is_taken_and_current(collection: Collection) -> None:
    added = collection.add(HARBOUR)
    assert (added.already_there, added.not_saved_because) == (False, None)
    assert collection.current() is added.index
    assert added.index.ask(WHO).ranked[0].text.startswith("The harbour of Lund")


def test_the_same_article_is_known_and_embedded_once(store: Store, index: ArticleIndex) -> None:
    embedder = Counting()
    collection = library_of(store, index, embedder).collection("ann")
    collection.add(HARBOUR)
    collection.add(LIGHTHOUSE)
    embedder.texts = 0
    added = collection.add(HARBOUR)
    assert added.already_there
    assert embedder.texts == 0
    assert ids(collection) == [HARBOUR.id, LIGHTHOUSE.id]
    assert collection.current() is added.index


def test_switching_and_removing(collection: Collection, index: ArticleIndex) -> None:
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        collection.add(article)
    assert collection.switch(HARBOUR.id).article == HARBOUR
    assert collection.current().article == HARBOUR
    assert collection.remove(HARBOUR.id).title == "Lund"
    assert collection.current().article == ORCHARD
    collection.remove(LIGHTHOUSE.id)
    assert collection.current().article == ORCHARD
    collection.remove(ORCHARD.id)
    assert collection.current() is index


def test_what_is_not_there_is_told(collection: Collection) -> None:
    collection.add(HARBOUR)
    for deed in (collection.switch, collection.remove, collection.load_index):
        with pytest.raises(CollectionError, match="no such article"):
            deed(LIGHTHOUSE.id)
    assert collection.current().article == HARBOUR


def test_the_last_question_is_of_the_current_article(collection: Collection) -> None:
    collection.add(HARBOUR)
    collection.remember(Asked(HARBOUR.id, WHO))
    assert collection.last_question() == WHO
    collection.add(LIGHTHOUSE)
    assert collection.last_question() is None


def test_after_forgetting_nothing_is_there(collection: Collection, index: ArticleIndex) -> None:
    collection.add(HARBOUR)
    collection.remember(Asked(HARBOUR.id, WHO))
    collection.forget()
    assert (collection.articles(), collection.last_question()) == ((), None)
    assert collection.current() is index
    with pytest.raises(CollectionError):
        collection.load_index(HARBOUR.id)


def test_looking_at_an_article_does_not_take_it(collection: Collection) -> None:
    assert collection.preview(HARBOUR).article == HARBOUR
    assert collection.articles() == ()


def test_what_another_program_removed_is_not_switched_to(
    collection: Collection, store: Store
) -> None:
    collection.add(HARBOUR)
    store.remove("ann", HARBOUR.id)
    with pytest.raises(CollectionError):
        collection.switch(HARBOUR.id)


def test_no_more_articles_than_the_limit(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    collection = library_of(store, index, embedder, Limits(articles=2)).collection("ann")
    collection.add(HARBOUR)
    collection.add(LIGHTHOUSE)
    with pytest.raises(CollectionError, match="The limit of 2 articles is reached"):
        collection.add(ORCHARD)
    assert collection.add(HARBOUR).already_there
    collection.remove(LIGHTHOUSE.id)
    assert not collection.add(ORCHARD).already_there


def test_no_more_text_than_the_limit(store: Store, index: ArticleIndex, embedder: Embedder) -> None:
    limits = Limits(bytes=len(HARBOUR.text) + len(LIGHTHOUSE.text))
    collection = library_of(store, index, embedder, limits).collection("ann")
    collection.add(HARBOUR)
    collection.add(LIGHTHOUSE)
    with pytest.raises(CollectionError, match="longer than the limit"):
        collection.add(ORCHARD)


def test_after_a_restart_nothing_is_embedded_and_the_answers_are_the_same(
    store: Store, index: ArticleIndex
) -> None:
    before = library_of(store, index, Counting()).collection("ann").add(HARBOUR).index.ask(WHO)
    embedder = Counting()
    again = library_of(store, index, embedder).collection("ann").current()
    assert again.ask(WHO) == before
    assert embedder.texts == 0


def test_vectors_of_another_model_are_made_anew_once_and_with_progress(
    store: Store, index: ArticleIndex
) -> None:
    library_of(store, index, Counting()).collection("ann").add(HARBOUR)
    other, steps = Counting("other", dimensions=64), list[tuple[int, int]]()
    rebuilt = (
        library_of(store, index, other).collection("ann").current(lambda *done: steps.append(done))
    )
    assert rebuilt.vectors.shape[1] == 64
    assert steps[-1] == (other.texts, other.texts)
    again = Counting("other", dimensions=64)
    library_of(store, index, again).collection("ann").current().ask(WHO)
    assert again.texts == 0


def test_another_splitters_sentences_never_meet_this_ones_vectors(
    store: Store, index: ArticleIndex
) -> None:
    whole = split_sentences(HARBOUR)[:1]
    store.add("ann", HARBOUR, whole, np.ones((1, 4), dtype=np.float32), "older model")
    for _ in range(2):
        found = library_of(store, index, Counting()).collection("ann").current()
        assert found.sentences == split_sentences(HARBOUR)
        assert len(found.vectors) == len(found.sentences)


def test_vectors_of_another_model_are_made_anew_and_replaced(library: Library) -> None:
    library.collection("ann").add(HARBOUR)
    assert after_restart(library, OtherModel()).collection("ann").current().article == HARBOUR
    stored = library.store.load("ann", HARBOUR.id, "other@2")
    assert stored is not None
    assert stored.vectors is not None
    old = library.store.load("ann", HARBOUR.id, WordsInCommon.identity)
    assert old is not None
    assert old.vectors is None
