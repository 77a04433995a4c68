"""A real PostgreSQL server: what can go wrong with it is said in one line, without the password."""

import sys
import traceback
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from index.errors import StorageBusy, StorageError, StorageReadOnly
from index.keeping.store import Store
from tests.index.keeping.stored import HARBOUR, keep, loaded


def test_an_article_is_kept_and_found_again(postgres: str) -> None:
    store, again = Store(postgres), Store(postgres)
    keep(store, "paula", HARBOUR)
    assert loaded(again, "paula", HARBOUR).article == HARBOUR
    again.forget("paula")
    assert store.articles("paula") == ()
    for each in (store, again):
        each.close()


def with_name(address: str, **parts: str) -> str:
    """The address of a database with another name, user or password."""
    return sa.make_url(address).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


def test_a_database_that_is_not_there_is_told(postgres: str) -> None:
    with pytest.raises(StorageError, match=r"^The database nowhere: .*no such database"):
        Store(with_name(postgres, database="nowhere")).articles("paula")


def test_a_user_that_is_not_there_is_told(postgres: str) -> None:
    with pytest.raises(StorageError, match="no such user"):
        Store(with_name(postgres, username="nobody")).articles("paula")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(
        StorageError, match=r"^The database bot at 127\.0\.0\.1: .*can't be reached"
    ):
        Store("postgresql://bot:s3cret@127.0.0.1:9/bot").articles("paula")
    with pytest.raises(StorageError, match="can't be found"):
        Store("postgresql://bot:s3cret@nowhere.invalid/bot").articles("paula")


def test_a_user_without_rights_is_told(postgres: str) -> None:
    engine = sa.create_engine(postgres.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE strict")
        connection.exec_driver_sql("CREATE ROLE guest LOGIN")
    with pytest.raises(StorageReadOnly, match="may not write"):
        Store(with_name(postgres, database="strict", username="guest")).articles("paula")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("DROP DATABASE strict")
        connection.exec_driver_sql("DROP ROLE guest")
    engine.dispose()


def test_a_wrong_password_is_told(postgres: str) -> None:
    engine = sa.create_engine(postgres.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE ROLE strict LOGIN PASSWORD 'right'")
        rules = Path(connection.exec_driver_sql("SHOW hba_file").scalar_one())
        before = rules.read_text()
        rules.write_text(f"local all strict scram-sha-256\n{before}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        for password in ({}, {"password": "s3cret"}):
            with pytest.raises(StorageError, match="refuses the user or the password") as raised:
                Store(with_name(postgres, username="strict", **password)).articles("paula")
            assert "s3cret" not in "".join(traceback.format_exception(raised.value))
        rules.write_text(before)
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql("DROP ROLE strict")
    engine.dispose()


def test_a_server_without_room_for_another_connection_is_told(postgres: str) -> None:
    store = Store(postgres)
    store.articles("paula")
    engine = sa.create_engine(
        postgres.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool
    )
    held: list[sa.Connection] = []
    with suppress(sa.exc.OperationalError):
        while True:
            held.append(engine.connect())
    with pytest.raises(StorageBusy, match="takes no more connections"):
        Store(postgres).articles("paula")
    assert store.articles("paula") == ()
    for each in held:
        each.close()
    store.close()


def test_without_its_driver_we_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r'pip install "article-bot\[postgresql\]"'):
        Store("postgresql://bot@127.0.0.1/bot").articles("paula")


@pytest.mark.parametrize("password", ["s3cret", "s:3cret/", "s3cret@x"])
@pytest.mark.parametrize("place", ["127.0.0.1:9", "127.0.0.1:port", "nowhere.invalid", "[::1"])
def test_a_password_is_in_no_error(password: str, place: str) -> None:
    with pytest.raises(StorageError) as raised:
        Store(f"postgresql://bot:{quote(password, safe='')}@{place}/bot").articles("paula")
    assert "3cret" not in "".join(traceback.format_exception(raised.value))
