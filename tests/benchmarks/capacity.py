"""What a chat costs: CPU time of questions and articles, bytes on the disk and in memory.

    python tests/benchmarks/capacity.py

Articles and questions are those of the project's gold data. CPU time is of all threads, so that
what else the machine does hardly counts; of one run, so that another machine has other figures.
docs/scaling.md goes on from here.
"""

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.composition import embedder_and_reader
from bot.dialogue import Dialogue
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import FILE, Store
from index.loading import load_text
from tests.benchmarks.speed import texts

SENTENCES = 60
"""Of an article: that of a news story or a blog post."""

LOADS = 10
QUESTIONS = 100
CHATS = 300
"""Chats with an article each, of which all are in memory at the end."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`load` and `question`: seconds of CPU; `kept`: bytes on the disk; `chat`: bytes of memory."""

    load: float
    question: float
    kept: float
    chat: float


def main() -> None:
    """Measure, and print what it comes to."""
    with tempfile.TemporaryDirectory() as folder:
        cost = measured(Path(folder), partial(print, file=sys.stderr))
    table = Table("what", "measured")
    table.add_row(f"an article of {SENTENCES} sentences is read and indexed", _ms(cost.load))
    table.add_row("a question is answered", _ms(cost.question))
    table.add_row("questions a second and core", f"{1 / cost.question:.0f}")
    table.add_row("kept of a sentence", f"{cost.kept / SENTENCES:,.0f} bytes")
    table.add_row(f"kept of an article of {SENTENCES} sentences", f"{cost.kept / 1000:,.0f} kB")
    table.add_row("a chat in memory, with its article", f"{cost.chat / 1000:,.0f} kB")
    Console().print(table)


def measured(folder: Path, told: Callable[[str], None]) -> Cost:
    """Measure with the configured models and a database in that folder."""
    embedder, reader = embedder_and_reader(load_settings())
    store = Store.in_folder(folder)
    library = Library(store, embedder, reader, lambda: _never())
    text = texts.article(SENTENCES * (LOADS + 1))
    parts = text.split("\n\n")
    size = len(parts) // (LOADS + 1)
    articles = [
        load_text("\n\n".join(parts[start : start + size]))
        for start in range(0, size * (LOADS + 1), size)
    ]
    told("Loading articles ...")
    library.collection("first").add(articles[0])  # Loads the models.
    collection = library.collection("loads")
    load = _cpu(lambda: [collection.add(article) for article in articles[1:]]) / LOADS
    told("Asking ...")
    asked = texts.questions(QUESTIONS + 1)
    dialogue = Dialogue(library.collection("first"), _never)
    dialogue.say(asked[0])
    question = _cpu(lambda: [dialogue.say(each) for each in asked[1:]]) / QUESTIONS
    told("Keeping many chats ...")
    index = ArticleIndex.build(articles[0], embedder, reader=reader)
    before = _on_disk(folder)
    for number in range(CHATS):
        store.add(
            f"chat:{number}", index.article, index.sentences, index.vectors, embedder.identity
        )
    kept = (_on_disk(folder) - before) / CHATS
    gc.collect()
    resident = _resident()
    dialogues = []
    for number in range(CHATS):
        dialogue = Dialogue(library.collection(f"chat:{number}"), _never)
        dialogue.say("/article")
        dialogues.append(dialogue)
    gc.collect()
    chat = (_resident() - resident) / CHATS
    return Cost(load, question, kept, chat)


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob(f"{FILE}*"))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms of CPU"


def _never(*_: object, **__: object) -> ArticleIndex:
    raise AssertionError("no shipped article and no page is asked for here")


if __name__ == "__main__":
    main()
