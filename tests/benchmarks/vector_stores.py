"""Where pgvector begins to pay: the nearest of many sentences, by each of the ways to find them.

    python tests/benchmarks/vector_stores.py GOLD.jsonl... [--sentences N]... [--seconds N]

Sentences of the articles are embedded for so many seconds. The rest, up to the numbers asked for,
is made up: each vector lies between two real ones, with a little noise. The questions are real. All
sentences are of one chat, in articles of a hundred. A row has the time of a question, and how much
of what FAISS finds is found: the ten nearest sentences, or the five articles of the nearest ones.
The time is that of the processors, of the program and the server together: what a question waits
where nothing else runs, and all that is needed is in memory.
"""

import heapq
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import faiss
import numpy as np
import pgserver
import sqlalchemy as sa

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.finding.vectors import VectorIndex
from index.keeping.chats import update_chat
from index.keeping.collection import MAX_ARTICLES_ASKED
from index.keeping.graph_tables import table_of
from index.keeping.pgvector import PgVectors
from index.keeping.rows import to_article_row, to_vector_columns
from index.keeping.schema import ARTICLES, VECTORS
from index.keeping.store import Store
from index.keeping.vector_store import ExactVectors, VectorStore
from index.making.evaluation import load_gold_text, read_gold
from index.text.normalizing import normalize
from index.text.sentences import split_sentences
from index.types import Article, Sentence, Vectors

CHAT, MODEL = "large", "model"
TABLE = table_of(CHAT, MODEL)
GRAPH = f"{TABLE}_graph"
GRAPH_ALONE = tuple(f"enable_{way} = off" for way in ("seqscan", "bitmapscan", "sort"))
QUESTIONS = 200
PER_ARTICLE = 100
NEAREST = 10
SECONDS_A_ROW = 20
"""A slow way is asked as many of the questions as this allows."""

Ask = Callable[[Vectors], set[int]]
"""A question's vector, of shape (1, dimensions) -> the numbers of what is nearest to it."""


