"""Keeping articles: `add`, `articles`, `remove`, and `export`, which prints one."""

from pathlib import Path
from typing import Literal

import click

from bot import composition
from bot.commands.output import write_file
from bot.commands.sources import full_id, load_article, load_index
from index.errors import ArticleError


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.pass_context
def add(ctx: click.Context, sources: tuple[str, ...]) -> None:
    """Keep articles: files, addresses, or - for standard input.

    Exits with 1 if one of them could not be read; the others are kept.
    """
    from bot.rendering.terminal_text import visible
    from bot.terminal.console import progress

    collection = composition.terminal_collection(composition.read_settings())
    failed = False
    with progress("Reading") as on_progress:
        for done, source in enumerate(sources):
            on_progress(done, len(sources))
            try:
                added = collection.add(load_article(source))
            except ArticleError as error:
                failed = True
                click.echo(f"{source}: {error}", err=True)
                continue
            article = added.index.article
            click.echo(f"{article.id}  {visible(article.title or source)}")
            if added.not_saved_because:
                failed = True
                click.echo(f"{source} could not be kept: {added.not_saved_because}", err=True)
    ctx.exit(1 if failed else 0)


@click.command()
def articles() -> None:
    """List the articles that are kept."""
    from bot.terminal.console import stdout
    from bot.terminal.tables import articles_table

    collection = composition.terminal_collection(composition.read_settings(), with_models=False)
    entries = collection.articles()
    if not entries:
        click.echo("No article is kept yet. `article-bot add` keeps one.")
        return
    stdout().print(articles_table(entries))


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def remove(ids: tuple[str, ...]) -> None:
    """Remove kept articles, by the IDs that `articles` shows."""
    from bot.rendering.terminal_text import visible

    collection = composition.terminal_collection(composition.read_settings(), with_models=False)
    for each in ids:
        removed = collection.remove(full_id(collection, each))
        click.echo(f"{removed.id}  {visible(removed.title)} is removed.")
    if collection.has_traces:
        click.echo(
            "Another program is reading the database, so its files may still have those words. "
            "They are erased when it is opened next.",
            err=True,
        )


@click.command()
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

    index = load_index(composition.terminal_collection(composition.read_settings()), source)
    cited = cited_in(transcript, index.sentences) if transcript else {}
    render = to_html if form == "html" else to_markdown
    text = render(index.article, index.sentences, cited)
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)
