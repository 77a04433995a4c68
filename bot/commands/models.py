"""`model`: training readers and exporting models."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition

if TYPE_CHECKING:
    from index.making.onnx_export import Precision

_WEIGHTS: "dict[str, Precision]" = {"none": "float32", "int8": "int8"}


@click.group()
def model() -> None:
    """Make the models that the program reads with."""


@model.command("train-reader")
@click.option(
    "--data",
    multiple=True,
    required=True,
    metavar="GOLD.jsonl",
    type=click.Path(path_type=Path),
    help="Labelled questions; give it once for each file. A tenth of the articles is held out.",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder."
)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--start",
    type=click.Path(path_type=Path, file_okay=False),
    help="Begin with the reader in this folder.",
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in the folder.")
def train_reader(
    data: tuple[Path, ...], out: Path, minutes: float, seed: int, start: Path | None, resume: bool
) -> None:
    """Train, calibrate and write a reader, from the weights of the embedding model.

    The folder can be given as ARTICLE_BOT_READER.
    """
    from index.models.extras import check_extra

    check_extra("train", "Training a reader")

    from bot.terminal.console import training_progress
    from index.making.training import Recipe, train

    settings = composition.read_settings()
    models = composition.model_loader(settings)
    embedder = models.embedder(settings.embedding_model)
    recipe = Recipe(data, out, minutes, seed, start)
    with training_progress() as (on_step, on_work):
        state = train(
            recipe,
            embedder,
            lambda folder: models.reader(str(folder)),
            resume=resume,
            on_step=on_step,
            on_work=on_work,
        )
    click.echo(f"{out}: a reader after {state.step} steps, {state.seconds / 60:.0f} minutes.")


@model.command("export")
@click.argument("name", required=False)
@click.option(
    "--quantize",
    type=click.Choice(["none", "int8"]),
    help="Left out: int8 for the default embedding model and for a reader, none for others.",
)
@click.option(
    "--questions",
    multiple=True,
    metavar="GOLD.jsonl",
    type=click.Path(path_type=Path),
    help="Labelled questions, by which another embedding model in int8 is compared with the "
    "original.",
)
def export_model(name: str | None, quantize: str | None, questions: tuple[Path, ...]) -> None:
    """Prepare a model for fast starts: write it as ONNX into the data folder.

    NAME is a sentence-transformers model or its folder, `shipped` or the folder of a reader. Left
    out: the models that are configured, which are prepared by themselves when first used. The
    default ones come prepared.
    """
    from index.models.extras import check_extra

    check_extra("torch", "Exporting a model")

    from bot.terminal.console import working
    from index.backends import reader_folder
    from index.making.evaluation import read_gold
    from index.making.exporting import export_embedder, export_reader

    settings = composition.read_settings()
    models = composition.model_loader(settings)
    golds = [article for path in questions for article in read_gold(path)]
    configured = [settings.embedding_model, settings.reader]
    if reader_folder(settings.reader) is None:
        configured.pop()  # There is no reader, or a CrossEncoder, which runs in torch.
    for each in [name] if name else configured:
        folder, reader = models.export_folder(each), reader_folder(each)
        with working(f"Exporting {each}"):
            if reader:
                same = export_reader(reader, folder, _WEIGHTS[quantize or "int8"])
            else:
                weights = _WEIGHTS[quantize] if quantize else None
                same = export_embedder(each, folder, weights, golds)
        figures = {key: value for key, value in asdict(same).items() if value is not None}
        click.echo(
            f"{folder}: " + ", ".join(f"{key} {value:.4f}" for key, value in figures.items())
        )
