"""`make benchmark`: one table of everything that is to be fast, and how it grows.

python -m tests.benchmarks.speed [GROWTH.png]
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console

import tests.conftest  # noqa: F401 - no hub is asked, and nobody's own articles are touched
from bot.composition import embedder_and_reader
from bot.settings import load_settings
from tests.benchmarks import backends
from tests.benchmarks.speed import answers, chats, fairness, growth
from tests.benchmarks.speed.peers import run as peers
from tests.benchmarks.speed.table import shown
from tests.benchmarks.speed.texts import GOLD


def main(plot: Path) -> None:
    console = Console(stderr=True)

    def told(what: str) -> None:
        console.print(f"Measuring {what} ...")

    embedder_and_reader(load_settings())  # prepares the models, which is done once
    rows, cpu = answers.rows(told)
    rows += chats.rows(told, cpu)
    rows += fairness.rows(told)
    Console().print(shown(rows))
    told("the answers, in ONNX Runtime and in torch")
    Console().print(backends.compared([GOLD]))
    Console().print(peers.compared(told))
    sentences, articles = growth.measured(told)
    growth.draw(sentences, articles, plot)
    for table in growth.tables(sentences, articles):
        Console().print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(tempfile.gettempdir()) / "growth.png")
