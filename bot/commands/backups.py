"""`backup` writes all that is kept into a file, `restore` puts it back."""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition
from bot.commands.output import write_file

if TYPE_CHECKING:
    from index.keeping.backup_file import About

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@_FILE
def backup(file: Path) -> None:
    """Write all that is kept into FILE, while the bot runs.

    It is a copy of the database as it is at this moment, of all chats, and it is read again before
    it gets its name. A file that is there already is not touched.
    """
    from bot.terminal.console import progress

    settings = composition.read_settings()
    thresholds = composition.thresholds_file(settings)
    beside = {thresholds.name: thresholds.read_bytes()} if thresholds.exists() else {}
    with progress("Backing up") as on_progress:
        backups = composition.open_store(settings).backups
        about = backups.write(file, version("article-bot"), beside, on_progress)
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file} is written, {size:,.1f} MB, and was read again. {_contents(about)}")


@click.command()
@_FILE
@click.option("--replace", is_flag=True, help="Remove all that is kept here before.")
def restore(file: Path, replace: bool) -> None:
    """Put back what `backup` has written into FILE, all of it or nothing.

    Stop the bot before: it would go on with what it has in memory.
    """
    from bot.terminal.console import progress

    settings = composition.read_settings()
    store = composition.open_store(settings)
    with progress("Restoring") as on_progress, store.backups.open(file, on_progress) as opened:
        store.backups.restore(opened, replace=replace, on_progress=on_progress)
        about, beside = opened.about, opened.files
    thresholds = composition.thresholds_file(settings)
    if content := beside.get(thresholds.name):
        write_file(thresholds, content.decode(errors="replace"))
    elif replace:
        thresholds.unlink(missing_ok=True)
    made = datetime.fromtimestamp(about.made).astimezone()
    click.echo(
        f"All is as it was on {made:%Y-%m-%d at %H:%M}. {_contents(about)} "
        "A bot that runs has to be started anew."
    )
    if store.has_traces:
        click.echo(
            "Another program is reading the database, so its files may still have what was "
            "replaced. That is erased when it is opened next.",
            err=True,
        )


def _contents(about: "About") -> str:
    return f"Chats: {about.rows['chats']}, articles: {about.rows['articles']}."
