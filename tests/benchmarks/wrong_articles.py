"""How well are questions refused that are put to another article of the same set?

    python tests/benchmarks/wrong_articles.py GOLD.jsonl

Every answerable question is put to its own article and to the next one. Prints the AUROC of
the confidence, and the shares of answers to the right and to the wrong article.
"""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.making.evaluation import auroc, load_gold_text, read_gold


def main(path: Path) -> None:
    golds = read_gold(path)
    embedder, reader = embedder_and_reader(load_settings())
    indexes = [ArticleIndex.build(load_gold_text(g), embedder, reader=reader) for g in golds]
    answers = [
        (own, indexes[(row + (not own)) % len(golds)].ask(question.question))
        for row, gold in enumerate(track(golds, console=Console(stderr=True)))
        for question in gold.questions
        if question.answerable
        for own in (True, False)
    ]
    own = np.array([own for own, _ in answers])
    answered = np.array([answer.answered for _, answer in answers])
    told = auroc(list(own), [answer.confidence for _, answer in answers])
    print(f"AUROC {told:.3f} over {len(answers)} questions")
    print(f"answered: own article {answered[own].mean():.3f}, another {answered[~own].mean():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
