"""Tables of PostgreSQL, each with a large chat's sentences, that pgvector finds by a graph (HNSW).

They are made of the rows of `VECTORS`, go with these, and can be made anew at any time. An article
is written from its last sentence on: as soon as the first one is there, it is whole. The graph is
made of all sentences at once, which takes a fraction of the time; those that come later are added.
"""

import hashlib
from collections.abc import Iterator, Set
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.keeping.rows import BYTES_OF_NUMBER, from_vector_columns
from index.keeping.schema import VECTORS
from index.types import Vectors

MOST_DIMENSIONS = 2000
"""pgvector has no graph for longer vectors."""

_FOUND = 400
"""Sentences that are looked for in a graph: the more, the surer the nearest ones are among them,
and the more articles they are of."""

_WRITTEN_AT_ONCE = 200
"""Sentences in a transaction: who removes or replaces the same article waits for it."""

_LINKS_BYTES = 700
"""About what the graph needs in memory for each sentence beside its vector, while it is made."""

_MEMORY_KB = 1_000_000
"""The most memory that a graph is made in, unless the server is set to more. With less than needed
it takes many times as long."""

_LOCK = 5_020_171
"""Of the programs that share a database, one at a time changes the tables."""

_PREFIX = "nearest_"


def table_of(chat: str, model: str) -> str:
    """The name of the table of a chat's sentences by a model. It does not tell which chat."""
    return _PREFIX + hashlib.blake2b(f"{chat}\0{model}".encode(), digest_size=16).hexdigest()


def whole_articles(connection: Connection, table: str) -> set[str]:
    """The IDs of the articles that are whole in a table; none, if there is no such table."""
    if not _is_there(connection, table):
        return set()
    ids = connection.execute(sa.text(f"SELECT id FROM {table} WHERE number = 0"))  # noqa: S608
    return set(ids.scalars())


def has_graph(connection: Connection, table: str) -> bool:
    """Whether a table has its graph; without it, its sentences are compared one by one."""
    valid = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:graph)")
    return bool(connection.execute(valid, {"graph": _graph(table)}).scalar())


def nearest_articles(
    connection: Connection, table: str, queries: Vectors, among: Set[str]
) -> dict[str, float]:
    """The articles that have the sentences nearest to the queries, with the greatest cosine.

    `queries` has shape (questions, dimensions). `among` are the IDs of those that may be found.
    """
    # The operator is the negative inner product, which is the cosine of unit vectors.
    nearest = sa.text(
        f"SELECT id, -(embedding <#> CAST(:query AS vector)) FROM {table} "  # noqa: S608
        f"ORDER BY embedding <#> CAST(:query AS vector) LIMIT {_FOUND}"
    )
    connection.execute(sa.text(f"SET LOCAL hnsw.ef_search = {_FOUND}"))
    similarity = dict[str, float]()
    for query in queries:
        for article_id, cosine in connection.execute(nearest, {"query": _literal(query)}):
            if article_id in among:
                similarity[article_id] = max(cosine, similarity.get(article_id, cosine))
    return similarity


@contextmanager
def turn(connection: Connection) -> Iterator[bool]:
    """Keep other programs from changing the tables. False: another is just doing that.

    `connection` is outside of transactions, so that it does not hold up the making of graphs.
    """
    has_turn = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one()
    try:
        yield bool(has_turn)
    finally:
        if has_turn:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))


def write_sentences(
    connection: Connection, chat: str, model: str, dimensions: int, article_id: str
) -> bool:
    """Write the last of an article's sentences that are not in its chat's table, which is made if
    need be; return whether there are more.

    Vectors that are damaged, or were removed just now, are left out.
    """
    table = table_of(chat, model)
    if not _is_there(connection, table):
        _make_table(connection, table, dimensions)
    count = _lock_vectors(connection, chat, article_id, model, dimensions)
    first = sa.text(f"SELECT min(number) FROM {table} WHERE id = :id")  # noqa: S608
    written_from = connection.execute(first, {"id": article_id}).scalar()
    end = count if written_from is None else written_from
    start = max(0, end - _WRITTEN_AT_ONCE)
    size = BYTES_OF_NUMBER * dimensions
    part = sa.func.substring(VECTORS.c.data, start * size + 1, (end - start) * size)
    data = connection.execute(sa.select(part).where(_is_row(chat, article_id, model))).scalar()
    try:
        vectors = from_vector_columns(dimensions, data or b"")
    except ValueError:
        return False
    rows = [
        {"chat": chat, "id": article_id, "number": number, "embedding": _literal(vector)}
        for number, vector in enumerate(vectors, start=start)
    ]
    if rows:
        columns = "(chat, id, number, embedding)"
        values = "(:chat, :id, :number, CAST(:embedding AS vector))"
        connection.execute(sa.text(f"INSERT INTO {table} {columns} VALUES {values}"), rows)  # noqa: S608
    return start > 0


