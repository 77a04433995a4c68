"""All rows of a database -> another one, of whatever kind each is; and their digest."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.keeping.schema import ARTICLES, TABLES, VECTORS, Text, keepable

_ROWS_AT_ONCE = 1000
_LONG_ROWS = frozenset({ARTICLES.name, VECTORS.name})
"""Tables of which a row may have tens of megabytes. They are read row by row."""

Row = tuple[Any, ...]

OnRows = Callable[[int], None]
"""Is called with the number of rows that were just read."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a table has, and their digest, which is the same in whatever order they are
    read and in whatever kind of database they are."""

    rows: int
    sha256: str


class _Counting:
    """Makes a tally of rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, rows: Iterable[Row]) -> None:
        # A sum doesn't depend on the order, and unlike XOR it shows a row that is there twice.
        for row in rows:
            self._rows += 1
            self._sum += int.from_bytes(_digest(row), "big")

    def tally(self) -> Tally:
        return Tally(self._rows, f"{self._sum % (1 << 256):064x}")


def count_rows(connection: Connection, tables: Sequence[sa.Table] = TABLES) -> int:
    """The number of all rows."""
    counts = (sa.select(sa.func.count()).select_from(table) for table in tables)
    return sum(connection.execute(count).scalar_one() for count in counts)


def tally(connection: Connection, table: sa.Table, on_rows: OnRows) -> Tally:
    """Read all rows of a table."""
    counting = _Counting()
    for rows in _rows_of(connection, table):
        counting.add(rows)
        on_rows(len(rows))
    return counting.tally()


def copy_rows(source: Connection, target: Connection, on_rows: OnRows) -> dict[str, Tally]:
    """Copy the rows of all tables to a database that has none; return their tallies by name."""
    return {table.name: copy_table(source, target, table, on_rows) for table in TABLES}


def copy_table(source: Connection, target: Connection, table: sa.Table, on_rows: OnRows) -> Tally:
    """Copy the rows of one table to a database that has none."""
    counting, names = _Counting(), [column.key for column in _columns(table)]
    for rows in _rows_of(source, table):
        counting.add(rows)
        target.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])
        on_rows(len(rows))
    return counting.tally()


def _rows_of(connection: Connection, table: sa.Table) -> Iterator[list[Row]]:
    """The rows of a table, a bounded number of them at once."""
    columns = _columns(table)
    # As the driver has them: SQLAlchemy's conversions fail at values of another type.
    query = sa.select(*(sa.type_coerce(column, sa.types.NullType()) for column in columns))
    at_once = 1 if table.name in _LONG_ROWS else _ROWS_AT_ONCE
    result = connection.execute(query, execution_options={"yield_per": at_once})
    for rows in result.partitions():
        yield [tuple(map(_fitting, row, columns)) for row in rows]


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns by name: older databases have them in another order."""
    return sorted(table.c, key=lambda column: column.name)


def _fitting(value: Any, column: sa.Column[Any]) -> Any:
    """A value of its column's type, as every database takes it. A damaged row of SQLite may have
    another one, which it keeps and other databases refuse."""
    if isinstance(column.type, sa.Boolean) and value is not None:
        return bool(value)
    if isinstance(column.type, Text) and isinstance(value, bytes | str):
        return keepable(value if isinstance(value, str) else value.decode(errors="replace"))
    if isinstance(column.type, sa.LargeBinary) and isinstance(value, str):
        return value.encode()
    return value


def _digest(row: Row) -> bytes:
    digest = hashlib.sha256()
    for value in row:
        kind, content = _content(value)
        digest.update(f"{kind}{len(content)} ".encode())
        digest.update(content)
    return digest.digest()


def _content(value: Any) -> tuple[str, bytes]:
    """A value's kind and bytes."""
    if value is None:
        return "n", b""
    if isinstance(value, bytes):
        return "b", value
    if isinstance(value, str):
        return "t", value.encode(errors="surrogatepass")
    return "i" if isinstance(value, int) else "f", repr(value).encode()
