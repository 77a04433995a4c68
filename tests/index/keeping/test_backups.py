"""A backup has all that was kept when it began, and is put back whole or not at all."""

import contextlib
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from index.errors import BackupError, StorageError, StorageFull
from index.keeping import backup_file
from index.keeping.backup_file import About
from index.keeping.copying import Tally, tally
from index.keeping.inbox import Answered, Received
from index.keeping.pasted import PastedMessage
from index.keeping.schema import MIGRATIONS, TABLES
from index.keeping.store import FILE, Asked, Store
from index.loading import load_text
from index.types import Judgement
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, keep, loaded, words_in
from tests.index.keeping.test_damage import CAN_BE_MENDED, TEXT_IS_DAMAGED
from tests.index.keeping.test_schema import VERSION_1


def quietly(done: int, total: int) -> None:
    """For a progress that nobody watches."""


def back_up(store: Store, path: Path, **files: bytes) -> About:
    return store.backups.write(path, "9.8.7", files, quietly)


def restore(store: Store, path: Path, *, replace: bool = False) -> None:
    with store.backups.open(path, quietly) as backup:
        store.backups.restore(backup, replace=replace, on_progress=quietly)


def tallies(store: Store) -> dict[str, Tally]:
    with store._database.reading() as connection:
        return {table.name: tally(connection, table, lambda rows: None) for table in TABLES}


