"""Does ONNX Runtime answer as torch does?

    python tests/benchmarks/backends.py GOLD.jsonl... [--limit N] [--scope paragraph]

Asks the same questions in both. Prints acc@1 and AUROC (answerable against unanswerable, where a
file has both) of each, their difference in points, and how often the first sentence is the same.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.backends import Backend
from index.making.evaluation import predict, read_gold, report, sampled


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--scope", choices=["article", "paragraph"], default="article")
    given = parser.parse_args()
    Console().print(compared(given.gold, given.limit, given.scope))


def compared(
    paths: Sequence[Path],
    limit: int | None = None,
    scope: Literal["article", "paragraph"] = "article",
) -> Table:
    """The table of these files, of each `limit` questions drawn at random."""
    table = Table("file", "questions", "acc@1", "points", "AUROC", "points", "same first")
    for path in paths:
        golds = sampled(read_gold(path), limit)
        made, first = [], []
        for backend in (Backend.TORCH, Backend.ONNX):
            settings = load_settings().model_copy(update={"backend": backend})
            predictions = list(
                track(
                    predict(golds, *embedder_and_reader(settings), scope=scope),
                    total=sum(len(gold.questions) for gold in golds),
                    description=f"{path.name} {backend}",
                    console=Console(stderr=True),
                )
            )
            made.append(report(path.name, scope, predictions))
            first.append([p.answer.ranked[0].start + p.offset for p in predictions])
        cells = [path.name, str(len(first[0]))]
        for name in ("acc_at_1", "refusal_auroc"):
            before, after = (getattr(each, name) for each in made)
            if before is None or after is None:
                cells += ["", ""]
            else:
                cells += [f"{before:.4f} {after:.4f}", f"{100 * (after - before):+.2f}"]
        table.add_row(*cells, f"{np.mean(np.equal(*first)):.3f}")
    return table


if __name__ == "__main__":
    main()
