"""The subcommands: the one place where everything is put together.

Heavy libraries are imported inside the commands, so that `--help` is there at once.
"""

import atexit
import gc
import json
import re
import signal
import sys
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from index.errors import ArticleError

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from bot.settings import Settings
    from index.article_index import ArticleIndex
    from index.backends import Models
    from index.keeping.library import Library, Shelf
    from index.making.onnx_export import Weights
    from index.types import Article, Embedder, Reader

SHIPPED_ARTICLE = "north-korea-weapons.txt"

TERMINAL = "terminal"
"""The key of the terminal's chat."""

_ID = re.compile("[0-9a-fA-F]{4,16}")

_WEIGHTS: "dict[str, Weights]" = {"none": "float32", "int8": "int8"}

_NOT_IN_ARTICLE = 3
"""Exit code of an honest no."""


class _FriendlyGroup(click.Group):
    """Errors in one line; a traceback only with --debug."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            if isinstance(error, ArticleError):
                raise click.ClickException(str(error)) from None
            raise click.ClickException(
                f"{type(error).__name__}: {' '.join(str(error).split())} (--debug shows where.)"
            ) from None


@click.group(cls=_FriendlyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("article-bot"), prog_name="article-bot")
@click.option("--debug", is_flag=True, help="Show a traceback when something goes wrong.")
def main(debug: bool) -> None:
    """Ask an article questions: verbatim, cited answers, or an honest no."""
    # The end of a process gives all back. The interpreter's last collections would look at
    # every object of the libraries first, for as long as a question takes.
    atexit.register(gc.freeze)


_article_option = click.option(
    "--article",
    "source",
    metavar="FILE|URL|ID|-",
    help="A file, an address, the ID that `articles` shows, or - for standard input. Left out: "
    "the shipped article; in a chat, the one that was talked about last.",
)


@main.command()
@click.argument("question")
@_article_option
@click.option("--all", "ask_all", is_flag=True, help="Ask all kept articles.")
@click.option("--top", type=click.IntRange(1, 10), default=3, help="Cite at most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
def ask(
    ctx: click.Context, question: str, source: str | None, ask_all: bool, top: int, as_json: bool
) -> None:
    """Answer a QUESTION, or each of several ("Who built it, and when?").

    Exits with 0 if the article answers, with 3 if it does not, or not for sure.
    """
    from bot.questions import questions
    from bot.rendering.telegram_html import answer_json, plain, terminal
    from bot.replies import answer_replies as replies
    from bot.small_talk import small_talk
    from bot.terminal.prompt import stdout

    if talk := small_talk(question):
        raise click.UsageError(f"That is no question. {plain(talk)}")
    if ask_all and source:
        raise click.UsageError("Give either --article or --all.")
    settings = _settings()
    asked = questions(question)
    if ask_all:
        shelf = _shelf(settings)
        found = shelf.ask_all(asked, top=top)
        told = [[(i.article, answer, len(i.sentences)) for i, answer in said] for said in found]
        reply = replies.to_all(told, len(shelf.articles()))
        answers = reply.answers
        shown = [answer_json(answer, article, of) for said in told for article, answer, of in said]
    else:
        index = _shipped(settings) if source is None else _index_of(_shelf(settings), source)
        of = len(index.sentences)
        answers = tuple(index.ask_each(asked, top=top))
        shown = [answer_json(answer, index.article, of) for answer in answers]
        reply = replies.to_several(answers, of) if len(answers) > 1 else replies.to(answers[0], of)
    if as_json:
        click.echo(_json(shown if ask_all or len(shown) > 1 else shown[0]))
    else:
        stdout().print(terminal(reply))
    ctx.exit(0 if all(answer.answered for answer in answers) else _NOT_IN_ARTICLE)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.pass_context
def add(ctx: click.Context, sources: tuple[str, ...]) -> None:
    """Keep articles: files, addresses, or - for standard input.

    Exits with 1 if one of them could not be read; the others are kept.
    """
    from bot.terminal.prompt import progress

    shelf = _shelf(_settings())
    failed = False
    with progress("Reading") as on_progress:
        for done, source in enumerate(sources):
            on_progress(done, len(sources))
            try:
                added = shelf.add(load_article(source))
            except ArticleError as error:
                failed = True
                click.echo(f"{source}: {error}", err=True)
                continue
            article = added.index.article
            click.echo(f"{article.id}  {_visible(article.title or source)}")
            if added.unkept:
                failed = True
                click.echo(f"{source} could not be kept: {added.unkept}", err=True)
    ctx.exit(1 if failed else 0)


@main.command()
def articles() -> None:
    """List the articles that are kept."""
    from bot.terminal.prompt import stdout
    from bot.terminal.tables import articles_table

    shelf = _shelf(_settings(), asked=False)
    kept = shelf.articles()
    if not kept:
        click.echo("No article is kept yet. `article-bot add` keeps one.")
        return
    stdout().print(articles_table(kept))


@main.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def remove(ids: tuple[str, ...]) -> None:
    """Remove kept articles, by the IDs that `articles` shows."""
    shelf = _shelf(_settings(), asked=False)
    for each in ids:
        removed = shelf.remove(_full_id(shelf, each))
        click.echo(f"{removed.id}  {_visible(removed.title)} is removed.")


@main.command()
@click.argument("source", metavar="ID|FILE|URL")
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), default="markdown")
@click.option(
    "--transcript",
    type=click.Path(path_type=Path),
    help="Mark what a conversation cited: a file that `chat --transcript` wrote.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write a file, not to the terminal.")
def export(
    source: str, form: Literal["markdown", "html"], transcript: Path | None, out: Path | None
) -> None:
    """Print an article with numbered sentences."""
    from bot.rendering.article_pages import cited_in, to_html, to_markdown

    index = _index_of(_shelf(_settings()), source)
    cited = cited_in(transcript, index.sentences) if transcript else {}
    write = to_html if form == "html" else to_markdown
    text = write(index.article, index.sentences, cited)
    if out:
        _write(out, text)
    else:
        click.echo(text, nl=False)


@main.command()
@_article_option
@click.option(
    "--script",
    type=click.Path(path_type=Path),
    help="Replay the turns of a YAML file and check the replies; exit 1 if one fails.",
)
@click.option("--transcript", type=click.Path(path_type=Path), help="Write what was said as JSON.")
@click.pass_context
def chat(
    ctx: click.Context, source: str | None, script: Path | None, transcript: Path | None
) -> None:
    """Talk about an article, with the same dialogue as in Telegram.

    Without a terminal to type in, a few example questions are answered.
    """
    from bot.terminal import prompt as terminal
    from bot.terminal.script import play, read_script

    console = terminal.stdout()
    turns = read_script(script) if script else None
    if transcript:
        _check_writable(transcript)
    dialogue = _chat(source, _settings(), lasting=turns is None and sys.stdin.isatty())
    said: list[dict[str, Any]]
    passed = True
    if turns is not None:
        played = list(play(turns, dialogue))
        passed = terminal.show_played(played, console)
        said = [turn.as_json() for turn in played]
    elif sys.stdin.isatty():
        said = terminal.chat(dialogue, console)
    else:
        said = terminal.show_examples(dialogue, console, shipped=source is None)
    if transcript:
        _write(transcript, _json(said) + "\n")
    ctx.exit(0 if passed else 1)


@main.command()
def telegram() -> None:
    """Answer in Telegram, by long polling, until SIGTERM or Ctrl-C."""
    # Until polling has its own handler: the first process of a container ignores
    # SIGTERM unless told otherwise, and loading the model takes seconds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = _settings()
    token = settings.token()

    from bot.logs import log_to_stderr
    from bot.telegram_adapter import application as telegram_adapter

    log_to_stderr(secret=token)
    library = _library(settings)
    library.shipped()  # Loads the models before the first question comes.
    telegram_adapter.run(
        token, settings, lambda chat: _dialogue(library, chat, settings), library.expire
    )


@main.command()
@click.pass_context
def health(ctx: click.Context) -> None:
    """Tell whether `telegram` is being answered by Telegram (exit 0) or not (exit 1)."""
    from bot.health import is_alive

    heartbeat = _settings().heartbeat_file
    if heartbeat is None:
        raise click.UsageError("Set ARTICLE_BOT_HEARTBEAT_FILE, here and for `telegram`.")
    alive = is_alive(heartbeat)
    click.echo("alive" if alive else "no poll of Telegram succeeded within the last minute")
    ctx.exit(0 if alive else 1)


@main.command()
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
    from bot.terminal.prompt import progress, stdout
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
    for path in filter(None, (predictions, plot)):
        _check_writable(path)
    if plot:
        check_installed()
    settings = _settings()
    embedder, reader = embedder_and_reader(settings)
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
        _write(predictions, "".join(lines))
    if plot:
        plot_confidence(everything, reader.borders, plot)
    if as_json:
        click.echo(json.dumps([report.as_json() for report in reports], indent=2))
    else:
        stdout().print(report_table(reports))


@main.group()
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
    from bot.terminal.prompt import training_progress
    from index.making.training import Recipe, train

    settings = _settings()
    models = _models(settings)
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
    out: the models that are configured, which are prepared by themselves when first used.
    """
    from bot.terminal.prompt import working
    from index.backends import reader_folder
    from index.making.evaluation import read_gold
    from index.making.exporting import export_embedder, export_reader

    settings = _settings()
    models = _models(settings)
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


