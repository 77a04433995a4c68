"""`feedback`: what people said of answers, written down for `evaluate`, or calibrated on."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition
from bot.commands.output import write_file

if TYPE_CHECKING:
    from index.article_index import ArticleIndex
    from index.keeping.library import Library
    from index.keeping.store import Store
    from index.making.judgements import JudgedAnswer
    from index.types import Article, Judgement

    _Given = list[tuple[str, Judgement]]
    """Judgements of one article, with the chats that gave them."""

_ANEW = "A bot that runs has to be started anew."


@click.group()
def feedback() -> None:
    """Use what people said of answers, by the buttons below them."""


@feedback.command("export")
@click.argument("out", required=False, metavar="[OUT.jsonl]", type=click.Path(path_type=Path))
def export_feedback(out: Path | None) -> None:
    """Write the judged questions with their articles, as `evaluate` reads them.

    Sentences that were called helpful are answers; those that were called wrong are known not to
    answer, whatever else does. Nothing tells who said it. Left out, OUT is the terminal.
    """
    from index.making.judgements import agreed, gold_line

    store = composition.open_store(composition.read_settings())
    lines = [
        gold_line(article, judgements)
        for article_id, given in _by_article(store).items()
        if (article := _article(store, article_id, given))
        if (judgements := agreed([judgement for _, judgement in given]))
    ]
    if not lines:
        raise click.ClickException("Nobody has said yet whether an answer helped.")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    if out is None:
        click.echo(text, nl=False)
        return
    write_file(out, text)
    questions = sum(len(line["questions"]) for line in lines)
    click.echo(f"{out}: {questions} questions about {len(lines)} articles.")


@feedback.command()
@click.option("--reset", is_flag=True, help="Go back to the thresholds that the reader came with.")
def calibrate(reset: bool) -> None:
    """Fit what is an answer, a doubt or a no to what people said.

    The judged questions are asked again; the thresholds are kept in the data folder, for the models
    that are configured. Exits with 1, and changes nothing, if too few answers were judged.
    """
    from bot.terminal.console import stdout
    from bot.terminal.tables import calibration_table
    from index.making.fitting_thresholds import JudgedAnswers
    from index.reading.adjusting import thresholds_json

    settings = composition.read_settings()
    file = composition.thresholds_file(settings)
    if reset:
        file.unlink(missing_ok=True)
        click.echo(f"The reader has its own thresholds again. {_ANEW}")
        return
    models = composition.models_as_made(settings)
    made = models[1].thresholds
    before = composition.fitted_thresholds(settings) or made
    library = composition.open_library(settings, models)
    judged = _asked_again(library)
    answers = JudgedAnswers([each for each in judged if each])
    after = answers.fit(made)
    write_file(file, thresholds_json(composition.models_identity(settings), after))
    low, high = answers.spread(made)
    chats = len({chat for chat, _ in library.store.feedback.all()})
    notes = [
        f"{answers.count} judged answers from {chats} {'chat' if chats == 1 else 'chats'}; "
        f"{len(judged) - answers.count} more are left out, as they would not be given today.",
        f"Other answers like these would put the threshold of an answer between {low:.2f} and "
        f"{high:.2f} (95 % of resamples; shares with their 95 % intervals).",
        "Nobody judges what was refused, and those who press a button may not be like those who "
        "don't.",
    ]
    if after == made:
        notes.append("What was said may be chance, so the reader keeps its own thresholds.")
    if after != before:
        notes.append(_ANEW)
    console = stdout()
    console.print(calibration_table(answers, before, after), *notes, sep="\n")


def _by_article(store: "Store") -> "dict[str, _Given]":
    """All judgements, by the IDs of their articles."""
    by_article: dict[str, _Given] = {}
    for chat, judgement in store.feedback.all():
        by_article.setdefault(judgement.article, []).append((chat, judgement))
    return by_article


def _article(store: "Store", article_id: str, given: "_Given") -> "Article | None":
    """A judged article: the shipped one, or that of a chat which has it."""
    shipped = composition.shipped_article()
    if article_id == shipped.id:
        return shipped
    found = (store.load(chat, article_id, model="") for chat, _ in given)
    return next((stored.article for stored in found if stored), None)


def _asked_again(library: "Library") -> "list[JudgedAnswer | None]":
    """The judged answers, as the present models give them; None where they give another one."""
    from bot.terminal.console import progress
    from index.making.judgements import agreed, judged_answer

    asked: list[JudgedAnswer | None] = []
    groups = _by_article(library.store)
    total = sum(map(len, groups.values()))
    with progress("Asking again") as on_progress:
        for article_id, given in groups.items():
            index = _index(library, article_id, given)
            for judgement in agreed([judgement for _, judgement in given]):
                asked.append(judged_answer(index, judgement) if index else None)
                on_progress(len(asked), total)
    return asked


def _index(library: "Library", article_id: str, given: "_Given") -> "ArticleIndex | None":
    """The index of a judged article; None if it is not kept any more."""
    from index.errors import CollectionError

    if article_id == composition.shipped_article().id:
        return library.shipped()
    for chat, _ in given:
        with suppress(CollectionError):
            return library.collection(chat).load_index(article_id)
    return None
