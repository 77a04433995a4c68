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

from index.errors import StorageError, StorageReadOnly
from index.keeping.store import FILE, Store
from index.loading import load_text
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded, words_in


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


def test_what_is_kept_is_read_while_another_program_writes_for_long(
    kept: Store, tmp_path: Path
) -> None:
    kept.close()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE chats SET used = 0")
        assert len(kept.articles("ann")) == 2


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
from index.article_index import ArticleIndex
from index.errors import StorageReadOnly
from index.keeping.library import Library
from index.keeping.store import Asked, Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from tests.conftest import WordsInCommon
embedder = WordsInCommon()
shipped = ArticleIndex.build(load_text("This came with the program."), embedder)
Store("sqlite://").articles("ann")  # everything is imported before permissions are given up
if os.getuid() == 0:
    os.setuid(65534)
library = Library(
    Store.in_folder(Path(sys.argv[1])), embedder, EvidenceReader(), lambda: shipped
)
ann = library.collection("ann")
print([entry.title for entry in ann.articles()])
print(ann.current().article.title)
print(ann.asked_index(ann.articles()[0].id).ask("Who built the harbour?").ranked[0].text)
for write in (
    lambda: ann.remove(ann.articles()[0].id),
    lambda: library.store.remember("ann", Asked("article", "Who?")),
    ann.forget,
):
    try:
        write()
    except StorageReadOnly as error:
        print(error)
print(ann.add(load_text("Something new came in.")).not_saved_because is not None)
print(ann.current().article.text)
"""


@pytest.mark.parametrize("folder_too", [True, False])
def test_what_may_only_be_read_is_asked_and_stays(
    kept: Store, tmp_path: Path, folder_too: bool
) -> None:
    kept.close()
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    for path in tmp_path.glob(f"{FILE}*"):
        path.chmod(0o444)
    tmp_path.chmod(0o555 if folder_too else 0o777)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, tmp_path], capture_output=True, text=True, check=False
    )
    tmp_path.chmod(0o755)
    titles, current, answer, *errors, not_saved, asked = done.stdout.splitlines()
    assert titles == "['Lund', 'Marrow Point']", done.stderr
    assert current == "Marrow Point"
    assert answer.startswith("The harbour of Lund")
    assert [error.partition(": ")[2][:5] for error in errors] == ["it ca"] * 3
    assert (not_saved, asked) == ("True", "Something new came in.")


def test_a_server_that_may_only_be_read_is_asked(postgres: str) -> None:
    writing = Store(postgres)
    keep(writing, "reader", HARBOUR)
    read_only = sa.make_url(postgres).update_query_dict(
        {"options": "-c default_transaction_read_only=on"}
    )
    reading = Store(read_only.render_as_string(hide_password=False))
    assert loaded(reading, "reader", HARBOUR).article == HARBOUR
    with pytest.raises(StorageReadOnly):
        reading.forget("reader")
    writing.forget("reader")
    for store in (reading, writing):
        store.close()


NO_ROOM = """
import resource, signal, sys
from pathlib import Path
from index.errors import StorageError, StorageReadOnly
from index.keeping.store import Asked, Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
store = Store.in_folder(Path(sys.argv[1]))
sys.stderr.write(" ".join(entry.title for entry in store.articles("ann")) + "|")
for write in (lambda: store.remember("ann", Asked("a", "Who?")), lambda: store.forget("ann")):
    try:
        write()
    except StorageError as error:
        sys.stderr.write("told|")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.forget("ann")
sys.stderr.write(str(len(store.articles("ann"))))
"""


def test_what_is_kept_is_read_after_a_restart_without_room(kept: Store, tmp_path: Path) -> None:
    """Nothing can be removed then; as soon as there is room, without another restart, it can."""
    kept.close()
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, tmp_path], stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.stderr == "Lund Marrow Point|told|told|0"
    assert words_in(tmp_path, "whale") == []


def test_what_was_left_in_the_middle_is_not_read_as_if_it_were_whole(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(url: sa.URL) -> sa.Engine:
        raise sa.exc.OperationalError("", None, Exception("attempt to write a readonly database"))

    monkeypatch.setattr("index.keeping.database._engine", refuse)
    with pytest.raises(StorageReadOnly):  # The log has what was written last.
        Store.in_folder(tmp_path).articles("ann")
    kept.close()
    assert len(Store.in_folder(tmp_path).articles("ann")) == 2


FULL = """
import resource, sys, signal
from pathlib import Path
from index.errors import StorageError, StorageReadOnly
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