@click.command()
@click.argument("gold", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sentences", multiple=True, default=(10_000, 100_000), type=int)
@click.option("--seconds", default=600.0, help="How long real sentences are embedded.")
@click.option("--kept", type=click.Path(path_type=Path), help="A file that keeps them (.npz).")
def main(
    gold: tuple[Path, ...], sentences: tuple[int, ...], seconds: float, kept: Path | None
) -> None:
    faiss.omp_set_num_threads(1)
    if kept and kept.exists():
        real, questions = np.load(kept).values()
    else:
        real, questions = embedded(gold, seconds)
        if kept:
            np.savez(kept, real, questions)
    print(f"{len(real):,} real sentences, {len(questions)} questions", flush=True)
    for count in sentences:
        with (
            tempfile.TemporaryDirectory() as folder,
            postgres(Path(folder) / "pg") as (address, process),
        ):
            stores = Store.in_folder(Path(folder)), Store(address)
            measure(made_up(real, count), questions, *stores, sa.create_engine(address), process)
            for store in stores:
                store.close()


def embedded(gold: Sequence[Path], seconds: float) -> tuple[Vectors, Vectors]:
    """The vectors of real sentences, each once, and of questions."""
    embedder, _ = embedder_and_reader(load_settings())
    articles = [article for path in gold for article in read_gold(path)]
    random.Random(1).shuffle(articles)
    questions = [article.questions[0].question for article in articles if article.questions]
    queries = [embedder.encode_query(normalize(question)) for question in questions[:QUESTIONS]]
    vectors, known, end = list[Vectors](), set[str](), time.monotonic() + seconds
    for article in articles:
        texts = [normalize(one.text) for one in split_sentences(load_gold_text(article))]
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            vectors.append(embedder.encode_documents(new))
            known.update(new)
        if time.monotonic() > end:
            break
    return np.concatenate(vectors), np.concatenate(queries)


def made_up(real: Vectors, count: int) -> Vectors:
    """So many vectors: the real ones, and others between two of them with a little noise."""
    rng, parts = np.random.default_rng(1), [real[:count]]
    for start in range(len(real), count, 50_000):
        one, other = rng.integers(len(real), size=(2, min(50_000, count - start)))
        share = rng.uniform(0.2, 0.5, size=(len(one), 1)).astype(np.float32)
        noise = rng.standard_normal((len(one), real.shape[1]), dtype=np.float32)
        between = (1 - share) * real[one] + share * real[other] + 0.01 * noise
        parts.append(between / np.linalg.norm(between, axis=1, keepdims=True))
    return np.concatenate(parts)


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a server of our own, and its process."""
    server = pgserver.get_server(folder)
    try:
        # A graph of a million sentences needs the memory; the disk is not what is measured.
        for setting in ("maintenance_work_mem = '3GB'", "fsync = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(), server.get_pid()
    finally:
        server.cleanup()


def measure(
    vectors: Vectors,
    questions: Vectors,
    file: Store,
    server: Store,
    engine: sa.Engine,
    process: int,
) -> None:
    """Print the table of one number of sentences, and what the graph takes."""
    print(f"\n{len(vectors):,} sentences:\n\n| | ms, p50 | ms, p95 | recall |\n|---|---|---|---|")
    exact, queries = VectorIndex(vectors), [question[np.newaxis] for question in questions]
    sentences = [by_faiss(exact, query) for query in queries]
    articles = [by_article(exact, query) for query in queries]
    table = Table(queries, process)
    table.add("FAISS, all in memory", lambda query: by_faiss(exact, query), sentences)
    for store in (file, server):
        keep(store, vectors)
    for name, store in (("SQLite", file), ("PostgreSQL", server)):
        ask = in_articles(ExactVectors(store._database))
        table.add(f"articles, read from {name}", ask, articles)
    large = PgVectors(server._database, border=1)
    start = table.seconds()
    fill(large, queries[0])
    filled = table.seconds() - start
    table.add("articles, by the graph", in_articles(large), articles)
    for searched in (40, 100, 200, 400):
        with by_pgvector(engine, f"hnsw.ef_search = {searched}") as ask:
            table.add(f"pgvector, {searched} searched", ask, sentences)
    # The time of those that work beside would not be counted.
    alone = "max_parallel_workers_per_gather = 0"
    with by_pgvector(engine, "enable_indexscan = off", alone) as ask:
        table.add("pgvector, without the graph", ask, sentences)
    few = VectorIndex(vectors[: len(vectors) // 100])
    of_few = [by_faiss(few, query) for query in queries]
    where = f"WHERE id < '{len(few) // PER_ARTICLE:016}'"
    for searched in (200, 1000):
        with by_pgvector(engine, f"hnsw.ef_search = {searched}", *GRAPH_ALONE, where=where) as ask:
            table.add(f"a hundredth of the graph, {searched} searched", ask, of_few)
    with engine.connect() as connection:
        show_costs(connection, len(vectors), filled)


class Table:
    """A row for each way: its times, and its recall."""

    def __init__(self, queries: Sequence[Vectors], server: int) -> None:
        """`server` is the process that has started those of the server."""
        self._queries = queries
        self._server = server

    def add(self, name: str, ask: Ask, right: Sequence[set[int]]) -> None:
        """Ask by `ask`, and compare what it finds with what is right."""
        ask(self._queries[0])  # What comes first is read from the disk.
        times, recalls, end = list[float](), list[float](), time.monotonic() + SECONDS_A_ROW
        for query, expected in zip(self._queries, right, strict=True):
            start = self.seconds()
            found = ask(query)
            times.append(1000 * (self.seconds() - start))
            recalls.append(len(found & expected) / len(expected))
            if time.monotonic() > end:
                break
        p50, p95 = np.percentile(times, [50, 95])
        print(f"| {name} | {p50:.1f} | {p95:.1f} | {np.mean(recalls):.3f} |", flush=True)

    def seconds(self) -> float:
        """The processor time that this process and the server's have taken until now."""
        children = Path(f"/proc/{self._server}/task/{self._server}/children").read_text().split()
        return time.process_time() + sum(map(_nanoseconds, children)) / 1e9


def _nanoseconds(process: str) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    return 0


def by_faiss(index: VectorIndex, query: Vectors) -> set[int]:
    return set(index.search(query, NEAREST)[1].tolist())


def by_article(index: VectorIndex, query: Vectors) -> set[int]:
    """The articles that have the nearest sentences."""
    numbers = index.search(query, MAX_ARTICLES_ASKED * PER_ARTICLE)[1] // PER_ARTICLE
    return set(list(dict.fromkeys(numbers.tolist()))[:MAX_ARTICLES_ASKED])


def in_articles(store: VectorStore) -> Ask:
    def ask(query: Vectors) -> set[int]:
        similarity = store.similarities(CHAT, MODEL, query, MAX_ARTICLES_ASKED)
        nearest = heapq.nlargest(MAX_ARTICLES_ASKED, similarity, key=lambda id_: similarity[id_])
        return set(map(int, nearest))

    return ask


@contextmanager
def by_pgvector(engine: sa.Engine, *settings: str, where: str = "") -> Iterator[Ask]:
    """The nearest sentences among some, with settings of the server."""
    nearest = sa.text(
        f"SELECT id, number FROM {TABLE} {where} "
        f"ORDER BY embedding <#> CAST(:query AS vector) LIMIT {NEAREST}"
    )
    with engine.connect() as connection:
        # A connection of its own: PostgreSQL keeps plans that were made with other settings.
        connection.detach()
        for setting in settings:
            connection.execute(sa.text(f"SET {setting}"))

        def ask(query: Vectors) -> set[int]:
            rows = connection.execute(nearest, {"query": str(query[0].tolist())})
            return {int(article) * PER_ARTICLE + number for article, number in rows}

        yield ask


def keep(store: Store, vectors: Vectors) -> None:
    """Keep all vectors, as articles of which each sentence is one letter."""
    text = "x" * PER_ARTICLE
    spans = tuple(Sentence(n + 1, 1, n, n + 1, "x") for n in range(PER_ARTICLE))
    with store._database.writing() as connection:
        update_chat(connection, CHAT)
        for start in range(0, len(vectors), PER_ARTICLE):
            part = vectors[start : start + PER_ARTICLE]
            article = Article(f"{start // PER_ARTICLE:016}", "x", text, ((0, len(text)),))
            row = to_article_row(article, spans[: len(part)])
            connection.execute(ARTICLES.insert().values(chat=CHAT, **row))
            columns = to_vector_columns(part, MODEL)
            connection.execute(VECTORS.insert().values(chat=CHAT, id=article.id, **columns))


def fill(store: PgVectors, query: Vectors) -> None:
    """Have the table and its graph made."""
    store.similarities(CHAT, MODEL, query, MAX_ARTICLES_ASKED)
    if thread := store._filling._thread:
        thread.join()


def show_costs(connection: sa.Connection, count: int, seconds: float) -> None:
    """Print the processor time in which the table and its graph were made, and their room."""

    def size(of: str, what: str) -> float:
        return float(connection.execute(sa.text(f"SELECT {of}('{what}')")).scalar_one()) / count

    print(f"\nMade in {1000 * seconds / count:.2f} ms a sentence. Bytes a sentence:")
    print(f"{size('pg_total_relation_size', VECTORS.name):.0f} kept anyway,")
    print(f"{size('pg_table_size', TABLE):.0f} table, {size('pg_relation_size', GRAPH):.0f} graph")


if __name__ == "__main__":
    main()
