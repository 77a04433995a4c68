"""Text and progress on the terminal: answers go to stdout, progress to stderr."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn

if TYPE_CHECKING:
    from index.making.learner import State
    from index.making.training import OnStep, OnWork

_log = logging.getLogger(__name__)

_RECENT = 50
"""Steps over which the loss is averaged, and between two lines of a training's log."""

_NO_WRAP = 1_000_000
"""Columns of an output that is not a terminal: more than any article has characters in a line."""


def stdout() -> Console:
    """A console that wraps words in a terminal; elsewhere a sentence stays on one line."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _NO_WRAP)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr until the work is done; the callback takes (done, total)."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def working(label: str) -> Iterator[None]:
    """Show a label on stderr, with a spinner if it is a terminal, until the work is done. A program
    that logs logs it."""
    console = Console(stderr=True)
    with console.status(f"{label} ..."):
        if _log.isEnabledFor(logging.INFO):
            _log.info(label)
        elif not console.is_terminal:
            console.print(f"{label} ...")
        yield


@contextmanager
def training_progress() -> "Iterator[tuple[OnStep, OnWork]]":
    """Show bars on stderr for the work and the steps; if it is no terminal, lines now and then."""
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), TextColumn("{task.fields[status]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(label: str, done: float, total: float, status: str = "") -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, status="")
                if not console.is_terminal:
                    console.print(f"{label} ...")
            bar.update(tasks[label], completed=done, total=total, status=status)

        def on_step(state: "State", share: float) -> None:
            recent = state.losses[-_RECENT:]
            status = f"step {state.step}, loss {sum(recent) / len(recent):.3f}"
            if watched := state.watched[-1:]:
                status += (
                    f", held out: first {watched[0]['first']:.3f}, AUROC {watched[0]['auroc']:.3f}"
                )
            show("Training", share, 1, status)
            if not console.is_terminal and state.step % _RECENT == 0:
                console.print(f"{share:.0%} {status}")

        yield on_step, show
