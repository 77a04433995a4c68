"""How many sentences are worth reading: quality against cost, in one run.

    python tests/benchmarks/reading_depth.py GOLD.jsonl... [--limit N]

Asks the answerable questions of each file about the whole article with 5, 10, 20, 30 and
all sentences read. Prints acc@1 and hit@3, and the time a question takes relative to
reading 5, and draws the curve into `reading_depth.png`.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track

from bot.cli import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.evaluation import load_gold_text, read_gold
from index.types import Borders, Candidate, Page, Reader, Reading

DEPTHS = (5, 10, 20, 30, 10_000)


@dataclass
class AtDepth:
    """A reader that is shown another number of sentences."""

    inner: Reader
    depth: int = 0

    @property
    def borders(self) -> Borders:
        return self.inner.borders

    def read(self, question: str, candidates: list[Candidate], page: Page) -> list[Reading]:
        return self.inner.read(question, candidates, page)


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=300, help="Questions of each file.")
def main(gold: tuple[Path, ...], limit: int) -> None:
    embedder, inner = embedder_and_reader(load_settings())
    reader = AtDepth(inner)
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="time of a question, relative", ylabel="acc@1")
    print("| file | read | acc@1 | hit@3 | time |\n|---|---|---|---|---|")
    for path in gold:
        articles = read_gold(path)
        pairs = [(g, q) for g in articles for q in g.questions if q.gold]
        chosen = np.random.default_rng(0).permutation(len(pairs))[:limit]
        indexes = {
            gold.id: ArticleIndex.build(load_gold_text(gold), embedder, reader=reader)
            for gold in {id(pairs[row][0]): pairs[row][0] for row in chosen}.values()
        }
        points = []
        for reader.depth in track(DEPTHS, path.stem, console=Console(stderr=True)):
            ranks, began = [], time.perf_counter()
            for row in chosen:
                article, question = pairs[row]
                ranked = indexes[article.id].ask(question.question).ranked
                ranks.append([question.is_answered_by(citation) for citation in ranked])
            seconds = time.perf_counter() - began
            points.append(
                (seconds, np.mean([r[0] for r in ranks]), np.mean([any(r[:3]) for r in ranks]))
            )
        for depth, (seconds, first, third) in zip(DEPTHS, points, strict=True):
            shown = "all" if depth == DEPTHS[-1] else depth
            ratio = seconds / points[0][0]
            print(f"| {path.stem} | {shown} | {first:.3f} | {third:.3f} | {ratio:.2f} |")
        axes.plot(
            [s / points[0][0] for s, *_ in points], [p[1] for p in points], "o-", label=path.stem
        )
    axes.legend()
    figure.savefig("reading_depth.png", dpi=120)


if __name__ == "__main__":
    main()
