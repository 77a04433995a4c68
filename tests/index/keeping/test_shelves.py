"""The articles of many chats: kept, switched, asked, and in memory where the store fails."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index import library as library_module
from index.article_index import ArticleIndex
from index.errors import LibraryError, StorageError
from index.keeping.library import Library, Limits, Shelf
from index.keeping.store import FILE, Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.text.sentences import split_sentences
from index.types import Article, Embedder, Vectors
from tests.conftest import WordsInCommon

HARBOUR = load_text("The harbour of Lund opened in 1902. Ada Moor built it.", title="Lund")
LIGHTHOUSE = load_text("The lighthouse burned whale oil. It was tall.", title="Marrow Point")
ORCHARD = load_text("The orchard has nine pear trees. They bloom in April.", title="Orchard")
ROOMY = Limits()
WHO = "Who built the harbour of Lund?"


class Counting(WordsInCommon):
    """Counts the texts that it embeds."""

    def __init__(self, identity: str = "words in common", dimensions: int = 1024) -> None:
        self.identity = identity
        self.dimensions = dimensions
        self.texts = 0

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().encode_documents(texts)


class Unwilling:
    """A store of which single methods fail."""

    def __init__(self, store: Store, *methods: str) -> None:
        self._store = store
        self.failing = set(methods)

    def __getattr__(self, name: str) -> object:
        def fail(*_: object) -> None:
            raise StorageError("The disk is full.")

        return fail if name in self.failing else getattr(self._store, name)


WRITES = ("add", "set_current", "set_last_question", "remove", "forget", "replace_vectors")
READS = ("articles", "load", "views", "current", "last_question", "size")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


@pytest.fixture
def unwilling(store: Store) -> Unwilling:
    return Unwilling(store)


@pytest.fixture
def shelf(unwilling: Unwilling, embedder: Embedder, index: ArticleIndex) -> Shelf:
    """A chat's, whose store fails as soon as `unwilling` is told to."""
    library = Library(unwilling, embedder, EvidenceReader(), lambda: index)  # type: ignore[arg-type]
    return library.shelf("ann")


def library_of(
    store: Store, index: ArticleIndex, embedder: Embedder, limits: Limits = ROOMY
) -> Library:
    return Library(store, embedder, EvidenceReader(), lambda: index, limits)


def ids(shelf: Shelf) -> list[str]:
    return [kept.id for kept in shelf.articles()]


def numbered(number: int) -> Article:
    return load_text(f"The ship number{number} came in. It left again.", title=f"Ship {number}")


# One chat


def test_a_chat_without_articles_asks_the_shipped_one(shelf: Shelf, index: ArticleIndex) -> None:
    assert shelf.current() is index
    assert [found for found, _ in shelf.ask_all([WHO])[0]] == [index]
    assert shelf.articles() == ()


def test_an_article_is_taken_and_current(shelf: Shelf) -> None:
    added = shelf.add(HARBOUR)
    assert (added.known, added.unkept) == (False, None)
    assert shelf.current() is added.index
    assert added.index.ask(WHO).ranked[0].text.startswith("The harbour of Lund")


def test_the_same_article_is_known_and_embedded_once(store: Store, index: ArticleIndex) -> None:
    embedder = Counting()
    shelf = library_of(store, index, embedder).shelf("ann")
    shelf.add(HARBOUR)
    shelf.add(LIGHTHOUSE)
    embedder.texts = 0
    added = shelf.add(HARBOUR)
    assert added.known
    assert embedder.texts == 0
    assert ids(shelf) == [HARBOUR.id, LIGHTHOUSE.id]
    assert shelf.current() is added.index


def test_switching_and_removing(shelf: Shelf, index: ArticleIndex) -> None:
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        shelf.add(article)
    assert shelf.switch(HARBOUR.id).article == HARBOUR
    assert shelf.current().article == HARBOUR
    assert shelf.remove(HARBOUR.id).title == "Lund"
    assert shelf.current().article == ORCHARD
    shelf.remove(LIGHTHOUSE.id)
    assert shelf.current().article == ORCHARD
    shelf.remove(ORCHARD.id)
    assert shelf.current() is index