def _settings() -> "Settings":
    from bot.settings import load_settings

    return load_settings()


def load_article(source: str | None) -> "Article":
    """The article of a file, an address, of standard input (-), or the shipped one."""
    from index.loading import MAX_BYTES, load_bytes, load_file

    if source is None:
        return load_bytes((files("bot") / "data" / SHIPPED_ARTICLE).read_bytes(), SHIPPED_ARTICLE)
    if source == "-":
        return load_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "")
    if source.lower().startswith(("http://", "https://")):
        from index.loading.web import load_url

        return load_url(source)
    return load_file(Path(source))


def _models(settings: "Settings") -> "Models":
    """Embedders and readers, from the exports in the data folder or in the environment."""
    from bot.terminal.prompt import working
    from index.backends import Models

    prepared = Path(sys.prefix) / "share" / "article-bot"
    folders = [folder / "models" for folder in (settings.data_folder, prepared)]
    return Models(settings.backend, folders, working)


def embedder_and_reader(settings: "Settings") -> "tuple[Embedder, Reader]":
    """The models that are configured. They load while the program goes on."""
    models = _models(settings)
    return models.embedder(settings.embedding_model), models.reader(settings.reader)


def _shipped(settings: "Settings") -> "ArticleIndex":
    """The shipped article, without opening the store."""
    return _shipped_index(settings, *embedder_and_reader(settings))


