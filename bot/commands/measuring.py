"""`evaluate`: how good answers and refusals are on labelled questions."""

import json
from pathlib import Path
from typing import Literal

import click

from bot import composition
from bot.commands.output import check_writable, write_file


@click.command()
@click.argument(
    "gold", nargs=-1, required=True, metavar="GOLD.jsonl...", type=click.Path(path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print the metrics as JSON.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Ask only so many questions of a file, drawn at random.",
)
@click.option(
    "--scope",
    type=click.Choice(["article", "paragraph"]),
    default="article",
    help="Ask about the whole article, or about each question's own paragraph.",
)
@click.option(
    "--predictions",
    type=click.Path(path_type=Path),
    metavar="OUT.jsonl",
    help="Write what was said to every question, for an independent scorer.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw risk against coverage, and how reliable the confidence is.",
)
def evaluate(
    gold: tuple[Path, ...],
    as_json: bool,
    limit: int | None,
    scope: Literal["article", "paragraph"],
    predictions: Path | None,
    plot: Path | None,
) -> None:
    """Measure answers and refusals on labelled questions."""
    from bot.terminal.console import progress, stdout
    from bot.terminal.tables import report_table
    from index.making.evaluation import (
        Prediction,
        plot_confidence,
        predict,
        read_gold,
        report,
        sampled,
    )
    from index.making.plotting import check_installed

    sets = [(path, sampled(read_gold(path), limit)) for path in gold]
    total = sum(len(article.questions) for _, articles in sets for article in articles)
    if plot:
        check_installed()
    for path in filter(None, (predictions, plot)):
        check_writable(path)
    settings = composition.read_settings()
    embedder, reader = composition.embedder_and_reader(settings)
    everything: list[Prediction] = []
    reports = []
    with progress("Asking") as on_progress:
        for path, articles in sets:
            first = len(everything)
            for prediction in predict(articles, embedder, reader, scope=scope):
                everything.append(prediction)
                on_progress(len(everything), total)
            reports.append(report(path.name, scope, everything[first:]))
    if predictions:
        lines = (json.dumps(prediction.as_json()) + "\n" for prediction in everything)
        write_file(predictions, "".join(lines))
    if plot:
        plot_confidence(everything, reader.thresholds, plot)
    if as_json:
        click.echo(json.dumps([report.as_json() for report in reports], indent=2))
    else:
        stdout().print(report_table(reports))
