"""What is kept of a chat goes with it when its key changes."""

import numpy as np
import pytest
import sqlalchemy as sa

from index.article_index import ArticleIndex
from index.keeping.inbox import Answered
from index.keeping.pasted import PastedMessage
from index.keeping.schema import ANSWERED, FEEDBACK, PASTED, QUESTIONS, SHARES
from index.keeping.store import Asked, Store
from index.types import Embedder
from tests.index.keeping import samples
from tests.index.keeping.samples import Unwilling, ids, library_of
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded, vectors

OLD, NEW = "group -5", "group -1005"


def write(store: Store, table: sa.Table, chat: str, **values: object) -> None:
    with store._database.writing() as connection:
        connection.execute(table.insert().values(chat=chat, **values))


def chats_in(store: Store, table: sa.Table) -> list[str]:
    with store._database.reading() as connection:
        return list(connection.execute(sa.select(table.c.chat)).scalars())


def judged(question: str) -> dict[str, object]:
    return {
        "article": HARBOUR.id, "question": question, "start": 0, "end": 35, "helpful": True,
        "given": 1.0,
    }  # fmt: skip


def test_all_that_a_chat_has_is_under_its_new_key(any_store: Store) -> None:
    for article in (LIGHTHOUSE, HARBOUR):
        keep(any_store, OLD, article)
    any_store.remember(OLD, Asked(HARBOUR.id, "Who built it?"))
    write(any_store, SHARES, OLD, id=HARBOUR.id, token="t")
    write(any_store, FEEDBACK, OLD, **judged("Who?"))
    any_store.move(OLD, NEW)
    assert [entry.id for entry in any_store.articles(NEW)] == [LIGHTHOUSE.id, HARBOUR.id]
    found = loaded(any_store, NEW, HARBOUR)
    assert found.article == HARBOUR
    assert found.vectors is not None
    np.testing.assert_array_equal(found.vectors, vectors(HARBOUR))
    assert (any_store.current(NEW), any_store.last_question(NEW)) == (HARBOUR.id, "Who built it?")
    assert [chats_in(any_store, table) for table in (SHARES, FEEDBACK, QUESTIONS)] == [[NEW]] * 3
    assert any_store.counts() == (1, 2)


def test_messages_of_the_old_chat_mean_nothing_in_the_new_one(any_store: Store) -> None:
    keep(any_store, OLD, HARBOUR)
    any_store.pasted.keep(OLD, HARBOUR.id, [PastedMessage(7, 0, 12)])
    any_store.inbox.done([1], [Answered(OLD, 8, "key", 9)])
    any_store.move(OLD, NEW)
    assert chats_in(any_store, PASTED) + chats_in(any_store, ANSWERED) == []


def test_what_the_new_chat_has_already_stays(any_store: Store) -> None:
    keep(any_store, OLD, HARBOUR)
    keep(any_store, OLD, LIGHTHOUSE)
    any_store.remember(OLD, Asked(HARBOUR.id, "What did it burn?"))
    keep(any_store, NEW, HARBOUR)
    any_store.remember(NEW, Asked(HARBOUR.id, "Who built it?"))
    for chat in (OLD, NEW):
        write(any_store, FEEDBACK, chat, **judged("Who?"))
    write(any_store, FEEDBACK, OLD, **judged("When?"))
    any_store.move(OLD, NEW)
    assert {entry.id for entry in any_store.articles(NEW)} == {HARBOUR.id, LIGHTHOUSE.id}
    assert (any_store.current(NEW), any_store.last_question(NEW)) == (HARBOUR.id, "Who built it?")
    assert chats_in(any_store, FEEDBACK) == [NEW] * 2
    assert any_store.articles(OLD) == ()


def test_a_new_chat_that_has_chosen_nothing_takes_what_the_old_one_chose(any_store: Store) -> None:
    keep(any_store, OLD, HARBOUR)
    any_store.remember(OLD, Asked(HARBOUR.id, "Who built it?"))
    any_store.remember(NEW, Asked(HARBOUR.id, "Who am I?"))
    any_store.move(OLD, NEW)
    assert (any_store.current(NEW), any_store.last_question(NEW)) == (HARBOUR.id, "Who built it?")


def test_moving_twice_or_nothing_changes_nothing(any_store: Store) -> None:
    any_store.move(OLD, NEW)
    assert any_store.counts() == (0, 0)
    keep(any_store, OLD, HARBOUR)
    any_store.move(OLD, OLD)
    for _ in range(2):
        any_store.move(OLD, NEW)
    assert loaded(any_store, NEW, HARBOUR).article == HARBOUR


def test_topics_move_and_chats_with_a_longer_number_stay(any_store: Store) -> None:
    for chat in (f"{OLD}:7", f"{OLD}5", "group _5:7"):
        keep(any_store, chat, HARBOUR)
    any_store.move(OLD, NEW)
    for chat in (f"{NEW}:7", f"{OLD}5", "group _5:7"):
        assert len(any_store.articles(chat)) == 1
    assert any_store.counts() == (3, 3)


@pytest.mark.parametrize("kept", [True, False])
def test_the_library_finds_it_at_once(
    unwilling: Unwilling, index: ArticleIndex, embedder: Embedder, kept: bool
) -> None:
    library = library_of(unwilling, index, embedder)  # type: ignore[arg-type]
    unwilling.failing = set() if kept else {"add"}
    library.collection(OLD).add(samples.HARBOUR)
    library.move(OLD, NEW)
    assert ids(library.collection(NEW)) == [samples.HARBOUR.id]
    assert library.collection(NEW).current().article.id == samples.HARBOUR.id
    assert library.collection(OLD).articles() == ()
    assert library.collection(OLD).current() is index
