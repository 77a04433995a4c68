"""Articles in real databases: SQLite's file and memory, and PostgreSQL."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import StorageError
from index.keeping.store import Asked, Store
from index.loading import load_text
from index.text.sentences import split_sentences
from index.types import Sentence
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded, vectors


@pytest.fixture
def store(any_store: Store) -> Store:
    """One in each of the databases."""
    return any_store


def test_what_is_kept_is_loaded_as_it_was(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    found = loaded(store, "ann", HARBOUR)
    assert found.article == HARBOUR
    assert found.sentences == split_sentences(HARBOUR)
    assert found.vectors is not None
    np.testing.assert_array_equal(found.vectors, vectors(HARBOUR))


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Store.in_folder(tmp_path)
    keep(first, "ann", HARBOUR)
    first.remember("ann", Asked("article", "Who built it?"))
    first.close()
    again = Store.in_folder(tmp_path)
    assert loaded(again, "ann", HARBOUR).article == HARBOUR
    assert (again.current("ann"), again.last_question("ann")) == (HARBOUR.id, "Who built it?")
    again.close()


def test_articles_are_listed_in_the_order_of_their_coming(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    keep(store, "ann", LIGHTHOUSE)
    first, second = store.articles("ann")
    assert (first.id, first.title, first.site) == (HARBOUR.id, "Lund", "Example")
    assert first.published == "2024-05-03"
    assert first.sentence_count == 2
    assert second.id == LIGHTHOUSE.id
    assert (first.bytes, second.bytes) == (len(HARBOUR.text), len(LIGHTHOUSE.text))
    assert store.articles("ben") == ()


def test_what_is_kept_twice_is_there_once_and_current(store: Store) -> None:
    for article in (HARBOUR, LIGHTHOUSE, HARBOUR):
        keep(store, "ann", article)
    assert len(store.articles("ann")) == 2
    assert store.current("ann") == HARBOUR.id


def test_another_article_has_no_last_question(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    store.remember("ann", Asked("article", "Who built it?"))
    store.remember("ann", Asked("article", "And when?"))
    assert store.last_question("ann") == "And when?"
    store.set_current("ann", HARBOUR.id)
    assert store.last_question("ann") is None


def test_one_chat_never_sees_what_another_keeps(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    assert store.load("ben", HARBOUR.id, "model@1") is None
    assert store.current("ben") is None
    store.remove("ben", HARBOUR.id)
    store.forget("ben")
    assert loaded(store, "ann", HARBOUR).article == HARBOUR


def test_a_chat_is_open_to_members_once_it_was_opened(store: Store) -> None:
    assert not store.is_open_to_members("ann")
    store.set_open_to_members("ann", True)
    assert store.is_open_to_members("ann")
    assert not store.is_open_to_members("ben")
    store.set_open_to_members("ann", False)
    assert not store.is_open_to_members("ann")


def test_vectors_of_another_model_are_not_given_out(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    assert loaded(store, "ann", HARBOUR, "model@2").vectors is None
    replacing = np.ones((2, 3), dtype=np.float32)
    store.replace_vectors("ann", HARBOUR.id, split_sentences(HARBOUR), replacing, "model@2")
    found = loaded(store, "ann", HARBOUR, "model@2").vectors
    assert found is not None
    assert found.shape == (2, 3)
    assert loaded(store, "ann", HARBOUR).vectors is None


def test_vectors_of_what_was_removed_meanwhile_are_not_kept(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    store.remove("ann", HARBOUR.id)
    store.replace_vectors("ann", HARBOUR.id, split_sentences(HARBOUR), vectors(HARBOUR), "model@2")
    assert store.articles("ann") == ()


def test_many_chats_at_once(store: Store) -> None:
    """Every chat keeps, asks and forgets; none meets another's."""
    failures: list[object] = []

    def live(chat: str) -> None:
        try:
            for round_ in range(3):
                own = load_text(f"The secret of {chat} is number {round_}.")
                keep(store, chat, own)
                store.remember(chat, Asked("article", f"What is the secret of {chat}?"))
                if store.current(chat) != own.id or loaded(store, chat, own).article != own:
                    failures.append(chat)
                if round_ == 1:
                    store.forget(chat)
            if [entry.sentence_count for entry in store.articles(chat)] != [1]:
                failures.append((chat, store.articles(chat)))
        except Exception as error:  # a thread's error would be lost
            failures.append(error)

    threads = [threading.Thread(target=live, args=[f"chat {number}"]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_new_sentences_come_with_the_new_models_vectors(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    whole = Sentence(1, 1, 0, len(HARBOUR.text), HARBOUR.text)
    vector = np.ones((1, 3), dtype=np.float32)
    store.replace_vectors("ann", HARBOUR.id, [whole], vector, "model@2")
    assert loaded(store, "ann", HARBOUR, "model@2").sentences == (whole,)
    assert [entry.sentence_count for entry in store.articles("ann")] == [1]


def test_only_what_is_there_can_be_current(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    keep(store, "ben", LIGHTHOUSE)
    assert not store.set_current("ann", LIGHTHOUSE.id)
    assert store.current("ann") == HARBOUR.id
    assert store.set_current("ann", HARBOUR.id)


def test_the_latest_of_the_others_is_current_after_a_removal(store: Store) -> None:
    third = load_text("A third one came.")
    for article in (HARBOUR, LIGHTHOUSE, third):
        keep(store, "ann", article)
    store.remember("ann", Asked("article", "Who came?"))
    store.remove("ann", HARBOUR.id)
    assert (store.current("ann"), store.last_question("ann")) == (third.id, "Who came?")
    store.remove("ann", third.id)
    assert (store.current("ann"), store.last_question("ann")) == (LIGHTHOUSE.id, None)
    store.remove("ann", LIGHTHOUSE.id)
    assert store.current("ann") is None


def test_the_same_chat_in_many_threads_is_made_once(store: Store) -> None:
    store.articles("ann")
    failures: list[Exception] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        try:
            store.remember("ann", Asked("article", "Who?"))
        except StorageError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.last_question("ann") == "Who?"


def test_what_is_no_character_is_kept_as_another(store: Store) -> None:
    store.remember("ann", Asked("article", "half a character: \ud800, none: \0"))
    assert store.last_question("ann") == "half a character: \ufffd, none: \x1a"
    # It is the same question, which is kept once.
    store.remember("ann", Asked("article", "half a character: \ud800, none: \0"))
    assert len(store.recent_questions("ann")) == 1


def test_places_in_a_text_stay_where_they_are_whatever_it_has(store: Store) -> None:
    strange = load_text("A\0 ferry came in. It left again.", title="Ferry \0")
    strange = replace(strange, title="Ferry \ud800", text=strange.text.replace("came", "c\ud800me"))
    keep(store, "ann", strange)
    [_, second] = loaded(store, "ann", strange).sentences
    assert second.text == "It left again."


def test_sentences_are_those_of_the_text(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    for sentence in loaded(store, "ann", HARBOUR).sentences:
        assert isinstance(sentence, Sentence)
        assert HARBOUR.text[sentence.start : sentence.end] == sentence.text


def test_a_chat_that_is_in_use_does_not_expire(any_store: Store) -> None:
    keep(any_store, "ann", HARBOUR)
    keep(any_store, "ben", HARBOUR)
    before = time.time()
    any_store.mark_used("ann")
    any_store.mark_used("nobody")
    assert any_store.expire(before) == 1
    assert (len(any_store.articles("ann")), any_store.counts()) == (1, (1, 1))


def test_it_answers_and_says_so_when_it_can_not(store: Store, tmp_path: Path) -> None:
    store.ping()
    (tmp_path / "articles.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(StorageError):
        Store.in_folder(tmp_path).ping()
