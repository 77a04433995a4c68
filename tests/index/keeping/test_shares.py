"""Articles that other chats may open, in real databases."""

import re
import time
from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.errors import CollectionError
from index.keeping.collection import Collection
from index.keeping.library import Library, Limits
from index.keeping.shares import is_token
from index.keeping.store import Asked, Store
from index.types import Embedder
from tests.index.keeping import stored
from tests.index.keeping.samples import (
    HARBOUR,
    LIGHTHOUSE,
    WHO,
    Counting,
    Unwilling,
    ids,
    library_of,
)
from tests.index.keeping.stored import keep, words_in


@pytest.fixture
def shared(any_store: Store) -> tuple[Store, str]:
    """Ann's harbour, with its token."""
    keep(any_store, "ann", HARBOUR)
    token = any_store.shares.give("ann", HARBOUR.id)
    assert token is not None
    return any_store, token


def test_a_token_opens_the_article_that_it_was_given_for(shared: tuple[Store, str]) -> None:
    store, token = shared
    assert store.shares.find(token) == ("ann", HARBOUR.id)


def test_telegram_takes_a_token_as_it_is(shared: tuple[Store, str]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", shared[1])
    assert is_token(shared[1])


def test_an_article_has_one_token_as_long_as_it_is_shared(shared: tuple[Store, str]) -> None:
    store, token = shared
    assert store.shares.give("ann", HARBOUR.id) == token
    assert store.shares.end("ann", HARBOUR.id)
    assert store.shares.find(token) is None
    assert not store.shares.end("ann", HARBOUR.id)
    again = store.shares.give("ann", HARBOUR.id)
    assert again not in (None, token)
    assert store.shares.find(token) is None


def test_every_article_of_every_chat_has_a_token_of_its_own(shared: tuple[Store, str]) -> None:
    store, token = shared
    keep(store, "ann", LIGHTHOUSE)
    keep(store, "ben", HARBOUR)
    others = {store.shares.give("ann", LIGHTHOUSE.id), store.shares.give("ben", HARBOUR.id)}
    assert len({token, *others}) == 3
    store.shares.end("ben", HARBOUR.id)
    assert store.shares.find(token) == ("ann", HARBOUR.id)


def test_what_a_chat_does_not_have_has_no_token(any_store: Store) -> None:
    keep(any_store, "ann", HARBOUR)
    assert any_store.shares.give("ann", LIGHTHOUSE.id) is None
    assert any_store.shares.give("ben", HARBOUR.id) is None
    assert any_store.shares.give("ann", HARBOUR.id) is not None


@pytest.mark.parametrize("token", ["", "x", "x" * 22, "x" * 9999, "'; DROP TABLE shares; --"])
def test_no_other_token_opens_anything(shared: tuple[Store, str], token: str) -> None:
    store, _ = shared
    assert store.shares.find(token) is None


def test_sharing_ends_with_the_article_or_its_chat(any_store: Store) -> None:
    for chat in ("ann", "ben", "cay"):
        keep(any_store, chat, HARBOUR)
    tokens = [any_store.shares.give(chat, HARBOUR.id) or "" for chat in ("ann", "ben", "cay")]
    any_store.remove("ann", HARBOUR.id)
    any_store.forget("ben")
    assert [any_store.shares.find(token) for token in tokens] == [None, None, ("cay", HARBOUR.id)]
    any_store.expire(time.time() + 60)
    assert any_store.shares.find(tokens[2]) is None


def test_a_forgotten_chat_leaves_no_token_in_the_files(kept: Store, tmp_path: Path) -> None:
    token = kept.shares.give("ann", stored.LIGHTHOUSE.id)
    assert token
    assert words_in(tmp_path, token) == [token]
    kept.forget("ann")
    assert words_in(tmp_path, token) == []


def share(library: Library, chat: str = "ann") -> str:
    """The token of the harbour, which the chat is given."""
    collection = library.collection(chat)
    collection.add(HARBOUR)
    token = collection.share(HARBOUR.id)
    assert token is not None
    return token


def test_another_chat_gets_a_copy_without_embedding(store: Store, index: ArticleIndex) -> None:
    embedder = Counting()
    library = library_of(store, index, embedder)
    token, embedded = share(library), embedder.texts
    before = library.collection("ann").current().ask(WHO)
    ben = library.collection("ben")
    added = ben.open_shared(token)
    assert added is not None
    assert not added.already_there
    assert ben.current() is added.index
    assert added.index.article == HARBOUR
    assert added.index.ask(WHO) == before
    assert embedder.texts == embedded
    again = library_of(store, index, embedder).collection("ben")
    assert again.current().ask(WHO) == before
    assert embedder.texts == embedded


def test_a_copy_stays_when_the_sharing_ends(library: Library) -> None:
    token = share(library)
    ann, ben, cay = map(library.collection, ("ann", "ben", "cay"))
    ben.open_shared(token)
    assert ann.unshare(HARBOUR.id)
    assert not ann.unshare(HARBOUR.id)
    assert cay.open_shared(token) is None
    ann.remove(HARBOUR.id)
    assert ben.current().article == HARBOUR


def test_a_copy_knows_nothing_of_what_was_asked(library: Library) -> None:
    token = share(library)
    ann, ben = map(library.collection, ("ann", "ben"))
    ann.remember(Asked(ann.current().article.id, WHO))
    ann.current().ask(WHO)
    added = ben.open_shared(token)
    assert added is not None
    assert added.index is not ann.current()
    assert ben.last_question() is None


def test_who_has_the_article_already_asks_it(library: Library) -> None:
    token = share(library)
    for chat in ("ann", "ben"):
        collection = library.collection(chat)
        collection.add(HARBOUR)
        collection.add(LIGHTHOUSE)
        added = collection.open_shared(token)
        assert added is not None
        assert added.already_there
        assert collection.current().article == HARBOUR
        assert len(ids(collection)) == 2


def test_a_copy_takes_room_as_any_article(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    library = library_of(store, index, embedder, Limits(articles=1))
    token = share(library)
    ben = library.collection("ben")
    ben.add(LIGHTHOUSE)
    with pytest.raises(CollectionError, match="to make room"):
        ben.open_shared(token)
    assert ben.current().article == LIGHTHOUSE


def test_vectors_of_another_model_are_made_anew_for_both(store: Store, index: ArticleIndex) -> None:
    token = share(library_of(store, index, Counting()))
    other = Counting("other", dimensions=64)
    library = library_of(store, index, other)
    added = library.collection("ben").open_shared(token)
    assert added is not None
    assert added.index.vectors.shape[1] == 64
    embedded = other.texts
    library.collection("ann").current()
    assert other.texts == embedded


def test_what_is_not_kept_can_not_be_shared(collection: Collection, unwilling: Unwilling) -> None:
    assert collection.share(collection.shipped().article.id) is None
    unwilling.failing.add("add")
    collection.add(HARBOUR)
    assert collection.share(HARBOUR.id) is None
    assert not collection.unshare(HARBOUR.id)
