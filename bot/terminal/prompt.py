"""The prompt loop, and the example questions that are asked if there is nobody to type."""

from dataclasses import replace

from rich.console import Console
from rich.text import Text

from bot.rendering.terminal_text import visible
from bot.replies.chat_replies import COMMANDS
from bot.terminal.calls import show_calls
from bot.terminal.stage import Outcome, Stage
from bot.terminal.transcript import Played
from bot.terminal.turns import Turn, typed_turn
from index.errors import ArticleError

EXAMPLES = (
    "Who released the photos?",
    "And when?",
    "Which missile is liquid-fueled?",
    "Where did the missiles land?",
    "How many workers are employed at the factory?",
)
"""Questions about the shipped article; the second follows up the first."""


def chat(stage: Stage, console: Console) -> list[Played]:
    """Talk until end of input (Ctrl-D) or Ctrl-C; returns what was said."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    # The history is in memory only: what was asked is private after the chat.
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter([f"/{name}" for name in COMMANDS], sentence=True),
    )
    conversation: list[Played] = []
    outcome = stage.act(Turn(say="/start"))
    _show(outcome, console)
    console.print(Text("Ctrl-D ends the chat.", style="dim"))
    while True:
        try:
            line = session.prompt("\n> ")
        except (EOFError, KeyboardInterrupt):
            return conversation
        try:
            turn, outcome = _act(stage, line, outcome)
        except ArticleError as error:
            console.print(Text(visible(str(error)), style="red"))
            continue
        _show(outcome, console)
        conversation.append(Played(turn, stage.scene.of(turn), outcome))


def _act(stage: Stage, line: str, before: Outcome) -> tuple[Turn, Outcome]:
    """Do what a line says. A bare number presses the button with that number, if there is one."""
    choices = {str(number): button for number, button in enumerate(before.buttons, start=1)}
    button = choices.get(line.strip())
    if button is None:
        turn = typed_turn(line)
        return turn, stage.act(turn)
    outcome = stage.press(button)
    if button.url:  # It is still there, and so are those beside it.
        outcome = replace(outcome, buttons=before.buttons)
    return Turn(press=button.label), outcome


def show_examples(stage: Stage, console: Console, *, shipped: bool) -> list[Played]:
    """Answer example questions if it is the shipped article, else show the article and its summary.

    Returns what was said.
    """
    conversation = []
    for question in EXAMPLES if shipped else ("/article", "/summary"):
        turn = Turn(say=question)
        outcome = stage.act(turn)
        console.print(Text(f"> {question}", style="bold"))
        _show(outcome, console)
        console.print()
        conversation.append(Played(turn, stage.scene.of(turn), outcome))
    return conversation


def _show(outcome: Outcome, console: Console) -> None:
    console.print(outcome.rendered)
    show_calls(outcome, console)