def make_graph(connection: Connection, table: str, dimensions: int) -> None:
    """Make a table's graph, if it has none. That may take minutes, in which nobody is kept waiting.

    `connection` is outside of transactions.
    """
    if has_graph(connection, table) or not _is_there(connection, table):
        return
    graph = _graph(table)
    # One that is not valid is there, if the server was stopped while it was made.
    connection.execute(sa.text(f"DROP INDEX IF EXISTS {graph}"))
    own = "SELECT setting FROM pg_settings WHERE name = 'maintenance_work_mem'"
    own_kb = int(connection.execute(sa.text(own)).scalar_one())
    sentences = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    needed_kb = sentences * (BYTES_OF_NUMBER * dimensions + _LINKS_BYTES) // 1000
    memory_kb = max(own_kb, min(needed_kb, _MEMORY_KB))
    for statement in (
        f"SET maintenance_work_mem = {memory_kb}",
        # Several would need as much shared memory, of which a container has little.
        "SET max_parallel_maintenance_workers = 0",
        f"CREATE INDEX CONCURRENTLY {graph} ON {table} USING hnsw (embedding vector_ip_ops)",
        "RESET max_parallel_maintenance_workers",
        "RESET maintenance_work_mem",
    ):
        connection.execute(sa.text(statement))


def drop_empty_tables(connection: Connection) -> None:
    """Drop the tables of chats that were forgotten, and of models that are no longer used."""
    names = sa.inspect(connection).get_table_names()
    empty = [
        name
        for name in names
        if name.startswith(_PREFIX)
        and not connection.execute(sa.text(f"SELECT EXISTS (SELECT FROM {name})")).scalar()  # noqa: S608
    ]
    if not empty:
        return
    # A removal locks them in this order too. Everybody waits behind this one, so not for long.
    connection.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
    connection.execute(sa.text(f"LOCK TABLE {VECTORS.name} IN ACCESS EXCLUSIVE MODE"))
    for name in empty:
        connection.execute(sa.text(f"DROP TABLE {name}"))


def _graph(table: str) -> str:
    return f"{table}_graph"


def _is_there(connection: Connection, table: str) -> bool:
    return connection.execute(sa.select(sa.func.to_regclass(table))).scalar() is not None


def _make_table(connection: Connection, table: str, dimensions: int) -> None:
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS vector",
        f"CREATE TABLE {table} (chat TEXT NOT NULL, id TEXT, number INTEGER, "
        f"embedding vector({dimensions}) NOT NULL, PRIMARY KEY (id, number), "
        f"FOREIGN KEY (chat, id) REFERENCES {VECTORS.name} (chat, id) ON DELETE CASCADE)",
        f"CREATE INDEX ON {table} (id) WHERE number = 0",
    ):
        connection.execute(sa.text(statement))


def _lock_vectors(
    connection: Connection, chat: str, article_id: str, model: str, dimensions: int
) -> int:
    """Keep an article's vectors from being replaced until the transaction ends; return their
    number."""
    length = sa.func.octet_length(VECTORS.c.data, type_=sa.Integer)
    count = sa.select(length // (BYTES_OF_NUMBER * dimensions))
    query = count.where(_is_row(chat, article_id, model))
    return connection.execute(query.with_for_update(read=True, key_share=True)).scalar() or 0


def _is_row(chat: str, article_id: str, model: str) -> sa.ColumnElement[bool]:
    is_article = sa.and_(VECTORS.c.chat == chat, VECTORS.c.id == article_id)
    return sa.and_(is_article, VECTORS.c.model == model)


def _literal(vector: Vectors) -> str:
    """A vector as pgvector reads it."""
    return f"[{','.join(map(str, vector.tolist()))}]"
