"""Scripted conversations: turns that are played on a stage, and checked."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from bot.rendering.terminal_text import visible
from bot.terminal.calls import show_calls
from bot.terminal.stage import Outcome, Stage
from bot.terminal.transcript import Played
from bot.terminal.turns import Turn
from index.errors import ArticleError


def play(turns: Iterable[Turn], stage: Stage) -> Iterator[Played]:
    """Play the turns in order, and check what came of each."""
    for turn in turns:
        try:
            outcome = stage.act(turn)
        except ArticleError as error:
            yield Played(turn, stage.scene.of(turn), None, (str(error),))
        else:
            yield Played(turn, stage.scene.of(turn), outcome, tuple(_failures(turn, outcome)))


def _failures(turn: Turn, outcome: Outcome) -> Iterator[str]:
    for expected in [turn.expect] if isinstance(turn.expect, str) else turn.expect or ():
        if expected not in outcome.text:
            yield f"expected {expected!r} in the reply"
    if turn.expect_refusal is not None and outcome.answered is not (not turn.expect_refusal):
        yield f"expected {'a refusal' if turn.expect_refusal else 'an answer'}"
    if turn.expect_sentence is not None and outcome.sentence != turn.expect_sentence:
        yield f"expected sentence {turn.expect_sentence} first, got {outcome.sentence}"


def show_results(results: Iterable[Played], console: Console) -> list[Played]:
    """Print the turns as they are played, and return them."""
    shown = []
    for number, played in enumerate(results, start=1):
        shown.append(played)
        mark = Text("FAIL", style="red") if played.failures else Text("pass", style="green")
        console.print(mark, Text(f"{number:3} {_first_line(played.turn.words)}"))
        for failure in played.failures:
            console.print(Text(f"         {visible(failure)}"))
        show_calls(played.outcome, console)
    return shown


def _first_line(words: str) -> str:
    first, _, rest = words.partition("\n")
    return visible(f"{first} …" if rest.strip() else first)
