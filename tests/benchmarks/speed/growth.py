"""How time and memory grow with an article's sentences and with the number of articles.

python -m tests.benchmarks.speed.growth OUT.png
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from index.keeping.library import Library
from index.keeping.store import FILE, Store
from tests.benchmarks.speed import texts

SENTENCES = (30, 100, 300, 1000, 3000)
ARTICLES = (10, 100, 1000, 10_000, 100_000)
OF_A_CHAT = 50
"""Articles: the limit that a chat has."""

ASKED = 30
"""Questions over which a median is taken."""


def main(out: Path) -> None:
    console = Console(stderr=True)
    sentences, articles = measured(lambda what: console.print(f"Growth: {what} ..."))
    draw(sentences, articles, out)
    for table in tables(sentences, articles):
        Console().print(table)


def measured(told: Callable[[str], None]) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """One dict of figures for each size; every size in a process of its own."""
    sentences, articles = [], []
    for count in SENTENCES:
        told(f"{count} sentences")
        sentences.append(_child("sentences", count))
    with tempfile.TemporaryDirectory() as folder:
        for count in ARTICLES:
            told(f"{count:,} articles")
            articles.append(_child("articles", count, folder))
    return sentences, articles


def tables(
    sentences: list[dict[str, float]], articles: list[dict[str, float]]
) -> tuple[Table, Table]:
    """Absolute times are of this machine; how they grow is not."""
    long = Table("sentences", "indexing, s", "retrieval, ms", "with the reader, ms", "MB")
    for each in sentences:
        long.add_row(
            f"{each['count']:,.0f}", f"{each['indexing']:.2f}", f"{each['retrieval'] * 1000:.1f}",
            f"{each['reading'] * 1000:.0f}", f"{each['memory']:.0f}",
        )  # fmt: skip
    many = Table(
        "articles", "open the store, ms", "load one, ms", "list a chat's, ms", "MB", "disk"
    )
    for each in articles:
        many.add_row(
            f"{each['count']:,.0f}", f"{each['open'] * 1000:.1f}", f"{each['load'] * 1000:.2f}",
            f"{each['list'] * 1000:.2f}", f"{each['memory']:.0f}", f"{each['disk']:.1f} MB",
        )  # fmt: skip
    return long, many


def draw(sentences: list[dict[str, float]], articles: list[dict[str, float]], out: Path) -> None:
    """Both as a PNG, on logarithmic scales: each relative to its smallest size."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    for axes, rows, names, title in (
        (left, sentences, ("indexing", "retrieval", "reading", "memory"), "Sentences"),
        (right, articles, ("open", "load", "list", "memory"), "Articles kept"),
    ):
        sizes = [row["count"] for row in rows]
        for name in names:
            axes.loglog(sizes, [row[name] / rows[0][name] for row in rows], "o-", label=name)
        axes.set(xlabel=title, ylabel="times the smallest", title=title)
        axes.grid(which="major", alpha=0.3)
        axes.legend()
    figure.savefig(out, dpi=120)
    pyplot.close(figure)


def _child(kind: str, count: int, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, kind, str(count), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def of_sentences(count: int) -> dict[str, float]:
    """An article of so many: indexing, a question with and without the reader, memory."""
    from bot.composition import embedder_and_reader
    from bot.settings import load_settings
    from index.article_index import ArticleIndex
    from index.loading import load_text
    from index.reading.readers import EvidenceReader

    embedder, reader = embedder_and_reader(load_settings())
    embedder.encode_query("Loads the model")
    article = load_text(texts.article(count))
    began = time.perf_counter()
    index = ArticleIndex.build(article, embedder, reader=reader)
    figures = {"count": count, "indexing": time.perf_counter() - began}
    alone = ArticleIndex(article, index.sentences, index.vectors, embedder, EvidenceReader())
    for name, asked in (("retrieval", alone), ("reading", index)):
        figures[name] = _median(asked.ask)
    return figures | {"memory": _memory()}


def _median(ask: Callable[[str], object]) -> float:
    times = []
    for question in texts.questions(ASKED + 5):
        began = time.perf_counter()
        ask(question)
        times.append(time.perf_counter() - began)
    return median(times[5:])


def of_articles(count: int, folder: Path) -> dict[str, float]:
    """A store of so many: opening it, loading an article, listing a chat's, memory, disk."""
    from bot.composition import embedder_and_reader
    from bot.settings import load_settings

    embedder, reader = embedder_and_reader(load_settings())
    model = embedder.identity
    store = Store.in_folder(folder)
    if not store.articles("0"):
        _fill_chat(Library(store, embedder, reader, _none), "0")
    store.close()
    _multiply(folder / FILE, count)
    store = Store.in_folder(folder)
    began = time.perf_counter()
    kept = store.articles("0")
    opened = time.perf_counter() - began
    chats = [str(number * 7919 % max(count // OF_A_CHAT, 1)) for number in range(ASKED)]
    loads, lists = [], []
    for chat in chats:
        began = time.perf_counter()
        listed = store.articles(chat)
        lists.append(time.perf_counter() - began)
        began = time.perf_counter()
        stored = store.load(chat, listed[-1].id, model)
        loads.append(time.perf_counter() - began)
        assert stored is not None
        assert stored.vectors is not None
    assert len(kept) in (10, OF_A_CHAT)
    disk = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return {
        "count": count, "open": opened, "load": median(loads), "list": median(lists),
        "memory": _memory(), "disk": disk,
    }  # fmt: skip


def _none() -> object:
    raise AssertionError("the shipped article is not asked")


def _fill_chat(library: Library, chat: str) -> None:
    from index.loading import load_text

    collection = library.collection(chat)
    for number in range(10):
        collection.add(load_text(f"Story number {number}.\n\n{texts.article(3)}"))


def _multiply(database: Path, count: int) -> None:
    """Copy the rows of the first chat's articles until there are so many, fifty a chat."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA foreign_keys=OFF")
    tables = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        if not name.startswith("sqlite")
    }
    have = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    templates = [row[0] for row in connection.execute("SELECT id FROM articles LIMIT 10")]
    for number in range(have, count):
        chat, template = str(number // OF_A_CHAT), templates[number % 10]
        new = f"{number:016x}"
        for name in ("chats", "articles", "sentence_vectors"):
            columns = tables[name]
            values = ["?" if c == "chat" else ("?" if c == "id" else c) for c in columns]
            given = [chat if c == "chat" else new for c in columns if c in ("chat", "id")]
            where = "chat='0'" if name == "chats" else "chat='0' AND id=?"
            connection.execute(
                f"INSERT OR IGNORE INTO {name} ({','.join(columns)}) "
                f"SELECT {','.join(values)} FROM {name} WHERE {where}",
                [*given, *([] if name == "chats" else [template])],
            )
    connection.commit()
    connection.close()


def _memory() -> float:
    """MB of resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    if sys.argv[1] == "sentences":
        print(json.dumps(of_sentences(int(sys.argv[2]))))
    elif sys.argv[1] == "articles":
        print(json.dumps(of_articles(int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main(Path(sys.argv[1]))
