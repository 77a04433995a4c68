"""A large chat has a table of its own in PostgreSQL. What goes wrong with it changes no answer."""

import logging
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from index.keeping import graph_tables
from index.keeping.graph_tables import has_graph, table_of, whole_articles
from index.keeping.pgvector import PgVectors
from index.keeping.store import Store
from tests.index.keeping.vectors import (
    MODEL,
    QUERIES,
    expected,
    keep,
    keep_some,
    nearest,
    random_vectors,
    wait_until_filled,
)

ANNS = table_of("ann", MODEL)


def opened(address: str, border: int = 1) -> Store:
    store = Store(address)
    store.vectors = PgVectors(store._database, border)
    return store


@pytest.fixture
def store(postgres: str) -> Iterator[Store]:
    """One for which every chat is large."""
    store = opened(postgres)
    store.expire(time.time() + 60)  # What the test before has left.
    with store._database.writing() as connection:
        graph_tables.drop_empty_tables(connection)
    yield store
    store.close()


def ask(store: Store, chat: str = "ann") -> dict[str, float]:
    """The three nearest articles, once the tables are filled."""
    store.vectors.similarities(chat, MODEL, QUERIES, 3)
    wait_until_filled(store)
    return nearest(store.vectors.similarities(chat, MODEL, QUERIES, 3), 3)


def whole(store: Store, table: str = ANNS) -> set[str]:
    with store._database.reading() as connection:
        return whole_articles(connection, table)


def is_finished(store: Store, table: str = ANNS) -> bool:
    with store._database.reading() as connection:
        return has_graph(connection, table)


def tables(store: Store) -> list[str]:
    with store._database.reading() as connection:
        return [name for name in sa.inspect(connection).get_table_names() if "nearest" in name]


def test_a_large_chat_has_a_table_with_a_graph(store: Store) -> None:
    kept = keep_some(store, "ann", 5)
    ask(store)
    assert whole(store) == kept.keys()
    assert is_finished(store)


def test_a_small_chat_has_none(store: Store, postgres: str) -> None:
    kept = keep_some(store, "small", 5)
    sentences = sum(map(len, kept.values()))
    for border, is_large in ((sentences + 1, False), (sentences, True)):
        other = opened(postgres, border)
        ask(other, "small")
        assert (table_of("small", MODEL) in tables(store)) is is_large
        other.close()


def test_long_articles_are_written_in_parts_also_over_a_restart(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_tables, "_WRITTEN_AT_ONCE", 2)
    kept = {keep(store, "ann", random_vectors(9, seed)).id for seed in (30, 31)}
    for _ in range(3):
        with store._database.writing() as connection:
            graph_tables.write_sentences(connection, "ann", MODEL, 8, min(kept))
    assert whole(store) == set()
    ask(store)
    assert whole(store) == kept
    with store._database.reading() as connection:
        numbers = connection.execute(sa.text(f"SELECT number FROM {ANNS} ORDER BY id, number"))
        assert list(numbers.scalars()) == [*range(9), *range(9)]


def test_a_graph_that_was_not_finished_is_made_anew(store: Store) -> None:
    keep_some(store, "ann", 5)
    before = ask(store)
    with store._database.writing() as connection:
        connection.execute(
            sa.text(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(:graph)"
            ),
            {"graph": f"{ANNS}_graph"},
        )
    assert not is_finished(store)
    assert ask(store) == pytest.approx(before)
    assert is_finished(store)


def test_two_programs_fill_a_table_at_once(store: Store, postgres: str) -> None:
    kept = keep_some(store, "ann", 30)
    others = [opened(postgres) for _ in range(3)]
    start = threading.Barrier(len(others))
    found = list[dict[str, float]]()

    def asks(other: Store) -> None:
        start.wait()
        found.append(ask(other))

    threads = [threading.Thread(target=asks, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in (*found, ask(store)):
        assert each == pytest.approx(expected(kept, QUERIES, 3), abs=1e-5)
    assert whole(store) == kept.keys()
    for other in others:
        other.close()


def test_while_another_program_fills_tables_this_one_does_not(store: Store) -> None:
    kept = keep_some(store, "ann", 5)
    with store._database.without_transaction() as connection, graph_tables.turn(connection):
        assert ask(store) == pytest.approx(expected(kept, QUERIES, 3), abs=1e-5)
        assert whole(store) == set()
    ask(store)
    assert whole(store) == kept.keys()


def test_nothing_is_left_of_a_forgotten_chat(store: Store) -> None:
    keep_some(store, "ann", 5)
    keep_some(store, "ben", 5)
    ask(store)
    store.forget("ann")
    assert whole(store) == set()
    ask(store, "ben")
    assert tables(store) == [table_of("ben", MODEL)]


def test_without_the_right_to_pgvector_all_is_compared_and_it_is_said_once(
    store: Store, postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = keep_some(store, "ann", 5)
    with store._database.writing() as connection:
        for statement in (
            "DROP EXTENSION IF EXISTS vector CASCADE",
            "DROP ROLE IF EXISTS plain",
            "CREATE ROLE plain LOGIN",
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain",
            "GRANT CREATE ON SCHEMA public TO plain",
        ):
            connection.execute(sa.text(statement))
    plain = opened(sa.make_url(postgres).set(username="plain").render_as_string())
    for _ in range(2):
        assert ask(plain) == pytest.approx(expected(kept, QUERIES, 3), abs=1e-5)
    plain.close()
    warnings = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "pgvector" in warnings[0]
    with store._database.writing() as connection:
        connection.execute(sa.text("DROP OWNED BY plain"))
        connection.execute(sa.text("DROP ROLE plain"))
