"""Many chats: none sees another, and what nobody uses goes."""

import contextlib
import random
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.article_index import ArticleIndex
from index.errors import CollectionError
from index.keeping import library as library_module
from index.keeping.library import Library, Limits
from index.keeping.store import FILE, Asked, Store
from index.loading import load_text
from index.types import Article, Embedder
from tests.conftest import WordsInCommon
from tests.index.keeping.samples import (
    HARBOUR,
    LIGHTHOUSE,
    ORCHARD,
    after_restart,
    ids,
    library_of,
    titles,
)


def test_what_nobody_used_is_forgotten_after_its_days(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_of(store, index, embedder, Limits(days=1))
    library.collection("ann").add(HARBOUR)
    library.expire()
    assert ids(library.collection("ann")) == [HARBOUR.id]
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 2 * 24 * 60 * 60)
    library.collection("ben").add(LIGHTHOUSE)
    library.expire()
    assert library.collection("ann").articles() == ()
    with pytest.raises(CollectionError):
        library.collection("ann").load_index(HARBOUR.id)
    assert ids(library.collection("ben")) == [LIGHTHOUSE.id]


def test_what_is_too_old_is_expired(file_library: Library, embedder: Embedder) -> None:
    library = after_restart(file_library, embedder, Limits(days=30))
    library.collection("ann").add(HARBOUR)
    library.expire()
    assert titles(library.collection("ann")) == ["Lund"]
    with library.store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE chats SET used = used - 31 * 86400")
    library.expire()
    assert titles(library.collection("ann")) == []


def test_what_is_too_old_is_gone_from_memory_while_another_program_reads(
    file_library: Library, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.keeping.database._ERASING_SECONDS", 0.05)
    library = after_restart(file_library, embedder, Limits(days=30))
    library.collection("ann").add(HARBOUR)
    with library.store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE chats SET used = used - 31 * 86400")
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        assert library.expire() == 1
        with pytest.raises(CollectionError):
            library.collection("ann").load_index(HARBOUR.id)


def test_one_chat_can_not_touch_anothers(library: Library) -> None:
    library.collection("ann").add(HARBOUR)
    ben = library.collection("ben")
    for touch in (ben.switch, ben.remove, ben.load_index):
        with pytest.raises(CollectionError):
            touch(HARBOUR.id)
    ben.add(HARBOUR)
    ben.forget()
    assert titles(library.collection("ann")) == ["Lund"]


def test_fifty_chats_at_once_never_see_each_other(
    store: Store, index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        library_module, "_CACHED_SENTENCES", 60
    )  # So that indexes go and come again.
    library, failures = library_of(store, index, embedder), list[object]()

    def live(name: str) -> None:
        chance, collection, own = (
            random.Random(name),
            library.collection(name),
            dict[str, Article](),
        )
        for _ in range(12):
            deed = chance.choice(["add", "add", "add", "switch", "ask", "all", "remove", "forget"])
            if deed == "add":
                # Some are in many chats, so that only the chat tells them apart.
                of = chance.choice([name, "everyone"])
                article = load_text(f"Of {of}: the ship number{chance.randrange(4)} came in.")
                collection.add(article)
                own[article.id] = article
            elif deed == "forget":
                collection.forget()
                own.clear()
            elif not own:
                continue
            elif deed == "switch":
                assert collection.switch(chosen := chance.choice(list(own))).article == own[chosen]
            elif deed == "ask":
                current = collection.current()
                collection.remember(asked := Asked(current.article.id, f"What of {name}?"))
                current.ask(asked.question)
                assert collection.last_question() == asked.question
                assert asked in collection.recent_questions()
            elif deed == "all":
                [found] = collection.ask_all(["The ship?"])
                assert {each.article.id for each in found} <= own.keys()
            else:
                collection.remove(chosen := chance.choice(list(own)))
                del own[chosen]
            assert {each.article for each in collection.recent_questions()} <= own.keys()
            assert set(ids(collection)) == own.keys()
            assert collection.current().article.id in (own.keys() or {index.article.id})

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


EMBEDDER = WordsInCommon()

SHIPPED = ArticleIndex.build(load_text("This came with the program."), EMBEDDER)

CHATS = st.sampled_from(["ann", "ben"])

ARTICLES = st.sampled_from([HARBOUR, LIGHTHOUSE, ORCHARD])


class CollectionsInAnyOrder(RuleBasedStateMachine):
    """Two chats against what a list would do."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store("sqlite://")
        self.restart()
        self.kept: dict[str, list[str]] = {"ann": [], "ben": []}
        self.current: dict[str, str | None] = {"ann": None, "ben": None}

    @rule()
    def restart(self) -> None:
        self.library = library_of(self.store, SHIPPED, EMBEDDER, Limits(articles=2))

    @rule(chat=CHATS, article=ARTICLES)
    def add(self, chat: str, article: Article) -> None:
        if len(self.kept[chat]) == 2 and article.id not in self.kept[chat]:
            with pytest.raises(CollectionError):
                self.library.collection(chat).add(article)
            return
        added = self.library.collection(chat).add(article)
        assert added.already_there == (article.id in self.kept[chat])
        if not added.already_there:
            self.kept[chat].append(article.id)
        self.current[chat] = article.id

    @rule(chat=CHATS, article=ARTICLES)
    def switch(self, chat: str, article: Article) -> None:
        if article.id in self.kept[chat]:
            assert self.library.collection(chat).switch(article.id).article == article
            self.current[chat] = article.id
        else:
            with pytest.raises(CollectionError):
                self.library.collection(chat).switch(article.id)

    @rule(chat=CHATS, article=ARTICLES)
    def remove(self, chat: str, article: Article) -> None:
        if article.id not in self.kept[chat]:
            with pytest.raises(CollectionError):
                self.library.collection(chat).remove(article.id)
            return
        self.library.collection(chat).remove(article.id)
        self.kept[chat].remove(article.id)
        if self.current[chat] == article.id:
            self.current[chat] = self.kept[chat][-1] if self.kept[chat] else None

    @rule(chat=CHATS)
    def forget(self, chat: str) -> None:
        self.library.collection(chat).forget()
        self.kept[chat], self.current[chat] = [], None

    @invariant()
    def as_expected(self) -> None:
        for chat, kept in self.kept.items():
            collection = self.library.collection(chat)
            assert ids(collection) == kept
            assert collection.current().article.id == (self.current[chat] or SHIPPED.article.id)

    def teardown(self) -> None:
        self.store.close()


TestCollectionsInAnyOrder = CollectionsInAnyOrder.TestCase
TestCollectionsInAnyOrder.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None
)
