"""The calls that came of a turn, in lines."""

import io

from rich.console import Console
from rich.text import Text

from bot.terminal.calls import show_calls
from bot.terminal.stage import Outcome


def shown(*calls: dict[str, object], color: bool = False) -> str:
    console = Console(file=io.StringIO(), width=500, highlight=False, force_terminal=color)
    show_calls(Outcome(Text(""), calls=calls), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_call_is_a_line() -> None:
    call = {"method": "sendMessage", "params": {"chat_id": "1", "text": "Hi\n“you”"}}
    assert shown(call) == '  sendMessage(chat_id="1", text="Hi\\n“you”")\n'


def test_long_parameters_are_cut() -> None:
    line = shown({"method": "sendMessage", "params": {"text": "x" * 500, "chat_id": 1}})
    assert len(line) < 150
    assert line.endswith("…, chat_id=1)\n")


def test_a_refused_call_is_red() -> None:
    call = {"method": "sendMessage", "params": {}, "refused": "Bad Request: no [text]"}
    assert shown(call) == "  sendMessage() Bad Request: no [text]\n"
    assert "\x1b[31m Bad Request" in shown(call, color=True)


def test_characters_that_steer_a_terminal_are_not_obeyed() -> None:
    assert "\x1b" not in shown({"method": "sendMessage", "params": {"text": "\x1b[2J\x9b"}})


def test_without_calls_there_is_nothing_to_show() -> None:
    console = Console(file=io.StringIO())
    show_calls(None, console)
    show_calls(Outcome(Text("")), console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""
