"""`doctor`: whether all that the bot needs is well, or what to do."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.commands.output import to_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.doctor.checks import Result

_SIGNS = {"ok": "✓", "note": "•", "problem": "✗"}
_PLAIN_SIGNS = {"ok": "ok", "note": "note", "problem": "!"}
_STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


@click.command()
@click.option("--offline", is_flag=True, help="Leave out what needs the network.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, offline: bool, as_json: bool) -> None:
    """Look at all that the bot needs: each thing is well, or there is something to do.

    What is kept is not changed, and no server but Telegram's is called. Exits with 1 if there is a
    problem.
    """
    from bot.doctor.checks import look
    from bot.doctor.finding import State
    from bot.terminal.console import stdout

    results = []
    for result in look(offline=offline):
        results.append(result)
        if not as_json:
            stdout().print(_line(result))
    if as_json:
        found = ({"check": each.name} | asdict(each.finding) for each in results)
        click.echo(to_json(list(found)))
    ctx.exit(1 if any(each.finding.state is State.PROBLEM for each in results) else 0)


def _line(result: "Result") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    from bot.rendering.terminal_text import visible

    encoding = sys.stdout.encoding or "ascii"
    speaks_unicode = sys.stdout.isatty() and encoding.lower().replace("-", "") == "utf8"
    state = result.finding.state
    sign = (_SIGNS if speaks_unicode else _PLAIN_SIGNS)[state]
    text = result.finding.found
    if result.finding.advice:
        text = f"{text} {'→' if speaks_unicode else '->'} {result.finding.advice}"
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(no_wrap=True, width=max(map(len, _PLAIN_SIGNS.values())))
    line.add_column(no_wrap=True, width=len("Data folder"))
    line.add_column(overflow="fold")
    said = visible(text).encode(encoding, errors="replace").decode(encoding)
    line.add_row(Text(sign, style=_STYLES[state]), result.name, Text(said))
    return line
