"""The rows of the table, and how it is shown."""

from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, of this program and of what it is compared with, in one run.

    `ratio` is the first by the second; `goal` what it is to be, in words; `met`: whether it is.
    """

    measure: str
    ours: str
    other: str
    ratio: float | None
    goal: str
    met: bool | None


def shown(rows: list[Row]) -> Table:
    """For the terminal."""
    table = Table("Measure", "article-bot", "beside", "ratio", "goal", "met", title="Speed")
    marks = {True: "yes", False: "no", None: ""}
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        table.add_row(row.measure, row.ours, row.other, ratio, row.goal, marks[row.met])
    return table
