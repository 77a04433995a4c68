"""A database -> how it is: its version, what is in it, and what of that is damaged."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from index.keeping.database import Database
from index.keeping.rows import from_article_row, from_vector_columns
from index.keeping.schema import ARTICLES, CHATS, MIGRATIONS, VECTORS, version_of

OnArticle = Callable[[int, int], None]
"""Takes the numbers of articles that were read and of all."""

_NEWEST = 1 + len(MIGRATIONS)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is kept. Of the `damaged` articles the text can't be read any more; the sentences or
    vectors of the `mendable` ones are made anew when they are used."""

    chats: int
    articles: int
    damaged: int
    mendable: int


@dataclass(frozen=True, slots=True)
class Examination:
    """How a database is. `version` is that of its tables, 0 if there are none yet.

    `contents` are None if it is not the version of this program, or if the file itself, as a whole,
    is not `sound`.
    """

    version: int
    sound: bool = True
    contents: Contents | None = None

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program has written it."""
        return self.version > _NEWEST


def examine(database: Database, on_article: OnArticle) -> Examination:
    """Read all of a database. Raises `StorageError`: it can't be opened or read."""
    with database.as_it_is() as connection:
        if connection is None:
            return Examination(0)
        version, sound = version_of(connection), _is_sound(connection)
        readable = sound and version == _NEWEST
        contents = _contents(connection, on_article) if readable else None
        return Examination(version, sound, contents)


def _is_sound(connection: Connection) -> bool:
    """Whether the pages of the file fit together; of a server, that is the server's business."""
    if connection.dialect.name != "sqlite":
        return True
    return list(connection.exec_driver_sql("PRAGMA quick_check(1)").scalars()) == ["ok"]


def _contents(connection: Connection, on_article: OnArticle) -> Contents:
    chats, articles = (
        connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in (CHATS, ARTICLES)
    )
    query = sa.select(ARTICLES, VECTORS.c.dimensions, VECTORS.c.data).outerjoin(VECTORS)
    rows = connection.execute(query, execution_options={"yield_per": 1}).mappings()
    damaged = mendable = 0
    for done, row in enumerate(rows, start=1):
        try:
            mendable += not _is_whole(row)
        except ValueError:
            damaged += 1
        on_article(done, articles)
    return Contents(chats, articles, damaged, mendable)


def _is_whole(row: RowMapping) -> bool:
    """Whether an article has its sentences and their vectors. Raises `ValueError`: its text is
    damaged."""
    _, sentences = from_article_row(row)
    try:
        vectors = from_vector_columns(row["dimensions"], row["data"])
    except (ValueError, TypeError):
        return False
    return len(vectors) == len(sentences) > 0
