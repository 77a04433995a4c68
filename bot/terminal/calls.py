"""The bot's calls of the Bot API -> lines for a terminal."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.rendering.terminal_text import visible
from bot.terminal.stage import Outcome

_LONGEST_VALUE = 100
"""Characters of a parameter that are shown; a transcript has all of it."""


def show_calls(outcome: Outcome | None, console: Console) -> None:
    """Print the calls that came of a turn, if they are known; refused ones in red."""
    for call in outcome.calls or () if outcome else ():
        console.print(_line(call))


def _line(call: Mapping[str, Any]) -> Text:
    parameters = ", ".join(f"{name}={_value(value)}" for name, value in call["params"].items())
    line = Text(f"  {call['method']}({visible(parameters)})", style="dim")
    if refused := call.get("refused"):
        line.append(f" {visible(refused)}", style="not dim red")
    return line


def _value(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"