def test_what_is_not_there_is_told(shelf: Shelf) -> None:
    shelf.add(HARBOUR)
    for deed in (shelf.switch, shelf.remove, shelf.index_of):
        with pytest.raises(LibraryError, match="no such article"):
            deed(LIGHTHOUSE.id)
    assert shelf.current().article == HARBOUR


def test_the_last_question_is_of_the_current_article(shelf: Shelf) -> None:
    shelf.add(HARBOUR)
    shelf.remember(WHO)
    assert shelf.last_question() == WHO
    shelf.add(LIGHTHOUSE)
    assert shelf.last_question() is None


def test_after_forgetting_nothing_is_there(shelf: Shelf, index: ArticleIndex) -> None:
    shelf.add(HARBOUR)
    shelf.remember(WHO)
    shelf.forget()
    assert (shelf.articles(), shelf.last_question()) == ((), None)
    assert shelf.current() is index
    with pytest.raises(LibraryError):
        shelf.index_of(HARBOUR.id)


def test_looking_at_an_article_does_not_take_it(shelf: Shelf) -> None:
    assert shelf.look_at(HARBOUR).article == HARBOUR
    assert shelf.articles() == ()


def test_what_another_program_removed_is_not_switched_to(shelf: Shelf, store: Store) -> None:
    shelf.add(HARBOUR)
    store.remove("ann", HARBOUR.id)
    with pytest.raises(LibraryError):
        shelf.switch(HARBOUR.id)


# Limits