def manifest(path: Path) -> list[tuple[str, int, str]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, rows, sha256 FROM backup_manifest")
        return sorted(row for row in rows if not row[0].startswith("backup"))


def add_all_that_can_be_kept(store: Store) -> None:
    """A row in every table."""
    for chat, article in (("ann", HARBOUR), ("ann", LIGHTHOUSE), ("ben", HARBOUR)):
        keep(store, chat, article)
    store.set_language("ann", "de")
    store.set_open_to_members("ben", True)
    store.remember("ann", Asked(HARBOUR.id, "Who built it? Ünïcode, \N{FERRY}"))
    store.feedback.give("ann", Judgement(HARBOUR.id, "Who?", (0, 5), True))
    store.feedback.give("ben", Judgement("shipped", "Who?", (0, 5), False))
    store.pasted.keep("ann", HARBOUR.id, [PastedMessage(2**40, 0, 5, 1, ({"type": "bold"},))])
    store.shares.give("ann", HARBOUR.id)
    store.inbox.add([Received(7, "ann", {"text": "Hi"}), Received(8, "ann", {"text": "Oh"})])
    store.inbox.done([7], [Answered("ann", 3, "said", 4, "0-5")])


@pytest.fixture
def full(store: Store) -> Store:
    add_all_that_can_be_kept(store)
    return store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """An empty one."""
    other = Store.in_folder(tmp_path / "other")
    yield other
    other.close()


@pytest.fixture
def backup(full: Store, tmp_path: Path) -> Path:
    path = tmp_path / "kept.backup"
    back_up(full, path, **{"thresholds.json": b"{}"})
    return path


def test_a_backup_has_all_that_is_kept(backup: Path, full: Store, other: Store) -> None:
    before = time.time()
    restore(other, backup)
    assert tallies(other) == tallies(full)
    assert all(each.rows for each in tallies(other).values())
    assert loaded(other, "ann", HARBOUR).article == HARBOUR
    assert other.inbox.waiting() == full.inbox.waiting()
    with other.backups.open(backup, quietly) as opened:
        assert opened.files == {"thresholds.json": b"{}"}
        assert (opened.about.program, opened.about.rows["articles"]) == ("9.8.7", 3)
        assert before - 60 < opened.about.made < before


def test_a_backup_is_one_file_that_is_nobody_elses(backup: Path, tmp_path: Path) -> None:
    assert {path.name for path in tmp_path.iterdir()} - {FILE, f"{FILE}-wal", f"{FILE}-shm"} == {
        backup.name
    }
    assert backup.stat().st_mode & 0o777 == 0o600


def test_progress_goes_up_to_the_end(full: Store, other: Store, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    full.backups.write(tmp_path / "a", "1", {}, lambda *each: seen.append(each))
    assert seen == sorted(seen)
    assert seen[-1][0] >= seen[-1][1] > 0
    seen.clear()
    with other.backups.open(tmp_path / "a", lambda *each: seen.append(each)) as opened:
        assert seen[-1][0] == seen[-1][1] > 0
        seen.clear()
        other.backups.restore(opened, replace=False, on_progress=lambda *each: seen.append(each))
    assert seen[-1][0] == seen[-1][1] > 0


def test_what_was_forgotten_does_not_come_along(full: Store, tmp_path: Path) -> None:
    full.forget("ann")
    full.forget("ben")
    back_up(full, tmp_path / "after")
    content = (tmp_path / "after").read_bytes()
    assert not any(word in content for word in (b"whale", b"Ada Moor", b"Who built"))


def test_a_backup_is_of_one_moment_while_others_write(store: Store, tmp_path: Path) -> None:
    """Everything that was acknowledged before it began is in it, and nothing is in parts."""
    stop, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            chat, article = f"chat{number % 5}", load_text(f"The ship {number} came in. It left.")
            keep(store, chat, article)
            store.feedback.give(chat, Judgement(article.id, f"Which {number}?", (0, 5), True))
            if number % 7 == 6:
                store.forget(f"chat{number % 3}")
            written.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for each in range(5):
            for _ in range(5):
                assert written.acquire(timeout=60)
            keep(store, "mine", load_text(f"My ship {each} came in."))
            back_up(store, tmp_path / f"backup{each}")
    finally:
        stop.set()
        writer.join()
    for each in range(5):
        with contextlib.closing(sqlite3.connect(tmp_path / f"backup{each}")) as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            [mine] = connection.execute("SELECT count(*) FROM articles WHERE chat = 'mine'")
            assert mine == (each + 1,)
            articles, vectors = (
                connection.execute(f"SELECT chat, id FROM {table} ORDER BY 1, 2").fetchall()
                for table in ("articles", "sentence_vectors")
            )
            assert articles == vectors


def test_all_goes_from_a_file_to_a_server_and_back(
    backup: Path, full: Store, other: Store, postgres: str, tmp_path: Path
) -> None:
    server = Store(postgres)
    restore(server, backup, replace=True)
    assert tallies(server) == tallies(full)
    assert loaded(server, "ann", HARBOUR).article == HARBOUR
    assert server.is_open_to_members("ben")
    back_up(server, tmp_path / "of-the-server")
    assert manifest(tmp_path / "of-the-server") == manifest(backup)
    restore(other, tmp_path / "of-the-server")
    assert tallies(other) == tallies(full)
    for chat in ("ann", "ben"):
        server.forget(chat)
    server.close()


def test_what_a_server_does_not_take_in_a_text_becomes_something_else(
    store: Store, tmp_path: Path, database: str
) -> None:
    keep(store, "ann", HARBOUR)
    with store._database.writing() as connection:  # As older versions kept it.
        connection.exec_driver_sql("UPDATE articles SET title = ?", ("Lund \0 harbour",))
    back_up(store, tmp_path / "backup")
    server = Store(database)
    restore(server, tmp_path / "backup")
    assert loaded(server, "ann", HARBOUR).article.title == "Lund \x1a harbour"
    server.close()


def test_a_backup_of_a_server_is_of_one_moment(postgres: str, tmp_path: Path) -> None:
    server, writer = Store(postgres), Store(postgres)
    restore(server, empty_backup(tmp_path), replace=True)
    keep(server, "before", HARBOUR)

    def write(done: int, total: int) -> None:
        if done == 1:  # The chats are read, the articles not yet.
            keep(writer, "after", LIGHTHOUSE)

    server.backups.write(tmp_path / "backup", "1", {}, write)
    assert {name: rows for name, rows, _ in manifest(tmp_path / "backup")} == {
        "schema": 1, "chats": 1, "articles": 1, "sentence_vectors": 1, "answered_messages": 0,
        "chat_owners": 0, "feedback": 0, "inbox": 0, "pasted_messages": 0, "questions": 0,
        "shares": 0,
    }  # fmt: skip
    for chat in ("before", "after"):
        server.forget(chat)
    for store in (server, writer):
        store.close()


def empty_backup(folder: Path) -> Path:
    store = Store("sqlite://")
    back_up(store, folder / "empty.backup")
    store.close()
    return folder / "empty.backup"


def test_what_is_kept_is_not_replaced_unasked(backup: Path, other: Store) -> None:
    keep(other, "cat", LIGHTHOUSE)
    before = tallies(other)
    with pytest.raises(BackupError, match="--replace"):
        restore(other, backup)
    assert tallies(other) == before


def test_what_is_replaced_is_gone_from_the_files(
    backup: Path, full: Store, other: Store, tmp_path: Path
) -> None:
    keep(other, "cat", load_text("The xylophone is out of tune."))
    restore(other, backup, replace=True)
    assert tallies(other) == tallies(full)
    assert words_in(tmp_path / "other", "xylophone", "whale") == ["whale"]
    assert not other.has_traces


def test_whoever_reads_meanwhile_sees_what_was_there_before(backup: Path, other: Store) -> None:
    keep(other, "cat", LIGHTHOUSE)
    seen = []

    def look(done: int, total: int) -> None:
        seen.append([entry.title for entry in other.articles("cat")])

    with other.backups.open(backup, quietly) as opened:
        other.backups.restore(opened, replace=True, on_progress=look)
    assert seen[0] == seen[-1] == ["Marrow Point"]
    assert other.articles("cat") == ()


def test_nobody_else_writes_to_a_server_meanwhile(backup: Path, postgres: str) -> None:
    impatient = sa.make_url(postgres).update_query_dict({"options": "-c lock_timeout=50"})
    server, other = Store(postgres), Store(impatient.render_as_string(hide_password=False))
    refused = []

    def write(done: int, total: int) -> None:
        assert other.articles("ann") == ()
        try:
            keep(other, "cat", LIGHTHOUSE)
        except StorageError as error:
            refused.append(error)

    restore(server, empty_backup(backup.parent), replace=True)
    with server.backups.open(backup, quietly) as opened:
        server.backups.restore(opened, replace=True, on_progress=write)
    assert len(refused) > 3
    assert (other.articles("cat"), len(other.articles("ann"))) == ((), 2)
    for chat in ("ann", "ben"):
        server.forget(chat)
    for store in (server, other):
        store.close()


@pytest.mark.parametrize("what", [*TEXT_IS_DAMAGED, "title = x'4cff6e'"])
def test_damaged_articles_are_backed_up_and_restored_as_they_are(
    what: str, full: Store, other: Store, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(f"UPDATE articles SET {what} WHERE id = ?", [HARBOUR.id])
        connection.commit()
    back_up(full, tmp_path / "backup")
    restore(other, tmp_path / "backup")
    assert tallies(other) == tallies(full)
    assert loaded(other, "ann", LIGHTHOUSE).article == LIGHTHOUSE


@pytest.mark.parametrize(("table", "what"), CAN_BE_MENDED)
def test_damaged_sentences_and_vectors_are_too(
    table: str, what: str, full: Store, other: Store, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(f"UPDATE {table} SET {what}")
        connection.commit()
    back_up(full, tmp_path / "backup")
    restore(other, tmp_path / "backup")
    assert loaded(other, "ann", HARBOUR).article == HARBOUR


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path, other: Store) -> None:
    path = older_backup(tmp_path)
    content = path.read_bytes()
    restore(other, path)
    found = other.load("ann", "a1", "model@1")
    assert found is not None
    assert (found.article.text, other.last_question("ann")) == ("It is old.", "Why?")
    assert path.read_bytes() == content


def older_backup(folder: Path) -> Path:
    """As the first version of the tables would have made one."""
    path = folder / "older.backup"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, connection.begin():
        backup_file._METADATA.create_all(connection)
        connection.execute(backup_file._ABOUT.insert().values(program="0.1", made=1.0))
        for table in backup_file._tables(connection):
            each = tally(connection, table, lambda rows: None)
            connection.execute(
                backup_file._MANIFEST.insert().values(
                    name=table.name, rows=each.rows, sha256=each.sha256
                )
            )
    engine.dispose()
    return path


def test_a_damaged_backup_of_an_older_version_is_refused(tmp_path: Path, other: Store) -> None:
    path = older_backup(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"It is old.", b"It is odd."))
    with pytest.raises(BackupError, match="is damaged"):
        restore(other, path)


def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_file, "MIGRATIONS", MIGRATIONS[:-1])
    with pytest.raises(BackupError, match=r"newer version of this program \(9\.8\.7\)"):
        restore(other, backup)


def spoil(path: Path, how: str) -> None:
    content = path.read_bytes()
    path.unlink()
    if how == "empty":
        path.touch()
    elif how == "folder":
        path.mkdir()
    elif how == "text":
        path.write_text("no database at all")
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "header alone":
        path.write_bytes(content[:100])
    elif how == "a page too few":
        path.write_bytes(content[:-4096])
    elif how == "noise":
        path.write_bytes(content[:100] + random.Random(1).randbytes(len(content) - 100))
    elif how == "another database":
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE chats (chat TEXT)")
    elif how == "the store's own":
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.executescript(VERSION_1)


@pytest.mark.parametrize(
    "how",
    [
        "missing", "empty", "folder", "text", "cut", "header alone", "a page too few", "noise",
        "another database", "the store's own",
    ],
)  # fmt: skip
def test_what_is_no_whole_backup_is_told_in_one_line_and_changes_nothing(
    how: str, backup: Path, other: Store
) -> None:
    keep(other, "cat", LIGHTHOUSE)
    before = tallies(other)
    spoil(backup, how)
    with pytest.raises(BackupError) as raised:
        restore(other, backup, replace=True)
    assert str(backup) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert tallies(other) == before


def test_a_flipped_bit_is_found_or_makes_no_difference(
    backup: Path, full: Store, other: Store
) -> None:
    content, chance, found = backup.read_bytes(), random.Random(21), 0
    used = [place for place, byte in enumerate(content) if byte]
    for place in chance.sample(used, 100):
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(flipped)
        try:
            restore(other, backup, replace=True)
        except BackupError:
            found += 1
        else:
            assert tallies(other) == tallies(full)
    assert found > 80


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM feedback WHERE chat = 'ben'",
        "INSERT INTO feedback SELECT * FROM feedback",
        "UPDATE chats SET language = 'en'",
        "UPDATE inbox SET done = NOT done",
        "UPDATE backup_files SET content = x'00'",
        "DROP TABLE shares",
        "CREATE TABLE more (a TEXT)",
        "DELETE FROM backup_manifest WHERE name = 'shares'",
        "UPDATE backup_manifest SET rows = 'many'",
        "DELETE FROM backup",
        "DELETE FROM schema",
        "ALTER TABLE articles DROP COLUMN spans",
        "DROP TABLE feedback; CREATE VIEW feedback AS SELECT * FROM chats",
    ],
)
def test_what_somebody_changed_in_a_backup_is_found(
    change: str, backup: Path, other: Store
) -> None:
    with contextlib.closing(sqlite3.connect(backup)) as connection:
        connection.executescript(change)
    with pytest.raises(BackupError, match="is damaged"):
        restore(other, backup)