def _shipped_index(settings: "Settings", embedder: "Embedder", reader: "Reader") -> "ArticleIndex":
    from bot.terminal.prompt import progress
    from index.article_index import ArticleIndex

    article = load_article(None)
    with progress("Reading the article") as on_progress:
        return ArticleIndex.build(
            article,
            embedder,
            reader=reader,
            on_progress=on_progress,
            kept_in=settings.data_folder / "shipped",
        )


def _library(
    settings: "Settings",
    models: "tuple[Embedder, Reader] | None" = None,
    *,
    lasting: bool = True,
) -> "Library":
    """All articles of all chats; not `lasting`: in memory. `models`: if they are at hand."""
    # They load while the database's library, which takes as long, is imported.
    embedder, reader = models or embedder_and_reader(settings)

    from index.keeping.library import Library, Limits
    from index.keeping.store import Store

    def shipped() -> "ArticleIndex":
        return _shipped_index(settings, embedder, reader)

    store = Store.in_folder(settings.data_folder) if lasting else Store("sqlite://")
    limits = Limits(settings.max_articles, settings.max_bytes, settings.retention_days)
    return Library(store, embedder, reader, shipped, limits)


def _shelf(settings: "Settings", *, asked: bool = True) -> "Shelf":
    """The articles of the terminal's chat; not `asked`: no model is prepared for them."""
    from index.backends import Backend

    if not asked:  # torch loads nothing before it is used
        settings = settings.model_copy(update={"backend": Backend.TORCH})
    return _library(settings).shelf(TERMINAL)


def _dialogue(library: "Library", chat: str, settings: "Settings") -> "Dialogue":
    from bot.dialogue import Dialogue
    from index.loading.web import load_url

    return Dialogue(library.shelf(chat), load_url, retention_days=settings.retention_days)


def _chat(source: str | None, settings: "Settings", *, lasting: bool) -> "Dialogue":
    """The terminal's dialogue, about `source` if one is named."""
    from bot.terminal.prompt import progress

    models = embedder_and_reader(settings)
    library = _library(settings, models, lasting=lasting)
    library.expire()
    if source is not None:
        with progress("Reading the article") as on_progress:
            named = (library if lasting else _library(settings, models)).shelf(TERMINAL)
            kept = _kept(named, source)
            article = named.index_of(kept, on_progress).article if kept else load_article(source)
            library.shelf(TERMINAL).add(article, on_progress)
    return _dialogue(library, TERMINAL, settings)


def _index_of(shelf: "Shelf", source: str) -> "ArticleIndex":
    """Of a kept article by its ID, or of any other without keeping it."""
    from bot.terminal.prompt import progress

    with progress("Reading the article") as on_progress:
        if (kept := _kept(shelf, source)) is not None:
            return shelf.index_of(kept, on_progress)
        return shelf.look_at(load_article(source), on_progress)


def _kept(shelf: "Shelf", source: str) -> str | None:
    """The ID of the kept article that `source` names; None if it is a file or an address."""
    if source == "-" or not _ID.fullmatch(source) or Path(source).exists():
        return None
    return _full_id(shelf, source)


def _full_id(shelf: "Shelf", start: str) -> str:
    """The ID of an article, of which the first characters are enough."""
    found = [kept.id for kept in shelf.articles() if kept.id.startswith(start.lower())]
    if len(found) != 1:
        many = "More than one article's ID starts" if found else "No kept article's ID starts"
        raise click.ClickException(f"{many} with {start}. `article-bot articles` lists them.")
    return found[0]


def _visible(text: str) -> str:
    from bot.rendering.telegram_html import visible

    return visible(text)


def _json(value: object) -> str:
    """Text for people too; half a character (an odd file name) becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace").decode()


def _check_writable(path: Path) -> None:
    """Before the work, not after it."""
    _write(path, "", mode="a")


def _write(path: Path, text: str, mode: Literal["w", "a"] = "w") -> None:
    try:
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from None