def test_no_more_articles_than_the_limit(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    shelf = library_of(store, index, embedder, Limits(articles=2)).shelf("ann")
    shelf.add(HARBOUR)
    shelf.add(LIGHTHOUSE)
    with pytest.raises(LibraryError, match="You have 2 articles, and that is the limit"):
        shelf.add(ORCHARD)
    assert shelf.add(HARBOUR).known
    shelf.remove(LIGHTHOUSE.id)
    assert not shelf.add(ORCHARD).known


def test_no_more_text_than_the_limit(store: Store, index: ArticleIndex, embedder: Embedder) -> None:
    limits = Limits(bytes=len(HARBOUR.text) + len(LIGHTHOUSE.text))
    shelf = library_of(store, index, embedder, limits).shelf("ann")
    shelf.add(HARBOUR)
    shelf.add(LIGHTHOUSE)
    with pytest.raises(LibraryError, match="longer than the limit"):
        shelf.add(ORCHARD)


def test_what_nobody_used_is_forgotten_after_its_days(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_of(store, index, embedder, Limits(days=1))
    library.shelf("ann").add(HARBOUR)
    library.expire()
    assert ids(library.shelf("ann")) == [HARBOUR.id]
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 2 * 24 * 60 * 60)
    library.shelf("ben").add(LIGHTHOUSE)
    library.expire()
    assert library.shelf("ann").articles() == ()
    with pytest.raises(LibraryError):
        library.shelf("ann").index_of(HARBOUR.id)
    assert ids(library.shelf("ben")) == [LIGHTHOUSE.id]


# From the store


def test_after_a_restart_nothing_is_embedded_and_the_answers_are_the_same(
    store: Store, index: ArticleIndex
) -> None:
    before = library_of(store, index, Counting()).shelf("ann").add(HARBOUR).index.ask(WHO)
    embedder = Counting()
    again = library_of(store, index, embedder).shelf("ann").current()
    assert again.ask(WHO) == before
    assert embedder.texts == 0


def test_vectors_of_another_model_are_made_anew_once_and_with_progress(
    store: Store, index: ArticleIndex
) -> None:
    library_of(store, index, Counting()).shelf("ann").add(HARBOUR)
    other, steps = Counting("other", dimensions=64), list[tuple[int, int]]()
    rebuilt = library_of(store, index, other).shelf("ann").current(lambda *done: steps.append(done))
    assert rebuilt.vectors.shape[1] == 64
    assert steps[-1] == (other.texts, other.texts)
    again = Counting("other", dimensions=64)
    library_of(store, index, again).shelf("ann").current().ask(WHO)
    assert again.texts == 0


def test_another_splitters_sentences_never_meet_this_ones_vectors(
    store: Store, index: ArticleIndex
) -> None:
    whole = split_sentences(HARBOUR)[:1]
    store.add("ann", HARBOUR, whole, np.ones((1, 4), dtype=np.float32), "older model")
    for _ in range(2):
        found = library_of(store, index, Counting()).shelf("ann").current()
        assert found.sentences == split_sentences(HARBOUR)
        assert len(found.vectors) == len(found.sentences)


def test_memory_holds_what_was_used_last(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "_HELD", 4)
    shelf = library_of(store, index, embedder).shelf("ann")
    harbour, lighthouse = shelf.add(HARBOUR).index, shelf.add(LIGHTHOUSE).index
    assert shelf.index_of(HARBOUR.id) is harbour
    shelf.add(ORCHARD)
    assert shelf.index_of(HARBOUR.id) is harbour
    assert shelf.index_of(LIGHTHOUSE.id) is not lighthouse


def test_an_article_too_long_for_the_memory_is_held_alone(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "_HELD", 1)
    shelf = library_of(store, index, embedder).shelf("ann")
    shelf.add(LIGHTHOUSE)
    harbour = shelf.add(HARBOUR).index
    assert shelf.index_of(HARBOUR.id) is harbour


# All articles


def test_all_articles_are_asked_the_surest_first(shelf: Shelf) -> None:
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        shelf.add(article)
    [found] = shelf.ask_all([WHO])
    assert len(found) == 3
    assert found[0][0].article == HARBOUR
    confidences = [answer.confidence for _, answer in found]
    assert confidences == sorted(confidences, reverse=True)


def test_of_many_articles_the_likeliest_are_read_and_the_others_not_even_loaded(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    shelf = library_of(store, index, embedder).shelf("ann")
    for number in range(30):
        shelf.add(numbered(number))
    shelf.add(HARBOUR)
    fresh = library_of(store, index, embedder)
    [found] = fresh.shelf("ann").ask_all([WHO])
    assert len(found) == 5
    assert found[0][0].article == HARBOUR
    assert len(fresh.held.of("ann")) == 5


def test_the_likeness_from_the_store_is_that_of_the_index(
    store: Store, index: ArticleIndex, embedder: Embedder
) -> None:
    shelf = library_of(store, index, embedder).shelf("ann")
    for article in (HARBOUR, LIGHTHOUSE, ORCHARD):
        shelf.add(article)
    likeness = shelf._likeness([f"Please tell me: {WHO}"], ids(shelf))
    for article_id, found in likeness.items():
        expected = shelf.index_of(article_id).likeness(f"Please tell me: {WHO}")
        assert found == pytest.approx(expected, abs=1e-5)


def test_articles_of_another_model_are_among_all(store: Store, index: ArticleIndex) -> None:
    shelf = library_of(store, index, Counting("older")).shelf("ann")
    for article in (HARBOUR, *map(numbered, range(6))):
        shelf.add(article)
    [found] = library_of(store, index, Counting()).shelf("ann").ask_all([WHO])
    assert found[0][0].article == HARBOUR


# A store that fails


@pytest.mark.parametrize("failing", [WRITES, READS, WRITES + READS], ids=["full", "blind", "gone"])
def test_a_failing_store_never_stops_the_answering(
    shelf: Shelf, unwilling: Unwilling, index: ArticleIndex, failing: Sequence[str]
) -> None:
    unwilling.failing.update(failing)
    assert shelf.current() is index
    for article in (HARBOUR, LIGHTHOUSE):
        added = shelf.add(article)
        assert (added.unkept is not None) == ("add" in failing)
        assert added.index.article == article
    shelf.remember(WHO)
    shelf.last_question()
    assert sorted(ids(shelf)) == sorted([HARBOUR.id, LIGHTHOUSE.id])
    assert shelf.switch(HARBOUR.id).ask(WHO).ranked[0].text.startswith("The harbour")
    assert {found.article.id for found, _ in shelf.ask_all([WHO])[0]} == {HARBOUR.id, LIGHTHOUSE.id}


@pytest.mark.parametrize("failing", [WRITES, WRITES + READS], ids=["full", "gone"])
def test_what_is_only_in_memory_is_current_and_goes_on_request(
    shelf: Shelf, unwilling: Unwilling, index: ArticleIndex, failing: Sequence[str]
) -> None:
    unwilling.failing.update(failing)
    assert shelf.add(HARBOUR).unkept == "The disk is full."
    assert shelf.add(LIGHTHOUSE).unkept
    assert shelf.current().article == LIGHTHOUSE
    assert shelf.switch(HARBOUR.id).article == HARBOUR
    assert shelf.current().article == HARBOUR
    assert shelf.remove(HARBOUR.id).title == "Lund"
    assert shelf.current() is index
    with pytest.raises(StorageError):
        shelf.forget()
    unwilling.failing.clear()
    shelf.forget()
    assert shelf.articles() == ()


def test_a_full_disk_lets_the_chat_switch_among_what_is_kept(
    shelf: Shelf, unwilling: Unwilling
) -> None:
    shelf.add(HARBOUR)
    shelf.add(LIGHTHOUSE)
    unwilling.failing.update(WRITES)
    shelf.switch(HARBOUR.id)
    assert shelf.current().article == HARBOUR
    assert shelf.add(LIGHTHOUSE).known
    assert shelf.current().article == LIGHTHOUSE


def test_what_could_not_be_kept_is_kept_when_it_is_sent_again(
    shelf: Shelf, unwilling: Unwilling, store: Store
) -> None:
    unwilling.failing.update(WRITES)
    index = shelf.add(HARBOUR).index
    assert (again := shelf.add(HARBOUR)).known
    assert again.unkept
    unwilling.failing.clear()
    again = shelf.add(HARBOUR)
    assert (again.unkept, again.index) == (None, index)
    assert [kept.id for kept in store.articles("ann")] == [HARBOUR.id]
    assert shelf.current() is index


def test_what_can_not_be_removed_is_told_and_stays(shelf: Shelf, unwilling: Unwilling) -> None:
    shelf.add(HARBOUR)
    unwilling.failing.update(WRITES)
    with pytest.raises(StorageError):
        shelf.remove(HARBOUR.id)
    assert shelf.current().article == HARBOUR


def test_memory_for_what_can_not_be_kept_has_an_end(
    shelf: Shelf, unwilling: Unwilling, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwilling.failing.update(WRITES)
    monkeypatch.setattr(shelf._library.unkept, "_most", 6)
    for number in range(9):
        shelf.add(numbered(number))
    assert len(shelf.articles()) == 3
    assert shelf.current().article == numbered(8)


def test_a_new_models_vectors_that_can_not_be_kept_still_answer(
    store: Store, index: ArticleIndex
) -> None:
    library_of(store, index, Counting()).shelf("ann").add(HARBOUR)
    full = Unwilling(store, *WRITES)
    shelf = library_of(full, index, Counting("other")).shelf("ann")  # type: ignore[arg-type]
    assert shelf.current().article == HARBOUR


def test_a_file_that_is_no_database_is_no_reason_to_be_silent(
    tmp_path: Path, index: ArticleIndex, embedder: Embedder
) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 99)
    shelf = library_of(Store.in_folder(tmp_path), index, embedder).shelf("ann")
    with pytest.raises(StorageError, match="Move it away"):
        shelf.articles()
    assert shelf.current() is index
    assert "Move it away" in (shelf.add(HARBOUR).unkept or "")
    assert shelf.current().article == HARBOUR


# Many chats


def test_fifty_chats_at_once_never_see_each_other(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "_HELD", 60)  # So that indexes go and come again.
    library, failures = library_of(store, index, embedder), list[object]()

    def live(name: str) -> None:
        chance, shelf, own = random.Random(name), library.shelf(name), dict[str, Article]()
        for _ in range(12):
            deed = chance.choice(["add", "add", "add", "switch", "ask", "all", "remove", "forget"])
            if deed == "add":
                # Some are in many chats, so that only the chat tells them apart.
                of = chance.choice([name, "everyone"])
                article = load_text(f"Of {of}: the ship number{chance.randrange(4)} came in.")
                shelf.add(article)
                own[article.id] = article
            elif deed == "forget":
                shelf.forget()
                own.clear()
            elif not own:
                continue
            elif deed == "switch":
                assert shelf.switch(chosen := chance.choice(list(own))).article == own[chosen]
            elif deed == "ask":
                shelf.remember(question := f"What of {name}?")
                shelf.current().ask(question)
                assert shelf.last_question() == question
            elif deed == "all":
                [found] = shelf.ask_all(["The ship?"])
                assert {asked.article.id for asked, _ in found} <= own.keys()
            else:
                shelf.remove(chosen := chance.choice(list(own)))
                del own[chosen]
            assert set(ids(shelf)) == own.keys()
            assert shelf.current().article.id in (own.keys() or {index.article.id})

    def told(name: str) -> None:
        try:
            live(name)
        except Exception as error:  # a thread's error would be lost
            failures.append((name, error))

    threads = [threading.Thread(target=told, args=[f"chat{number}"]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# Any order


EMBEDDER = WordsInCommon()
SHIPPED = ArticleIndex.build(load_text("This came with the program."), EMBEDDER)
CHATS = st.sampled_from(["ann", "ben"])
ARTICLES = st.sampled_from([HARBOUR, LIGHTHOUSE, ORCHARD])


class ShelvesInAnyOrder(RuleBasedStateMachine):
    """Two chats against what a list would do."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store("sqlite://")
        self.restart()
        self.kept: dict[str, list[str]] = {"ann": [], "ben": []}
        self.current: dict[str, str | None] = {"ann": None, "ben": None}

    @rule()
    def restart(self) -> None:
        self.library = library_of(self.store, SHIPPED, EMBEDDER)

    @rule(chat=CHATS, article=ARTICLES)
    def add(self, chat: str, article: Article) -> None:
        added = self.library.shelf(chat).add(article)
        assert added.known == (article.id in self.kept[chat])
        if not added.known:
            self.kept[chat].append(article.id)
        self.current[chat] = article.id

    @rule(chat=CHATS, article=ARTICLES)
    def switch(self, chat: str, article: Article) -> None:
        if article.id in self.kept[chat]:
            assert self.library.shelf(chat).switch(article.id).article == article
            self.current[chat] = article.id
        else:
            with pytest.raises(LibraryError):
                self.library.shelf(chat).switch(article.id)

    @rule(chat=CHATS, article=ARTICLES)
    def remove(self, chat: str, article: Article) -> None:
        if article.id not in self.kept[chat]:
            with pytest.raises(LibraryError):
                self.library.shelf(chat).remove(article.id)
            return
        self.library.shelf(chat).remove(article.id)
        self.kept[chat].remove(article.id)
        if self.current[chat] == article.id:
            self.current[chat] = self.kept[chat][-1] if self.kept[chat] else None

    @rule(chat=CHATS)
    def forget(self, chat: str) -> None:
        self.library.shelf(chat).forget()
        self.kept[chat], self.current[chat] = [], None

    @invariant()
    def as_expected(self) -> None:
        for chat, kept in self.kept.items():
            shelf = self.library.shelf(chat)
            assert ids(shelf) == kept
            assert shelf.current().article.id == (self.current[chat] or SHIPPED.article.id)

    def teardown(self) -> None:
        self.store.close()


TestShelvesInAnyOrder = ShelvesInAnyOrder.TestCase
TestShelvesInAnyOrder.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
