"""How well questions are answered as people type them.

    python tests/benchmarks/robustness.py GOLD.jsonl... [--limit N]

Asks every question as it is written, in lower case, with slips of the keyboard, in keywords,
and with polite words around it, and prints acc@1, hit@3, the share answered, and the AUROC of
the refusals where a file has unanswerable questions. The polite words are others than those
that a reader is trained with.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.making.augmentation import keywords, with_slips
from index.making.evaluation import GoldArticle, predict, read_gold, report, sampled

POLITE = (
    "Hey there, would you please tell me {}",
    "Good evening! I was wondering {} Many thanks",
    "sorry to bother you, but does the article mention {}",
    "{} Please and thank you!",
)

AS_TYPED: dict[str, Callable[[str], str]] = {
    "as written": lambda question: question,
    "lower case, no mark": lambda question: question.lower().rstrip(" ?"),
    "one or two slips": lambda question: with_slips(question, random.Random(question)),
    "keywords": lambda question: keywords(question).lower(),
    "polite": lambda question: random.Random(question).choice(POLITE).format(question),
}


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=300, help="Questions of each file.")
def main(gold: tuple[Path, ...], limit: int) -> None:
    embedder, reader = embedder_and_reader(load_settings())
    print("| file | asked | acc@1 | hit@3 | answered | AUROC |\n|---|---|---|---|---|---|")
    for path in gold:
        articles = sampled(read_gold(path), limit)
        for name, typed in AS_TYPED.items():
            asked = [with_questions(article, typed) for article in articles]
            predictions = list(
                track(
                    predict(asked, embedder, reader),
                    f"{path.stem}, {name}",
                    total=sum(len(article.questions) for article in asked),
                    console=Console(stderr=True),
                )
            )
            made = report(path.name, "article", predictions)
            figures = (made.acc_at_1, made.hit_at_3, made.coverage, made.refusal_auroc)
            shown = " | ".join("" if figure is None else f"{figure:.3f}" for figure in figures)
            print(f"| {path.stem} | {name} | {shown} |")


def with_questions(article: GoldArticle, typed: Callable[[str], str]) -> GoldArticle:
    """The article with its questions typed in another way."""
    questions = (
        replace(question, question=typed(question.question)) for question in article.questions
    )
    return replace(article, questions=tuple(questions))


if __name__ == "__main__":
    main()
