"""All articles of all chats: what a shelf holds, and what happens when it can't be kept."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.article_index import ArticleIndex
from index.errors import LibraryError, StorageError
from index.keeping.library import Library, Limits, Shelf
from index.keeping.store import Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.types import Article, Embedder, Vectors
from tests.conftest import WordsInCommon

HARBOUR = load_text("The harbour of Lund opened in 1902. Ada Moor built it.", title="Lund")
FERRY = load_text("The ferry to Holm runs twice a day. A ticket costs three crowns.", title="Ferry")
CATS = load_text("The old cat sleeps on the stove. It ate a fish.", title="Cats")


class OtherModel(WordsInCommon):
    identity = "other@2"


class NotToEmbed(WordsInCommon):
    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("an article was embedded")


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return library.shelf("ann")


@pytest.fixture
def file_library(tmp_path: Path, index: ArticleIndex, embedder: Embedder) -> Iterator[Library]:
    library = Library(Store.in_folder(tmp_path), embedder, EvidenceReader(), lambda: index)
    yield library
    library.store.close()


def after_restart(library: Library, embedder: Embedder, limits: Limits | None = None) -> Library:
    return Library(
        library.store, embedder, EvidenceReader(), library.shipped, limits or library.limits
    )


def titles(shelf: Shelf) -> list[str]:
    return [kept.title for kept in shelf.articles()]


def test_without_an_article_of_its_own_a_chat_asks_the_shipped_one(
    shelf: Shelf, index: ArticleIndex
) -> None:
    assert shelf.current() is index
    assert shelf.articles() == ()


def test_what_is_added_is_current(shelf: Shelf) -> None:
    added = shelf.add(HARBOUR)
    assert (added.known, added.unkept) == (False, None)
    assert shelf.current() is added.index
    assert titles(shelf) == ["Lund"]


def test_the_same_text_is_known(shelf: Shelf) -> None:
    first = shelf.add(HARBOUR)
    shelf.add(FERRY)
    again = shelf.add(HARBOUR)
    assert again.known
    assert again.index is first.index
    assert titles(shelf) == ["Lund", "Ferry"]
    assert shelf.current() is first.index


def test_after_a_restart_nothing_is_embedded_again(library: Library) -> None:
    answer = library.shelf("ann").add(HARBOUR).index.ask("Who built the harbour of Lund?")
    shelf = after_restart(library, NotToEmbed()).shelf("ann")
    assert shelf.current().article == HARBOUR
    again = shelf.current().ask("Who built the harbour of Lund?")
    assert [c.sentence for c in again.ranked] == [c.sentence for c in answer.ranked]
    assert again.confidence == pytest.approx(answer.confidence)
    assert shelf.look_at(HARBOUR).article == HARBOUR


def test_vectors_of_another_model_are_made_anew_and_replaced(library: Library) -> None:
    library.shelf("ann").add(HARBOUR)
    assert after_restart(library, OtherModel()).shelf("ann").current().article == HARBOUR
    stored = library.store.load("ann", HARBOUR.id, "other@2")
    assert stored is not None
    assert stored.vectors is not None
    old = library.store.load("ann", HARBOUR.id, WordsInCommon.identity)
    assert old is not None
    assert old.vectors is None


def test_switching_and_removing(shelf: Shelf, index: ArticleIndex) -> None:
    for article in (HARBOUR, FERRY, CATS):
        shelf.add(article)
    assert shelf.switch(HARBOUR.id).article == HARBOUR
    assert shelf.remove(HARBOUR.id).title == "Lund"
    assert shelf.current().article == CATS
    shelf.remove(FERRY.id)
    assert shelf.current().article == CATS
    shelf.remove(CATS.id)
    assert shelf.current() is index
    for gone in (shelf.switch, shelf.remove, shelf.index_of):
        with pytest.raises(LibraryError, match="no such article"):
            gone(CATS.id)


def test_one_chat_can_not_touch_anothers(library: Library) -> None:
    library.shelf("ann").add(HARBOUR)
    ben = library.shelf("ben")
    for touch in (ben.switch, ben.remove, ben.index_of):
        with pytest.raises(LibraryError):
            touch(HARBOUR.id)
    ben.add(HARBOUR)
    ben.forget()
    assert titles(library.shelf("ann")) == ["Lund"]


def test_the_limits_are_told(library: Library, embedder: Embedder) -> None:
    few = after_restart(library, embedder, Limits(articles=2)).shelf("ann")
    few.add(HARBOUR)
    few.add(FERRY)
    with pytest.raises(LibraryError, match="2 articles, and that is the limit"):
        few.add(CATS)
    assert few.add(HARBOUR).known
    short = after_restart(library, embedder, Limits(bytes=100)).shelf("ben")
    short.add(HARBOUR)
    with pytest.raises(LibraryError, match="100 bytes"):
        short.add(FERRY)
    assert titles(short) == ["Lund"]


def test_all_articles_are_asked_the_surest_first(shelf: Shelf) -> None:
    for article in (HARBOUR, CATS, FERRY):
        shelf.add(article)
    asked = shelf.ask_all(["How often does the ferry to Holm run a day?"])[0]
    assert asked[0][0].article.title == "Ferry"
    confidences = [answer.confidence for _, answer in asked]
    assert confidences == sorted(confidences, reverse=True)


def test_each_question_is_put_to_all_articles_and_may_follow_up_the_one_before(
    shelf: Shelf,
) -> None:
    for article in (HARBOUR, CATS, FERRY):
        shelf.add(article)
    asked = ["How often does the ferry to Holm run a day?", "And when?"]
    first, second = shelf.ask_all(asked)
    assert first[0][0].article.title == "Ferry"
    for said, question in zip((first, second), asked, strict=True):
        assert {index.article.title for index, _ in said} == {"Lund", "Cats", "Ferry"}
        assert {answer.question for _, answer in said} == {question}
    # Alone it would name nothing; where the question before is refused, it is refused as well.
    answered = {index.article.id for index, answer in first if answer.answered}
    assert {index.article.id for index, answer in second if answer.answered} <= answered


def test_of_many_articles_the_likeliest_to_answer_any_of_the_questions_are_read(
    shelf: Shelf,
) -> None:
    for number in range(8):
        shelf.add(load_text(f"Ship number {number} carries wood and stone."))
    shelf.add(FERRY)
    shelf.add(CATS)
    asked = shelf.ask_all(["What does a ticket cost?", "Where does the old cat sleep?"])
    assert [said[0][0].article for said in asked] == [FERRY, CATS]
    assert [len(said) for said in asked] == [5, 5]


def test_of_many_articles_the_likeliest_are_read(shelf: Shelf) -> None:
    for number in range(8):
        shelf.add(load_text(f"Ship number {number} carries wood and stone."))
    shelf.add(FERRY)
    asked = shelf.ask_all(["What does a ticket cost?"])[0]
    assert len(asked) == 5
    assert asked[0][0].article == FERRY


def test_without_articles_the_shipped_one_is_asked(shelf: Shelf, index: ArticleIndex) -> None:
    [(asked, answer)] = shelf.ask_all(["Who released the photos?"])[0]
    assert asked is index
    assert answer.answered


def test_the_last_question_is_that_of_the_current_article(shelf: Shelf) -> None:
    shelf.add(HARBOUR)
    shelf.remember("Who built it?")
    assert shelf.last_question() == "Who built it?"
    shelf.add(FERRY)
    assert shelf.last_question() is None


# A store that fails


def test_what_can_not_be_kept_is_asked_from_memory(file_library: Library, tmp_path: Path) -> None:
    shelf = file_library.shelf("ann")
    shelf.add(HARBOUR)
    shelf.current()

    @sa.event.listens_for(file_library.store._engine, "begin")
    def fail(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            raise sa.exc.OperationalError("BEGIN", None, Exception("database or disk is full"))

    added = shelf.add(FERRY)
    assert added.unkept is not None
    assert "disk is full" in added.unkept
    assert titles(shelf) == ["Lund", "Ferry"]
    assert shelf.switch(FERRY.id) is added.index
    shelf.remember("Who?")
    with pytest.raises(StorageError, match="disk is full"):
        shelf.forget()
    assert shelf.add(FERRY).known


def test_a_store_that_can_not_be_opened_stops_no_answer(
    tmp_path: Path, index: ArticleIndex, embedder: Embedder
) -> None:
    (tmp_path / "file").write_text("in the way")
    library = Library(
        Store.in_folder(tmp_path / "file"), embedder, EvidenceReader(), lambda: index,
        Limits(days=1),
    )  # fmt: skip
    shelf = library.shelf("ann")
    library.expire()
    assert shelf.current() is index
    assert shelf.last_question() is None
    added = shelf.add(HARBOUR)
    assert added.unkept is not None
    assert added.index.ask("Who built the harbour of Lund?").ranked


def test_what_is_too_old_is_expired(file_library: Library, embedder: Embedder) -> None:
    library = after_restart(file_library, embedder, Limits(days=30))
    library.shelf("ann").add(HARBOUR)
    library.expire()
    assert titles(library.shelf("ann")) == ["Lund"]
    with library.store._writing() as connection:
        connection.exec_driver_sql("UPDATE chats SET used = used - 31 * 86400")
    library.expire()
    assert titles(library.shelf("ann")) == []


# Many at once


def test_fifty_chats_at_once_never_meet(file_library: Library) -> None:
    failures: list[object] = []

    def live(chat: str) -> None:
        try:
            shelf = file_library.shelf(chat)
            for number in range(2):
                own = load_text(f"The secret of {chat} is {chat} times {number}.")
                shelf.add(own)
                if shelf.current().article != own:
                    failures.append((chat, shelf.current().article.text))
                shelf.remember(f"What is the secret of {chat}?")
            if len(shelf.articles()) != 2 or chat not in str(shelf.last_question()):
                failures.append((chat, shelf.articles()))
            if chat.endswith("0"):
                shelf.forget()
        except Exception as error:  # a thread's error would be lost
            failures.append((chat, error))

    threads = [threading.Thread(target=live, args=[f"chat-{number}"]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


class ShelfAgainstALot(RuleBasedStateMachine):
    """Two shelves beside two plain lists, whatever happens."""

    articles = (HARBOUR, FERRY, CATS)

    @initialize()
    def begin(self) -> None:
        self.library = Library(
            Store("sqlite://"), WordsInCommon(), EvidenceReader(), lambda: SHIPPED, Limits(2)
        )
        self.kept: dict[str, list[Article]] = {"ann": [], "ben": []}
        self.current: dict[str, Article | None] = {"ann": None, "ben": None}

    chats = st.sampled_from(["ann", "ben"])
    some = st.sampled_from(articles)

    @rule(chat=chats, article=some)
    def add(self, chat: str, article: Article) -> None:
        if len(self.kept[chat]) == 2 and article not in self.kept[chat]:
            with pytest.raises(LibraryError):
                self.library.shelf(chat).add(article)
            return
        assert self.library.shelf(chat).add(article).known == (article in self.kept[chat])
        if article not in self.kept[chat]:
            self.kept[chat].append(article)
        self.current[chat] = article

    @rule(chat=chats, article=some)
    def switch(self, chat: str, article: Article) -> None:
        if article in self.kept[chat]:
            self.library.shelf(chat).switch(article.id)
            self.current[chat] = article
        else:
            with pytest.raises(LibraryError):
                self.library.shelf(chat).switch(article.id)

    @rule(chat=chats, article=some)
    def remove(self, chat: str, article: Article) -> None:
        if article not in self.kept[chat]:
            with pytest.raises(LibraryError):
                self.library.shelf(chat).remove(article.id)
            return
        self.library.shelf(chat).remove(article.id)
        self.kept[chat].remove(article)
        if self.current[chat] == article:
            self.current[chat] = self.kept[chat][-1] if self.kept[chat] else None

    @rule(chat=chats)
    def forget(self, chat: str) -> None:
        self.library.shelf(chat).forget()
        self.kept[chat], self.current[chat] = [], None

    @rule()
    def restart(self) -> None:
        self.library = after_restart(self.library, NotToEmbed())
        self.library.embedder = WordsInCommon()

    @invariant()
    def both_are_as_they_should_be(self) -> None:
        for chat, kept in getattr(self, "kept", {}).items():
            shelf = self.library.shelf(chat)
            assert [each.id for each in shelf.articles()] == [each.id for each in kept]
            expected = self.current[chat] or SHIPPED.article
            assert shelf.current().article == expected

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.store.close()


SHIPPED = ArticleIndex.build(load_text("It came with the program."), WordsInCommon())
TestShelfAgainstALot = ShelfAgainstALot.TestCase
TestShelfAgainstALot.settings = settings(
    deadline=None, max_examples=15, stateful_step_count=15,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
