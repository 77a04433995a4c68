"""The terminal <-> `Dialogue`: the local test harness."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn
from rich.text import Text

from bot.rendering.telegram_html import reply_json, terminal, visible
from bot.replies import answer_replies as replies
from bot.replies.answer_replies import Reply

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from bot.terminal.script import Played
    from index.making.training import OnStep, OnWork, State

EXAMPLES = (
    "Who released the photos?",
    "And when?",
    "Which missile is liquid-fueled?",
    "Where did the missiles land?",
    "How many workers are employed at the factory?",
)
"""Questions about the shipped article; the second follows up the first."""

_RECENT = 50
"""Steps over which the loss is averaged, and between two lines of a training's log."""

_NO_WRAP = 1_000_000
"""Columns: as long as an article may be."""


def stdout() -> Console:
    """Wraps words in a terminal; elsewhere a sentence stays on one line, word for word."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _NO_WRAP)


def chat(dialogue: "Dialogue", console: Console) -> list[dict[str, Any]]:
    """Talk until end of input (Ctrl-D) or Ctrl-C; returns the transcript."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    # In memory: what was asked is nobody's business after the chat.
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter([f"/{name}" for name in replies.COMMANDS], sentence=True),
    )
    transcript: list[dict[str, Any]] = []
    reply = dialogue.say("/start")
    console.print(terminal(reply), Text("Ctrl-D ends the chat.", style="dim"))
    while True:
        try:
            line = session.prompt("\n> ")
        except (EOFError, KeyboardInterrupt):
            return transcript
        reply = _answer(dialogue, line, reply)
        console.print(terminal(reply))
        transcript.append({"say": line, "reply": reply_json(reply)})


def _answer(dialogue: "Dialogue", line: str, previous: Reply) -> Reply:
    """A bare number presses the button with that number, if there is one."""
    choices = {str(number): button for number, button in enumerate(previous.buttons, start=1)}
    button = choices.get(line.strip())
    return dialogue.press(button.action) if button else dialogue.say(line)


def show_examples(dialogue: "Dialogue", console: Console, *, shipped: bool) -> list[dict[str, Any]]:
    """Talk without somebody to type: the example questions, if it is the shipped article.

    Returns the transcript.
    """
    transcript = []
    for question in EXAMPLES if shipped else ("/article", "/summary"):
        reply = dialogue.say(question)
        console.print(Text(f"> {question}", style="bold"), terminal(reply), "", sep="\n")
        transcript.append({"say": question, "reply": reply_json(reply)})
    return transcript


def show_played(played: "Iterable[Played]", console: Console) -> bool:
    """Print a script's turns as they are played; returns whether all passed."""
    passed = True
    for number, turn in enumerate(played, start=1):
        passed = passed and not turn.failures
        mark = Text("FAIL", style="red") if turn.failures else Text("pass", style="green")
        action = turn.turn.say if turn.turn.say is not None else f"[{turn.turn.press}]"
        console.print(mark, Text(f"{number:3} {visible(action)}"))
        for failure in turn.failures:
            console.print(Text(f"         {visible(failure)}"))
    return passed


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, gone when the work is done; its callback takes (done, total)."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def working(label: str) -> Iterator[None]:
    """A line on stderr, which moves in a terminal until the work is done."""
    console = Console(stderr=True)
    with console.status(f"{label} ..."):
        if not console.is_terminal:
            console.print(f"{label} ...")
        yield


@contextmanager
def training_progress() -> "Iterator[tuple[OnStep, OnWork]]":
    """Bars on stderr for the work and the steps; in a log a line now and then."""
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(label: str, done: float, total: float, told: str = "") -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, told="")
                if not console.is_terminal:
                    console.print(f"{label} ...")
            bar.update(tasks[label], completed=done, total=total, told=told)

        def on_step(state: "State", share: float) -> None:
            recent = state.losses[-_RECENT:]
            told = f"step {state.step}, loss {sum(recent) / len(recent):.3f}"
            if watched := state.watched[-1:]:
                told += (
                    f", held out: first {watched[0]['first']:.3f}, AUROC {watched[0]['auroc']:.3f}"
                )
            show("Training", share, 1, told)
            if not console.is_terminal and state.step % _RECENT == 0:
                console.print(f"{share:.0%} {told}")

        yield on_step, show
