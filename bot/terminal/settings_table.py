"""The settings in force -> a table for people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from bot.configuration import InForce
from bot.rendering.terminal_text import visible


def settings_table(settings: Sequence[InForce]) -> Table:
    """A table with a row for each setting."""
    table = Table()
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", overflow="fold")
    table.add_column("From", overflow="fold")
    for each in settings:
        style = "red" if each.problem else "" if each.origin == "default" else "bold"
        cells = (each.name, each.value, each.origin)
        table.add_row(*(escape(visible(cell)) for cell in cells), style=style)
    return table
