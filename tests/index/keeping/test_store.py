"""Articles in real database files."""

import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from index.errors import StorageError
from index.keeping.store import FILE, MIGRATIONS, Store, Stored
from index.loading import load_text
from index.text.sentences import split_sentences
from index.types import Article, Sentence, Vectors

HARBOUR = replace(
    load_text("The harbour of Lund opened in 1902.\n\nAda Moor built it.", title="Lund"),
    url="https://example.org/lund", site="Example", author="Ann", published="2024-05-03",
    pages=(0, 37), page_text="Menu\nThe harbour of Lund opened in 1902.",
)  # fmt: skip
LIGHTHOUSE = load_text("The lighthouse of Marrow Point burned whale oil.", title="Marrow Point")


def vectors(article: Article) -> Vectors:
    return np.random.default_rng(len(article.text)).random((2, 4), dtype=np.float32)


def keep(store: Store, chat: str, article: Article, model: str = "model@1") -> None:
    store.add(chat, article, split_sentences(article), vectors(article), model)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server, where the packages for one are installed."""
    if os.getuid() == 0:
        pytest.skip("for root the package adds a user to the machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        pytest.importorskip("psycopg")
        pgserver = pytest.importorskip("pgserver")
        server = pgserver.get_server(tmp_path_factory.mktemp("pg"))
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string()
        server.cleanup()


@pytest.fixture(params=["file", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgres":
        store = Store(request.getfixturevalue("postgres"))
        store.expire(time.time() + 60)  # What the test before has left.
    else:
        store = (
            Store.in_folder(tmp_path / "data") if request.param == "file" else Store("sqlite://")
        )
    yield store
    store.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A file in which two chats keep the harbour, one of them the lighthouse too."""
    store = Store.in_folder(tmp_path)
    keep(store, "ann", HARBOUR)
    keep(store, "ann", LIGHTHOUSE)
    keep(store, "ben", HARBOUR)
    yield store
    store.close()


def loaded(store: Store, chat: str, article: Article, model: str = "model@1") -> Stored:
    found = store.load(chat, article.id, model)
    assert found is not None
    return found


def words_in(folder: Path, *words: str) -> list[str]:
    content = b"".join(path.read_bytes() for path in folder.glob(f"{FILE}*"))
    return [word for word in words if word.encode() in content]


