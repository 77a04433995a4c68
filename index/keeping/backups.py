"""Backups of all that is kept: written while others write, and put back whole or not at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection

from index.errors import BackupError
from index.keeping import backup_file
from index.keeping.backup_file import About, Backup
from index.keeping.copying import OnRows, copy_rows, count_rows, tally
from index.keeping.database import Database
from index.keeping.schema import TABLES

OnProgress = Callable[[int, int], None]
"""Takes the numbers of rows that are done and of all."""


class Backups:
    """Backups of a database, from which it or one of another kind can be made again.

    Every method raises `StorageError` if the database can't be opened, read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self, path: Path, program: str, files: Mapping[str, bytes], on_progress: OnProgress
    ) -> About:
        """Write all that is kept at this moment into a file, and `files` of what is kept beside it.
        `program` is the version that does so.

        Raises:
            BackupError: it can't be written there, or there is something already.
        """
        with self._database.snapshot() as connection:
            on_rows = _counting(on_progress, 2 * count_rows(connection))
            return backup_file.write(
                path,
                program,
                files,
                lambda target: copy_rows(connection, target, on_rows),
                on_rows,
            )

    @contextmanager
    def open(self, path: Path, on_progress: OnProgress) -> Iterator[Backup]:
        """A backup, after all of it was read.

        Raises:
            BackupError: it is damaged, or no backup, or one of a newer version.
        """
        on_rows = _counting(on_progress, backup_file.rows_in(path))
        with backup_file.checked(path, on_rows) as backup:
            yield backup

    def restore(self, backup: Backup, *, replace: bool, on_progress: OnProgress) -> None:
        """Keep what a backup has: all of it, or nothing if that fails. With `replace`, all that is
        there is removed before.

        Raises:
            BackupError: something is there, and is not to be replaced.
        """
        on_rows = _counting(on_progress, 2 * count_rows(backup.connection))
        with self._database.writing() as connection:
            _lock_out_writers(connection)
            if not replace and count_rows(connection):
                raise BackupError(
                    "Something is kept here already. With --replace, the backup takes its place."
                )
            for table in reversed(TABLES):
                connection.execute(table.delete())
            copied = copy_rows(backup.connection, connection, on_rows)
            if copied != {table.name: tally(connection, table, on_rows) for table in TABLES}:
                raise BackupError(
                    "The database does not have what was written to it, so nothing was changed."
                )
        if replace:
            self._database.erase_deleted()


def _lock_out_writers(connection: Connection) -> None:
    """Have others read, and not write, until the transaction ends."""
    if connection.dialect.name != "sqlite":  # Which has one writer at a time.
        names = ", ".join(table.name for table in TABLES)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _counting(on_progress: OnProgress, total: int) -> OnRows:
    """Adds the rows up."""
    done = 0

    def on_rows(rows: int) -> None:
        nonlocal done
        done += rows
        on_progress(done, total)

    return on_rows
