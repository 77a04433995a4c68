"""What can go wrong with a database is said in one line, and nothing is lost."""

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from index.errors import StorageError
from index.keeping.store import FILE, Store
from index.loading import load_text
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded


def test_what_is_kept_is_in_no_traceback(kept: Store, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("DROP TABLE sentence_vectors")
    private = load_text("What no log may tell.", title="Diary")
    with pytest.raises(StorageError) as raised:
        keep(kept, "ann", private)
    logged = "".join(traceback.format_exception(raised.value))
    assert not any(word in logged for word in ("no log may", "Diary", private.id))


@pytest.mark.parametrize("url", ["nonsense", "nodialect+nodriver://ann:word@host/name"])
def test_an_address_of_no_database_is_told(url: str) -> None:
    with pytest.raises(StorageError) as raised:
        Store(url).articles("ann")
    assert "word" not in str(raised.value)


def test_a_folder_of_any_name_will_do(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path / "50% of what? #1 @é")
    keep(store, "ann", HARBOUR)
    store.close()
    assert (tmp_path / "50% of what? #1 @é" / FILE).stat().st_size > 0


def test_the_files_are_nobody_elses(kept: Store, tmp_path: Path) -> None:
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    deep = Store.in_folder(tmp_path / "a" / "b")
    deep.articles("ann")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0
    deep.close()


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StorageError, match="Move it away"):
        Store.in_folder(tmp_path).articles("ann")
    assert (tmp_path / FILE).read_bytes() == content


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        Store.in_folder(tmp_path / "file" / "data").articles("ann")


def test_a_full_disk_is_told_and_what_was_kept_stays(kept: Store, tmp_path: Path) -> None:
    with kept._database._open().connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    @sa.event.listens_for(kept._database._open(), "connect")
    def fill_the_disk(connection: sa.PoolProxiedConnection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    kept._database._open().dispose()  # So that it connects anew.

    long = load_text("The sea is wide. " * 5000)
    with pytest.raises(StorageError, match="disk is full"):
        keep(kept, "ann", long)
    assert len(kept.articles("ann")) == 2
    assert loaded(kept, "ann", LIGHTHOUSE).article == LIGHTHOUSE


READ_ONLY = """
import os, sys
from pathlib import Path
from index.errors import StorageError
from index.keeping.store import Asked, Store
Store("sqlite://").articles("ann")  # everything is imported before permissions are given up
os.setuid(65534)
store = Store.in_folder(Path(sys.argv[1]))
try:
    store.remember("ann", Asked("article", "Who?"))
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody without permission")
def test_a_folder_that_may_only_be_read_is_told(kept: Store, tmp_path: Path) -> None:
    kept.close()
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    for path in tmp_path.glob(f"{FILE}*"):
        path.chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, tmp_path], capture_output=True, text=True, check=False
    )
    assert "Check" in done.stdout, done.stderr


FULL = """
import resource, sys, signal
from pathlib import Path
from index.errors import StorageError
from index.loading import load_text
from index.keeping.store import Store
from tests.index.keeping.stored import keep
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.in_folder(Path(sys.argv[1]))
keep(store, "ann", load_text("Kept before the disk was full."))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    keep(store, "ann", load_text("The sea is wide. " * 50000))
except StorageError as error:
    print(error)
print(len(store.articles("ann")))
"""


def test_a_write_that_the_system_refuses_is_told(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False
    )
    message, count = done.stdout.splitlines()
    assert str(tmp_path) in message
    assert count == "1"
