"""The program `article-bot`: all of its commands, and how their errors are shown."""

import atexit
import gc
from importlib.metadata import version
from typing import Any

import click

from bot.commands import (
    articles,
    asking,
    backups,
    configuration,
    doctor,
    feedback,
    measuring,
    models,
    serving,
)
from index.errors import ArticleError


class _FriendlyGroup(click.Group):
    """Shows errors in one line, and a traceback only with --debug."""

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
    # The end of the process frees everything. The interpreter's last garbage collections would
    # first visit every object of the libraries, for as long as a question takes.
    atexit.register(gc.freeze)


for _command in (
    asking.ask,
    asking.chat,
    articles.add,
    articles.articles,
    articles.remove,
    articles.export,
    serving.telegram,
    serving.health,
    backups.backup,
    backups.restore,
    doctor.doctor,
    configuration.config,
    measuring.evaluate,
    feedback.feedback,
    models.model,
):
    main.add_command(_command)