def test_what_is_kept_is_loaded_as_it_was(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    found = loaded(store, "ann", HARBOUR)
    assert found.article == HARBOUR
    assert found.sentences == split_sentences(HARBOUR)
    assert found.vectors is not None
    np.testing.assert_array_equal(found.vectors, vectors(HARBOUR))


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Store.in_folder(tmp_path)
    keep(first, "ann", HARBOUR)
    first.set_last_question("ann", "Who built it?")
    first.close()
    again = Store.in_folder(tmp_path)
    assert loaded(again, "ann", HARBOUR).article == HARBOUR
    assert (again.current("ann"), again.last_question("ann")) == (HARBOUR.id, "Who built it?")
    again.close()


def test_articles_are_listed_in_the_order_of_their_coming(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    keep(store, "ann", LIGHTHOUSE)
    first, second = store.articles("ann")
    assert (first.id, first.title, first.site, first.published, first.url, first.sentences) == (
        HARBOUR.id, "Lund", "Example", "2024-05-03", "https://example.org/lund", 2,
    )  # fmt: skip
    assert second.id == LIGHTHOUSE.id
    assert (first.bytes, second.bytes) == (len(HARBOUR.text), len(LIGHTHOUSE.text))
    assert store.articles("ben") == ()


def test_what_is_kept_twice_is_there_once_and_current(store: Store) -> None:
    for article in (HARBOUR, LIGHTHOUSE, HARBOUR):
        keep(store, "ann", article)
    assert len(store.articles("ann")) == 2
    assert store.current("ann") == HARBOUR.id


def test_another_article_has_no_last_question(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    store.set_last_question("ann", "Who built it?")
    store.set_last_question("ann", "And when?")
    assert store.last_question("ann") == "And when?"
    store.set_current("ann", HARBOUR.id)
    assert store.last_question("ann") is None


def test_one_chat_never_sees_what_another_keeps(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    assert store.load("ben", HARBOUR.id, "model@1") is None
    assert store.current("ben") is None
    store.remove("ben", HARBOUR.id)
    store.forget("ben")
    assert loaded(store, "ann", HARBOUR).article == HARBOUR


def test_vectors_of_another_model_are_not_given_out(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    assert loaded(store, "ann", HARBOUR, "model@2").vectors is None
    replacing = np.ones((2, 3), dtype=np.float32)
    store.replace_vectors("ann", HARBOUR.id, split_sentences(HARBOUR), replacing, "model@2")
    found = loaded(store, "ann", HARBOUR, "model@2").vectors
    assert found is not None
    assert found.shape == (2, 3)
    assert loaded(store, "ann", HARBOUR).vectors is None


def test_vectors_of_what_was_removed_meanwhile_are_not_kept(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    store.remove("ann", HARBOUR.id)
    store.replace_vectors("ann", HARBOUR.id, split_sentences(HARBOUR), vectors(HARBOUR), "model@2")
    assert store.articles("ann") == ()


# Forgetting

OF_ANN = ("whale", "Marrow", "Who burned what")


def test_forgetting_leaves_no_word_in_the_files(kept: Store, tmp_path: Path) -> None:
    kept.set_last_question("ann", "Who burned what?")
    assert words_in(tmp_path, *OF_ANN) == list(OF_ANN)
    kept.forget("ann")
    assert words_in(tmp_path, *OF_ANN) == []
    assert kept.articles("ann") == ()
    assert (kept.current("ann"), kept.last_question("ann")) == (None, None)
    assert loaded(kept, "ben", HARBOUR).article == HARBOUR


def test_the_last_copy_of_an_article_is_gone_with_its_address(kept: Store, tmp_path: Path) -> None:
    everything = ("harbour", "Lund", "example.org", "Ada Moor", HARBOUR.id)
    kept.forget("ann")
    assert words_in(tmp_path, *everything) == list(everything)
    kept.forget("ben")
    assert words_in(tmp_path, *everything) == []


def test_removing_an_article_leaves_no_word_of_it(kept: Store, tmp_path: Path) -> None:
    kept.remove("ann", LIGHTHOUSE.id)
    assert words_in(tmp_path, "whale", "Marrow") == []
    assert [each.id for each in kept.articles("ann")] == [HARBOUR.id]
    assert kept.current("ann") == HARBOUR.id


def test_vectors_go_with_their_article(kept: Store, tmp_path: Path) -> None:
    blob = vectors(LIGHTHOUSE).tobytes()
    content = (tmp_path / FILE).read_bytes() + (tmp_path / f"{FILE}-wal").read_bytes()
    assert blob in content
    kept.forget("ann")
    content = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert blob not in content


def test_what_nobody_used_for_too_long_is_forgotten(kept: Store, tmp_path: Path) -> None:
    before = time.time()
    kept.set_last_question("ben", "Who?")
    assert kept.expire(before) == 1
    assert kept.articles("ann") == ()
    assert words_in(tmp_path, "whale") == []
    assert len(kept.articles("ben")) == 1
    assert kept.expire(before) == 0


def test_words_are_gone_when_a_killed_program_could_not_wipe_them(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert words_in(tmp_path, "Ada Moor") == ["Ada Moor"]  # in the log
    store = Store.in_folder(tmp_path)
    assert store.articles("ann") == ()
    assert words_in(tmp_path, "Ada Moor") == []
    store.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from index.keeping.store import Store
from tests.index.test_storage import HARBOUR, keep
store = Store.in_folder(Path(sys.argv[1]))
keep(store, "ann", HARBOUR)
store._leave_nothing_behind = lambda: os.kill(os.getpid(), signal.SIGKILL)
store.forget("ann")
"""


def test_forgetting_says_so_while_another_program_holds_the_words(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.keeping.store._BUSY_SECONDS", 0.1)
    impatient = Store.in_folder(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN")
        other.execute("SELECT title FROM articles").fetchall()
        with pytest.raises(StorageError, match="Try again"):
            impatient.forget("ann")
    assert words_in(tmp_path, "whale") == ["whale"]
    impatient.forget("ann")
    assert words_in(tmp_path, "whale") == []
    impatient.close()


def test_what_is_written_and_removed_in_any_order_leaves_nothing(tmp_path: Path) -> None:
    """Short and long texts, so that rows move between the pages of the file."""
    chance, store, there, gone = random.Random(0), Store.in_folder(tmp_path), [], []
    for number in range(150):
        secret = f"secret{number:03}."
        article = load_text(f"The {secret} " * chance.choice([1, 9, 99, 999]))
        keep(store, secret, article)
        store.set_last_question(secret, f"What is {secret} " * chance.choice([1, 9, 40]))
        there.append(secret)
        if chance.random() < 0.6:
            gone.append(there.pop(chance.randrange(len(there))))
            store.forget(gone[-1])
    assert words_in(tmp_path, *gone) == []
    assert words_in(tmp_path, *there) == there
    store.close()


# Versions

VERSION_1 = """
CREATE TABLE chats (chat TEXT PRIMARY KEY, current TEXT, last_question TEXT, used FLOAT NOT NULL);
CREATE INDEX ix_chats_used ON chats (used);
CREATE TABLE articles (
    chat TEXT NOT NULL REFERENCES chats (chat) ON DELETE CASCADE, id TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, paragraphs TEXT NOT NULL, language TEXT NOT NULL,
    url TEXT, site TEXT, author TEXT, published TEXT, pages TEXT NOT NULL,
    page_text TEXT NOT NULL, spans TEXT NOT NULL, sentences INTEGER NOT NULL,
    bytes INTEGER NOT NULL, added FLOAT NOT NULL, PRIMARY KEY (chat, id));
CREATE TABLE vectors (
    chat TEXT NOT NULL, id TEXT NOT NULL, view INTEGER NOT NULL, model TEXT NOT NULL,
    dimensions INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (chat, id, view),
    FOREIGN KEY (chat, id) REFERENCES articles (chat, id) ON DELETE CASCADE);
CREATE TABLE schema (version INTEGER NOT NULL);
INSERT INTO schema VALUES (1);
INSERT INTO chats VALUES ('ann', 'a1', 'Why?', 1.0);
INSERT INTO articles VALUES ('ann', 'a1', 'Old', 'It is old.', '[[0, 10]]', 'en', NULL, NULL,
    NULL, NULL, '[]', '', '[[1, 0, 10]]', 1, 10, 1.0);
INSERT INTO vectors VALUES ('ann', 'a1', 0, 'model@1', 2, x'0000803f00000000');
INSERT INTO vectors VALUES ('ann', 'a1', 1, 'model@1', 2, x'000000000000803f');
"""


def test_a_database_of_the_first_version_is_read(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(VERSION_1)
    store = Store.in_folder(tmp_path)
    found = store.load("ann", "a1", "model@1")
    assert found is not None
    assert found.article == Article("a1", "Old", "It is old.", ((0, 10),))
    assert found.sentences == (Sentence(1, 1, 0, 10, "It is old."),)
    assert found.vectors is not None
    assert found.vectors.tolist() == [[1.0, 0.0]]
    assert store.last_question("ann") == "Why?"
    store.close()


def add_a_column(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE articles ADD COLUMN mood TEXT")


def test_an_older_database_is_brought_up_to_date_and_keeps_its_rows(
    kept: Store, tmp_path: Path
) -> None:
    newer = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(newer.articles("ann")) == 2
    newer.close()
    again = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(again.articles("ann")) == 2
    again.close()
    with pytest.raises(StorageError, match="newer version"):
        Store.in_folder(tmp_path).articles("ann")


def test_a_migration_that_fails_changes_nothing(kept: Store, tmp_path: Path) -> None:
    def fail(connection: sa.Connection) -> None:
        add_a_column(connection)
        raise ValueError("half way")

    with pytest.raises(StorageError, match="half way"):
        Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, fail)).articles("ann")
    again = Store(f"sqlite:///{tmp_path / FILE}", (*MIGRATIONS, add_a_column))
    assert len(again.articles("ann")) == 2
    again.close()


# Trouble


def test_a_row_that_is_damaged_is_told(kept: Store, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("UPDATE articles SET spans = '[[1'")
        connection.commit()
    with pytest.raises(StorageError, match=str(tmp_path)):
        kept.load("ann", HARBOUR.id, "model@1")


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
    with kept._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    kept.close()

    @sa.event.listens_for(kept._engine, "connect")
    def fill_the_disk(connection: sa.PoolProxiedConnection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    long = load_text("The sea is wide. " * 5000)
    with pytest.raises(StorageError, match="disk is full"):
        keep(kept, "ann", long)
    assert len(kept.articles("ann")) == 2
    assert loaded(kept, "ann", LIGHTHOUSE).article == LIGHTHOUSE


READ_ONLY = """
import os, sys
from pathlib import Path
from index.errors import StorageError
from index.keeping.store import Store
Store("sqlite://").articles("ann")  # everything is imported before permissions are given up
os.setuid(65534)
store = Store.in_folder(Path(sys.argv[1]))
try:
    store.set_last_question("ann", "Who?")
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
from tests.index.test_storage import keep
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


def test_many_chats_at_once(store: Store) -> None:
    """Every chat keeps, asks and forgets; none meets another's."""
    failures: list[object] = []

    def live(chat: str) -> None:
        try:
            for round_ in range(3):
                own = load_text(f"The secret of {chat} is number {round_}.")
                keep(store, chat, own)
                store.set_last_question(chat, f"What is the secret of {chat}?")
                if store.current(chat) != own.id or loaded(store, chat, own).article != own:
                    failures.append(chat)
                if round_ == 1:
                    store.forget(chat)
            if [each.sentences for each in store.articles(chat)] != [1]:
                failures.append((chat, store.articles(chat)))
        except Exception as error:  # a thread's error would be lost
            failures.append(error)

    threads = [threading.Thread(target=live, args=[f"chat {number}"]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_new_sentences_come_with_the_new_models_vectors(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    whole = Sentence(1, 1, 0, len(HARBOUR.text), HARBOUR.text)
    vector = np.ones((1, 3), dtype=np.float32)
    store.replace_vectors("ann", HARBOUR.id, [whole], vector, "model@2")
    assert loaded(store, "ann", HARBOUR, "model@2").sentences == (whole,)
    assert [each.sentences for each in store.articles("ann")] == [1]


def test_only_what_is_there_can_be_current(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    keep(store, "ben", LIGHTHOUSE)
    assert not store.set_current("ann", LIGHTHOUSE.id)
    assert store.current("ann") == HARBOUR.id
    assert store.set_current("ann", HARBOUR.id)


def test_the_latest_of_the_others_is_current_after_a_removal(store: Store) -> None:
    third = load_text("A third one came.")
    for article in (HARBOUR, LIGHTHOUSE, third):
        keep(store, "ann", article)
    store.set_last_question("ann", "Who came?")
    store.remove("ann", HARBOUR.id)
    assert (store.current("ann"), store.last_question("ann")) == (third.id, "Who came?")
    store.remove("ann", third.id)
    assert (store.current("ann"), store.last_question("ann")) == (LIGHTHOUSE.id, None)
    store.remove("ann", LIGHTHOUSE.id)
    assert store.current("ann") is None


def test_the_vectors_of_all_articles_are_read_one_after_the_other(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    keep(store, "ann", LIGHTHOUSE, "model@2")
    keep(store, "ben", LIGHTHOUSE)
    [(found, rows)] = store.vectors("ann", "model@1")
    assert found == HARBOUR.id
    np.testing.assert_array_equal(rows, vectors(HARBOUR))


def test_the_same_chat_in_many_threads_is_made_once(store: Store) -> None:
    store.articles("ann")
    failures: list[Exception] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        try:
            store.set_last_question("ann", "Who?")
        except StorageError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.last_question("ann") == "Who?"


def test_words_that_can_not_be_written_are_told(store: Store) -> None:
    with pytest.raises(StorageError):
        store.set_last_question("ann", "half a character: \ud800")
    store.set_last_question("ann", "a whole one")
    assert store.last_question("ann") == "a whole one"


def test_sentences_are_those_of_the_text(store: Store) -> None:
    keep(store, "ann", HARBOUR)
    for sentence in loaded(store, "ann", HARBOUR).sentences:
        assert isinstance(sentence, Sentence)
        assert HARBOUR.text[sentence.start : sentence.end] == sentence.text
