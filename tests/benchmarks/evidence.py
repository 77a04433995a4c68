"""How well several sentences are cited where an answer takes several.

    python tests/benchmarks/evidence.py GOLD.jsonl... [--limit N]

Over the questions that are answered: of the sentences cited, how many are right
(precision), and of the right sentences, how many are cited (recall); beside citing the
first sentence alone.
"""

from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.making.evaluation import load_gold_text, read_gold, sampled


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=300, help="Questions of each file.")
def main(gold: tuple[Path, ...], limit: int) -> None:
    embedder, reader = embedder_and_reader(load_settings())
    print("| file | answered | cited | precision | recall | F1 |\n|---|---|---|---|---|---|")
    for path in gold:
        counts: dict[str, list[tuple[int, int, int]]] = {
            "first alone": [],
            "all that are cited": [],
        }
        for article in track(
            sampled(read_gold(path), limit), path.stem, console=Console(stderr=True)
        ):
            index = ArticleIndex.build(load_gold_text(article), embedder, reader=reader)
            for question in article.questions:
                answer = index.ask(question.question)
                right = sum(question.is_answered_by(sentence) for sentence in index.sentences)
                for name, cited in zip(
                    counts, (answer.citations[:1], answer.citations), strict=True
                ):
                    if right and cited:
                        found = sum(question.is_answered_by(citation) for citation in cited)
                        counts[name].append((found, len(cited), right))
        for name, rows in counts.items():
            found, cited, right = np.sum(rows, axis=0)
            precision, recall = found / cited, found / right
            f1 = 2 * precision * recall / (precision + recall)
            figures = " | ".join(f"{figure:.3f}" for figure in (precision, recall, f1))
            print(f"| {path.stem} | {len(rows)} | {name} | {figures} |")


if __name__ == "__main__":
    main()
