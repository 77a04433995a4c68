"""Are the words that are marked in a right sentence the answer?

    python tests/benchmarks/marked_words.py GOLD.jsonl... [--limit N]

Asks the answerable questions of each file about the whole article. Of those whose first sentence
is right: the share in which words are marked, and how well these match the nearest of the gold
answers: mean F1 of their words, as SQuAD's own script has it (lower case, no articles, no
punctuation), and the share that is the same.
"""

import re
from collections import Counter
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.making.evaluation import predict, read_gold, sampled

_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"a", "an", "the"})


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=300, help="Questions of each file.")
def main(gold: tuple[Path, ...], limit: int) -> None:
    embedder, reader = embedder_and_reader(load_settings())
    print("| file | right first | marked | F1 | the same |\n|---|---|---|---|---|")
    for path in gold:
        articles = sampled(read_gold(path), limit)
        texts = {article.id: article.text for article in articles}
        total = sum(len(article.questions) for article in articles)
        right, overlaps = 0, []
        for of in track(
            predict(articles, embedder, reader), path.stem, total, console=Console(stderr=True)
        ):
            if of.rank != 1:
                continue
            right += 1
            if marked := of.answer.ranked[0].highlight:
                text = texts[of.article_id]
                words = words_of(text[marked[0] + of.offset : marked[1] + of.offset])
                answers = (words_of(text[slice(*span)]) for span in of.question.answers)
                overlaps.append(max(f1(words, answer) for answer in answers))
        shares = (len(overlaps) / right, np.mean(overlaps), np.mean(np.equal(overlaps, 1)))
        figures = " | ".join(f"{share:.3f}" for share in shares)
        print(f"| {path.stem} | {right} | {figures} |")


def words_of(text: str) -> "Counter[str]":
    return Counter(word for word in _WORD.findall(text.lower()) if word not in _ARTICLES)


def f1(words: "Counter[str]", answer: "Counter[str]") -> float:
    return 2 * (words & answer).total() / max((words + answer).total(), 1)


if __name__ == "__main__":
    main()
