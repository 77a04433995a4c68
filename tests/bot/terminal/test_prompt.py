"""The chat in a terminal, typed through a pipe."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.terminal.console import progress
from bot.terminal.prompt import EXAMPLES, chat, show_examples
from bot.terminal.script import Turn, TurnResult, show_results

WHO = "Who released the photos?"
CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"

Chat = Callable[..., tuple[list[dict[str, Any]], str]]


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def typed(dialogue: Dialogue, console: Console) -> Chat:
    """Types lines and what ends the chat; gives the transcript and what was printed."""

    def type_(*lines: str, end: str = CTRL_D) -> tuple[list[dict[str, Any]], str]:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_text("".join(line + ENTER for line in lines) + end)
            transcript = chat(dialogue, console)
        return transcript, printed(console)

    return type_


def last(transcript: list[dict[str, Any]]) -> dict[str, Any]:
    reply: dict[str, Any] = transcript[-1]["reply"]
    return reply


@pytest.mark.parametrize("end", [CTRL_D, CTRL_C])
def test_a_chat_begins_with_a_welcome_and_ends_at_a_key(typed: Chat, end: str) -> None:
    transcript, out = typed(end=end)
    assert transcript == []
    assert out.startswith("Hello! Ask me about “North Korea Weapons”")
    assert out.endswith("Ctrl-D ends the chat.\n")


def test_a_question_is_answered_and_noted(typed: Chat) -> None:
    transcript, out = typed(WHO)
    assert [turn["say"] for turn in transcript] == [WHO]
    assert last(transcript)["answered"] is True
    assert last(transcript)["citations"][0]["sentence"] == 2
    assert "The photos, released by the North Korean state news agency KCNA on Saturday" in out
    assert "[1] Context  [2] More" in out


def test_several_questions_are_answered_in_one_reply(typed: Chat) -> None:
    transcript, out = typed(f"{WHO} Where did the missiles land?", "2")
    first, context = (turn["reply"] for turn in transcript)
    assert [citation["sentence"] for citation in first["citations"]] == [2, 13]
    assert first["buttons"] == ["Context of 2", "Context of 13", "More"]
    assert "[1] Context of 2  [2] Context of 13  [3] More" in out
    assert "Sentence 13 of 13" in context["text"]


def test_the_transcript_is_json(typed: Chat) -> None:
    transcript, _ = typed(WHO, "Thanks!", "1", "", "/help")
    assert json.loads(json.dumps(transcript)) == transcript
    assert [turn["say"] for turn in transcript] == [WHO, "Thanks!", "1", "", "/help"]
    assert last(transcript)["answered"] is None


@pytest.mark.parametrize(
    ("number", "shows"),
    [("1", "Sentence 2 of 13"), (" 1 ", "Sentence 2 of 13"), ("2", "Further passages")],
)
def test_a_number_presses_the_button_with_that_number(typed: Chat, number: str, shows: str) -> None:
    transcript, out = typed(WHO, number)
    assert shows in last(transcript)["text"]
    assert shows in out


def test_more_can_be_pressed_until_there_is_no_more(typed: Chat) -> None:
    transcript, _ = typed(WHO, "2", "1", "1", "/more")
    assert [turn["reply"]["buttons"] for turn in transcript[1:]] == [["More"], ["More"], [], []]
    assert last(transcript)["text"] == "That was all I found."


@pytest.mark.parametrize("number", ["0", "5", "2024", "-1"])
def test_a_number_without_a_button_is_a_question(typed: Chat, number: str) -> None:
    transcript, _ = typed(WHO, number)
    assert last(transcript)["answered"] is False


def test_a_pasted_number_without_end_does_not_end_the_chat(typed: Chat) -> None:
    transcript, _ = typed(WHO, "9" * 5000, "/article")
    assert [turn["say"] for turn in transcript] == [WHO, "9" * 5000, "/article"]


def test_before_a_question_a_number_is_a_question(typed: Chat) -> None:
    transcript, _ = typed("1")
    assert last(transcript)["answered"] is False


def test_a_typed_escape_sequence_is_not_obeyed(typed: Chat, dialogue: Dialogue) -> None:
    dialogue.add_file(b"\x1b[2J", "x.txt")
    _, out = typed("/article")
    assert "\x1b" not in out


def test_the_examples_are_asked_in_order(dialogue: Dialogue, console: Console) -> None:
    transcript = show_examples(dialogue, console, shipped=True)
    assert [turn["say"] for turn in transcript] == list(EXAMPLES)
    assert all(turn["reply"]["answered"] is not None for turn in transcript)
    for question in EXAMPLES:
        assert f"> {question}\n" in printed(console)


def test_lines_have_no_trailing_blanks(dialogue: Dialogue, console: Console) -> None:
    show_examples(dialogue, console, shipped=True)
    lines = printed(console).splitlines()
    assert lines == [line.rstrip() for line in lines]


def test_played_turns_pass_or_fail(console: Console) -> None:
    turns = [
        TurnResult(Turn(say="Hi"), Reply(("Hello!",)), ()),
        TurnResult(Turn(press="More"), None, ("there is no button 'More' to press",)),
        TurnResult(Turn(say="Bye\x1b[2J"), Reply(("Goodbye!",)), ("expected '\x07' in the reply",)),
    ]
    assert show_results(turns, console) is False
    assert printed(console).splitlines() == [
        "pass   1 Hi",
        "FAIL   2 [More]",
        "         there is no button 'More' to press",
        "FAIL   3 Bye\N{REPLACEMENT CHARACTER}[2J",
        "         expected '\N{REPLACEMENT CHARACTER}' in the reply",
    ]


@pytest.mark.parametrize("failures", [(), ("no",)])
def test_all_turns_pass_or_not(console: Console, failures: tuple[str, ...]) -> None:
    turns = [TurnResult(Turn(say="Hi"), None, failures), TurnResult(Turn(say="Hi"), None, ())]
    assert show_results(turns, console) is not bool(failures)


def test_progress_leaves_no_trace_elsewhere_than_in_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress("Reading") as on_progress:
        on_progress(1, 2)
        on_progress(2, 2)
    assert capsys.readouterr() == ("", "")
