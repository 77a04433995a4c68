"""`telegram` runs the bot, `health` looks at it from outside."""

import importlib.util
import signal
import sys
from contextlib import nullcontext

import click

from bot import composition

_FIRST_QUESTION = "What is it about?"


@click.command()
@click.option(
    "--webhook",
    metavar="URL",
    help="Have Telegram post updates to this address, instead of polling for them. A proxy that "
    "has its certificate hands them on to --listen.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:8443",
    show_default=True,
    help="Where the updates of --webhook arrive.",
)
def telegram(webhook: str | None, listen: str) -> None:
    """Answer in Telegram until SIGTERM or Ctrl-C."""
    # This handler is for the time until polling has its own: the first process of a container
    # ignores SIGTERM unless told otherwise, and loading the model takes seconds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = composition.read_settings()
    token = settings.token()

    from bot.logs import log_to_stderr
    from bot.observing import Observed
    from bot.observing.readiness import MODELS
    from bot.observing.side_port import side_port
    from bot.observing.statistics import Statistics
    from bot.settings import LogFormat
    from bot.telegram_adapter.application import run
    from bot.telegram_adapter.webhook_address import WebhookAddress
    from index.loading.sandbox import warn_of_lacks

    if webhook and importlib.util.find_spec("aiohttp") is None:
        raise click.UsageError('--webhook needs aiohttp: pip install "article-bot[webhook]"')
    address = WebhookAddress.parse(webhook, listen) if webhook else None
    log_to_stderr(
        token,
        password=settings.database_password,
        as_json=settings.log_format is LogFormat.JSON,
        with_text=settings.log_text,
    )
    warn_of_lacks()
    observed = Observed(Statistics(with_text=settings.log_text))
    with side_port(settings.side_port, observed) if settings.side_port else nullcontext():
        library = composition.open_library(settings)
        library.shipped().ask(_FIRST_QUESTION)  # Loads the models before people ask.
        observed.readiness.check(MODELS, lambda: "")
        observed.statistics.watch_caches(library.caches)
        run(
            token,
            settings,
            library.store,
            lambda chat: composition.new_dialogue(library, chat, settings),
            library.expire,
            library.move,
            address,
            observed,
            library.drop,
        )


@click.command()
@click.pass_context
def health(ctx: click.Context) -> None:
    """Tell whether `telegram` is being answered by Telegram (exit 0) or not (exit 1)."""
    from bot.health import is_alive

    heartbeat = composition.read_settings().heartbeat_file
    if heartbeat is None:
        raise click.UsageError("Set ARTICLE_BOT_HEARTBEAT_FILE, here and for `telegram`.")
    alive = is_alive(heartbeat)
    click.echo("alive" if alive else "Telegram has not answered within the last minute")
    ctx.exit(0 if alive else 1)
