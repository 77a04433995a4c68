"""The file of a backup: an SQLite database with the tables of the store and three more.

`backup` says what made it and when, `backup_files` has what is kept beside the store, and
`backup_manifest` the tallies of all other tables, by which damage is found.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from index.errors import BackupError, first_line
from index.keeping.copying import OnRows, Tally, tally
from index.keeping.schema import MIGRATIONS, is_newest, migrate, version_of
from index.keeping.sqlite import read_only_engine, unshared_engine

_METADATA = sa.MetaData()
_ABOUT = sa.Table(
    "backup",
    _METADATA,
    sa.Column("program", sa.Text, nullable=False),
    sa.Column("made", sa.Float, nullable=False),
)
_FILES = sa.Table(
    "backup_files",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
_MANIFEST = sa.Table(
    "backup_manifest",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
)

_UNFINISHED = ".article-bot-backup-"
_ABANDONED = 24 * 3600
"""Seconds after which an unfinished file is taken for that of a killed backup."""

Copy = Callable[[Connection], Mapping[str, Tally]]
"""Fills the tables of the store, and returns their tallies by name."""


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself. `program` is the version that made it, `made` Unix time;
    `rows` are the numbers of rows of its tables."""

    program: str
    made: float
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is whole. `connection` leads to its tables, which are those of this version;
    `files` are what was kept beside the store, by name."""

    about: About
    files: Mapping[str, bytes]
    connection: Connection


def write(
    path: Path, program: str, files: Mapping[str, bytes], copy: Copy, on_rows: OnRows
) -> About:
    """Write a backup and read it again: the file is there as soon as it is whole and on the disk,
    for its owner alone.

    Raises:
        BackupError: it can't be written there, or there is something already.
    """
    with _new_file(path) as new:
        _fill(new, path, program, files, copy)
        try:
            with checked(new, on_rows) as backup:
                return backup.about
        except BackupError as error:
            raise _unwritable(path, "what was written is not what the disk has") from error


@contextmanager
def checked(path: Path, on_rows: OnRows) -> Iterator[Backup]:
    """Open a backup of this version or an older one, after all of it was read and found whole.

    Raises:
        BackupError: it is damaged, or no backup, or one of a newer version.
    """
    with _reading(path) as connection:
        about = _check(path, connection, on_rows)
        files = {row.name: row.content for row in connection.execute(_FILES.select())}
        if is_newest(connection, MIGRATIONS):
            yield Backup(about, files, connection)
            return
    with _brought_up_to_date(path) as connection:
        yield Backup(about, files, connection)


def rows_in(path: Path) -> int:
    """The rows of a backup, according to itself. Raises `BackupError`: it is none."""
    with _reading(path) as connection:
        return sum(each.rows for each in _manifest(path, connection).values())


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file that gets its name when the block has ended without an error."""
    _check_free(path)
    _sweep(path.parent)
    try:
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
        os.close(handle)
        new = Path(name)
        try:
            yield new
            _sync(new)
            _check_free(path)
            new.rename(path)
            _sync(path.parent)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error.strerror or "it is not known why") from error


def _check_free(path: Path) -> None:
    if path.is_dir():
        raise BackupError(f"{path} is a folder. Name a file in it.")
    if os.path.lexists(path):
        raise BackupError(f"There is a file {path} already. Give another name, or move it away.")


def _sweep(folder: Path) -> None:
    """Remove what a killed backup has left."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unwritable(path: Path, reason: str) -> BackupError:
    return BackupError(f"The backup {path} can't be written: {reason}.")


def _fill(new: Path, path: Path, program: str, files: Mapping[str, bytes], copy: Copy) -> None:
    engine = unshared_engine(new)

    # Here and not around the block, in which errors of the store may come, too.
    @sa.event.listens_for(engine, "handle_error")
    def _told(context: sa.engine.ExceptionContext) -> None:
        raise _unwritable(path, first_line(Exception(str(context.original_exception))))

    with _closing(engine), engine.connect() as connection, connection.begin():
        migrate(connection, MIGRATIONS, str(path))
        _METADATA.create_all(connection)
        connection.execute(_ABOUT.insert().values(program=program, made=time.time()))
        for name, content in files.items():
            connection.execute(_FILES.insert().values(name=name, content=content))
        copied = copy(connection)
        others = (table for table in _tables(connection) if table.name not in copied)
        tallies = {table.name: tally(connection, table, lambda _: None) for table in others}
        for name, each in (tallies | dict(copied)).items():
            connection.execute(
                _MANIFEST.insert().values(name=name, rows=each.rows, sha256=each.sha256)
            )


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    if not path.is_file():
        kind = "is a folder, and no backup" if path.is_dir() else "is not there"
        raise BackupError(f"{path} {kind}.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise BackupError(f"{path} can't be read: {error.strerror}.") from error
    engine = read_only_engine(sa.URL.create("sqlite", database=str(path)))
    if engine is None:
        raise _no_backup(path)

    @sa.event.listens_for(engine, "handle_error")
    def _told(context: sa.engine.ExceptionContext) -> None:
        is_foreign = "not a database" in str(context.original_exception)
        raise _no_backup(path) if is_foreign else _damaged(path)

    with _closing(engine), engine.connect() as connection, connection.begin():
        # What a stranger may have put into the file is not to be run.
        connection.exec_driver_sql("PRAGMA trusted_schema=OFF")
        yield connection


def _check(path: Path, connection: Connection, on_rows: OnRows) -> About:
    """What a backup says of itself, after all of it was read."""
    manifest = _manifest(path, connection)
    try:
        [(program, made)] = connection.execute(sa.select(_ABOUT.c.program, _ABOUT.c.made))
        about = About(str(program), float(made), {name: t.rows for name, t in manifest.items()})
        if version_of(connection) > 1 + len(MIGRATIONS):
            raise BackupError(
                f"{path} was made by a newer version of this program ({about.program}). "
                "Update this one first."
            )
        tallies = {table.name: tally(connection, table, on_rows) for table in _tables(connection)}
        [is_sound] = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    except BackupError:
        raise
    except Exception as error:  # whatever a damaged file makes the libraries raise
        raise _damaged(path) from error
    if tallies != manifest or is_sound != "ok" or orphans:
        raise _damaged(path)
    return about


def _manifest(path: Path, connection: Connection) -> dict[str, Tally]:
    try:
        if not sa.inspect(connection).has_table(_MANIFEST.name):
            raise _no_backup(path)
        rows = connection.execute(sa.select(_MANIFEST)).mappings()
        return {row["name"]: Tally(int(row["rows"]), row["sha256"]) for row in rows}
    except (ValueError, TypeError) as error:
        raise _damaged(path) from error


def _tables(connection: Connection) -> list[sa.Table]:
    """All tables of a backup but its manifest, as they are there."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _MANIFEST.name]


@contextmanager
def _brought_up_to_date(path: Path) -> Iterator[Connection]:
    """A copy with the tables of this version."""
    with tempfile.TemporaryDirectory(prefix="article-bot-") as folder:
        engine = unshared_engine(Path(shutil.copy(path, folder)))
        with _closing(engine), engine.connect() as connection, connection.begin():
            migrate(connection, MIGRATIONS, str(path))
            yield connection


@contextmanager
def _closing(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


def _damaged(path: Path) -> BackupError:
    return BackupError(f"The backup {path} is damaged, so nothing was done. Take another one.")


def _no_backup(path: Path) -> BackupError:
    return BackupError(f"{path} is no backup that `article-bot backup` has written.")
