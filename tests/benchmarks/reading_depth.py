"""How many sentences are worth reading: quality against cost, in one run.

    python tests/benchmarks/reading_depth.py GOLD.jsonl... [--limit N]

Asks the answerable questions of each file about the whole article with 5, 10, 20, 30 and
all sentences read, and with as many as the program reads. Prints acc@1 and hit@3, and the time
a question takes relative to reading 5, and draws the curve into `reading_depth.png`.
"""

import time
from pathlib import Path
from unittest import mock

import click
import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.finding import ranking
from index.making.evaluation import load_gold_text, read_gold

FIXED = {
    str(count): {"MIN_CANDIDATES": count, "MAX_CANDIDATES": count} for count in (5, 10, 20, 30)
}
DEPTHS = FIXED | {
    "all": {"MIN_CANDIDATES": 10_000, "MAX_CANDIDATES": 10_000},
    "as the program": {
        "MIN_CANDIDATES": ranking.MIN_CANDIDATES,
        "MAX_CANDIDATES": ranking.MAX_CANDIDATES,
    },
}


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=300, help="Questions of each file.")
def main(gold: tuple[Path, ...], limit: int) -> None:
    embedder, reader = embedder_and_reader(load_settings())
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="time of a question, relative", ylabel="acc@1")
    print("| file | read | acc@1 | hit@3 | time |\n|---|---|---|---|---|")
    for path in gold:
        articles = read_gold(path)
        pairs = [(g, q) for g in articles for q in g.questions if q.gold]
        chosen = np.random.default_rng(0).permutation(len(pairs))[:limit]
        points = []
        for depth in track(DEPTHS.values(), path.stem, console=Console(stderr=True)):
            # Built anew: an index remembers what was asked.
            indexes = {
                gold.id: ArticleIndex.build(load_gold_text(gold), embedder, reader=reader)
                for gold in {id(pairs[row][0]): pairs[row][0] for row in chosen}.values()
            }
            ranks, began = [], time.perf_counter()
            with mock.patch.multiple(ranking, **depth):
                for row in chosen:
                    article, question = pairs[row]
                    ranked = indexes[article.id].ask(question.question).ranked
                    ranks.append([question.is_answered_by(citation) for citation in ranked])
            seconds = time.perf_counter() - began
            points.append(
                (seconds, np.mean([r[0] for r in ranks]), np.mean([any(r[:3]) for r in ranks]))
            )
        for shown, (seconds, first, third) in zip(DEPTHS, points, strict=True):
            ratio = seconds / points[0][0]
            print(f"| {path.stem} | {shown} | {first:.3f} | {third:.3f} | {ratio:.2f} |")
        relative = [(seconds / points[0][0], first) for seconds, first, _ in points]
        (line,) = axes.plot(*zip(*relative[:-1], strict=True), "o-", label=path.stem)
        axes.plot(*relative[-1], "*", markersize=14, color=line.get_color())
    axes.legend()
    figure.savefig("reading_depth.png", dpi=120)


if __name__ == "__main__":
    main()
