"""Processes that share a database: each chat is of one of them, as long as that one lives."""

import queue
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from index.errors import StorageError
from index.keeping.inbox import Received
from index.keeping.replica import Replica
from index.keeping.store import Store
from tests.index.keeping.cutting import cut


class Member:
    """A process that has joined; what it is told stands in queues."""

    def __init__(self, store: Store) -> None:
        assert store.replica
        self.replica: Replica = store.replica
        self.told: queue.Queue[str] = queue.Queue()
        self.lost: queue.Queue[bool] = queue.Queue()
        self.replica.join(self.told.put, lambda: self.lost.put(True))


@contextmanager
def member(database: str) -> Iterator[Member]:
    store = Store(database)
    joined = Member(store)
    yield joined
    joined.replica.leave()
    store.close()


@pytest.fixture
def ann(database: str) -> Iterator[Member]:
    with member(database) as joined:
        yield joined


@pytest.fixture
def ben(database: str) -> Iterator[Member]:
    with member(database) as joined:
        yield joined


@pytest.fixture
def inbox(database: str) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.close()


def test_a_chat_is_of_who_claims_it_first_and_the_others_tell_that_one(
    ann: Member, ben: Member
) -> None:
    assert ann.replica.claim("1")
    assert not ben.replica.claim("1")
    assert ann.told.get(timeout=10) == "1"
    assert ann.replica.claim("1")
    assert ben.replica.claim("2")
    assert ann.told.empty()


def test_a_chat_that_is_released_is_of_who_claims_it_next(ann: Member, ben: Member) -> None:
    ann.replica.claim("1")
    ben.replica.release("1")  # It isn't his.
    assert not ben.replica.claim("1")
    ann.replica.release("1")
    assert ben.replica.claim("1")
    assert not ann.replica.claim("1")


def test_the_chats_of_who_leaves_are_free(ann: Member, ben: Member) -> None:
    ann.replica.claim("1")
    ann.replica.leave()
    assert ben.replica.claim("1")
    with pytest.raises(StorageError):
        ann.replica.claim("1")
    assert ann.lost.empty()


def test_who_loses_the_connection_knows_it_and_comes_back_under_another_name(
    ann: Member, ben: Member, database: str
) -> None:
    ann.replica.claim("1")
    assert not ben.replica.claim("1")
    name = ann.replica._id
    cut(database, f"(classid::bigint << 32) + objid::bigint = {name}")
    assert ann.lost.get(timeout=10)
    with pytest.raises(StorageError, match="lost"):
        ann.replica.claim("1")
    assert ben.replica.claim("1")
    ann.replica.join(ann.told.put, lambda: ann.lost.put(True))
    assert not ann.replica.claim("1")
    assert ben.lost.empty()


KILLED = """
import os, signal, sys
from index.keeping.store import Store
from tests.index.keeping.cutting import cut
replica = Store(sys.argv[1]).replica
replica.join(print, print)
replica.claim("1")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_chats_of_a_process_that_was_killed_are_free(ann: Member, database: str) -> None:
    subprocess.run([sys.executable, "-c", KILLED, database], check=False)
    assert ann.replica.claim("1")


def received(update_id: int, chat: str) -> Received:
    return Received(update_id, chat, {"update_id": update_id})


def test_what_waits_is_the_business_of_a_living_owner_alone(
    ann: Member, ben: Member, inbox: Store
) -> None:
    inbox.inbox.add([received(1, "1"), received(2, "2"), received(3, "3"), received(4, "1")])
    inbox.inbox.done([4])
    ann.replica.claim("1")
    ben.replica.claim("2")
    assert ann.replica.unattended() == [("1", 1), ("3", 3)]
    assert ben.replica.unattended() == [("2", 2), ("3", 3)]
    ben.replica.leave()
    assert ann.replica.unattended() == [("1", 1), ("2", 2), ("3", 3)]


def test_many_who_want_the_same_chats_at_once_agree(ann: Member, ben: Member) -> None:
    chats = [str(number) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        claimed = [list(threads.map(each.replica.claim, chats)) for each in (ann, ben)]
        again = [list(threads.map(each.replica.claim, chats)) for each in (ben, ann)]
    assert claimed == again[::-1]
    assert all(of_ann != of_ben for of_ann, of_ben in zip(*claimed, strict=True))


def test_several_may_start_at_once_on_an_empty_database(database: str) -> None:
    stores = [Store(database) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(Store.counts, stores))
    assert counts == [(0, 0)] * 4
    for store in stores:
        store.close()


def test_a_file_is_shared_with_nobody(store: Store) -> None:
    assert store.replica is None