def test_a_file_that_is_there_stays(full: Store, backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    with pytest.raises(BackupError, match="already"):
        back_up(full, backup)
    with pytest.raises(BackupError, match="is a folder"):
        back_up(full, tmp_path)
    with pytest.raises(BackupError, match="already"):
        back_up(full, tmp_path / FILE)
    assert backup.read_bytes() == content


def test_a_folder_that_is_not_there_is_told(full: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file or directory"):
        back_up(full, tmp_path / "missing" / "backup")


IN_A_PROCESS = """
import os, resource, signal, sys
from pathlib import Path
from index.errors import ArticleError
from index.keeping.store import Store
from tests.index.keeping.test_backups import back_up, quietly, restore
store, path = Store.in_folder(Path(sys.argv[1])), Path(sys.argv[2])
store.counts()
{how}
"""


def in_a_process(how: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    code = IN_A_PROCESS.format(how=how)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


FULL_DISK = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    back_up(store, path)
except ArticleError as error:
    print(error)
"""

READ_ONLY = """
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    back_up(store, path)
except ArticleError as error:
    print(error)
"""

KILLED = """
store.backups.write(path, "1", {}, lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""

KILLED_IN_RESTORING = """
with store.backups.open(path, quietly) as backup:
    store.backups.restore(
        backup,
        replace=True,
        on_progress=lambda done, total: done > total // 2 and os.kill(os.getpid(), signal.SIGKILL),
    )
"""


def test_a_disk_without_room_is_told_and_keeps_no_half_of_a_backup(
    full: Store, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    target.mkdir()
    done = in_a_process(FULL_DISK, tmp_path, target / "backup")
    assert done.stdout.startswith(f"The backup {target / 'backup'} can't be written: "), done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert list(target.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told(full: Store, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    target = tmp_path / "backups"
    target.mkdir(mode=0o555)
    done = in_a_process(READ_ONLY, tmp_path, target / "backup")
    assert done.stdout == (
        f"The backup {target / 'backup'} can't be written: Permission denied.\n"
    ), done.stderr


def test_a_killed_backup_leaves_no_file_of_its_name(full: Store, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    target.mkdir()
    done = in_a_process(KILLED, tmp_path, target / "backup")
    assert done.returncode == -signal.SIGKILL
    [left] = target.iterdir()
    assert left.name.startswith(".")
    back_up(full, target / "next")
    assert left.exists()  # It may be another backup's, which is being written.
    os.utime(left, (0, 0))
    back_up(full, target / "backup")
    assert {path.name for path in target.iterdir()} == {"next", "backup"}


def test_a_killed_restore_changes_nothing(backup: Path, tmp_path: Path, other: Store) -> None:
    keep(other, "cat", LIGHTHOUSE)
    before = tallies(other)
    other.close()
    done = in_a_process(KILLED_IN_RESTORING, tmp_path / "other", backup)
    assert done.returncode == -signal.SIGKILL
    assert tallies(other) == before


def test_a_store_without_room_is_told_and_stays(full: Store, other: Store, tmp_path: Path) -> None:
    keep(other, "cat", LIGHTHOUSE)
    before = tallies(other)
    with other._database._open().connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    @sa.event.listens_for(other._database._open(), "connect")
    def fill_the_disk(connection: sa.PoolProxiedConnection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    other._database._open().dispose()
    keep(full, "ann", load_text("The sea is wide. " * 5000))
    back_up(full, tmp_path / "backup")
    with pytest.raises(StorageFull):
        restore(other, tmp_path / "backup", replace=True)
    assert tallies(other) == before


def test_what_did_not_arrive_as_it_was_is_not_kept(
    backup: Path, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that changes what is written to it stands for a disk that does."""
    other.articles("ann")
    with other._database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER worse AFTER INSERT ON chats BEGIN "
            "UPDATE chats SET language = 'xx' WHERE chat = NEW.chat; END"
        )
    with pytest.raises(BackupError, match="nothing was changed"):
        restore(other, backup)
    assert other.counts() == (0, 0)
