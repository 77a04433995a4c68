"""The chat in a terminal, typed through a pipe."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.dialogue import Dialogue
from bot.terminal.console import progress
from bot.terminal.direct import DirectStage
from bot.terminal.prompt import EXAMPLES, chat, show_examples
from bot.terminal.scene import Scene
from bot.terminal.script import show_results
from bot.terminal.stage import Stage
from bot.terminal.transcript import Played
from bot.terminal.turns import Turn
from index.keeping.library import Library
from index.loading import load_text
from tests.bot.stages import MakeStage, dialogues

WHO = "Who released the photos?"
NOTHING_ASKED = "Ask me something first."
TEXT = "The cat slept on the mat.\n\nThe dog ate 12 bones on Monday."
CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"

Chat = Callable[..., tuple[list[dict[str, Any]], str]]


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def typed(stage: Stage, console: Console) -> Chat:
    """Types lines and what ends the chat; gives the transcript and what was printed."""

    def type_(*lines: str, end: str = CTRL_D) -> tuple[list[dict[str, Any]], str]:
        conversation = type_into(stage, console, *lines, end=end)
        return [played.as_json() for played in conversation], printed(console)

    return type_


def type_into(stage: Stage, console: Console, *lines: str, end: str = CTRL_D) -> list[Played]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("".join(line + ENTER for line in lines) + end)
        return chat(stage, console)


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
    assert [turn.get("say") for turn in transcript] == [WHO, "Thanks!", "1", "", "/help"]
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


def test_a_typed_escape_sequence_is_not_obeyed(typed: Chat, tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"\x1b[2J")
    _, out = typed(f"send: {file}", "/article")
    assert "\x1b" not in out


def test_the_examples_are_asked_in_order(stage: Stage, console: Console) -> None:
    conversation = show_examples(stage, console, shipped=True)
    assert [played.turn.say for played in conversation] == list(EXAMPLES)
    assert all(each.outcome and each.outcome.answered is not None for each in conversation)
    for question in EXAMPLES:
        assert f"> {question}\n" in printed(console)


def test_lines_have_no_trailing_blanks(stage: Stage, console: Console) -> None:
    show_examples(stage, console, shipped=True)
    lines = printed(console).splitlines()
    assert lines == [line.rstrip() for line in lines]


def played(turn: Turn, *failures: str) -> Played:
    return Played(turn, Scene(), None, failures)


def test_played_turns_pass_or_fail(console: Console) -> None:
    conversation = [
        played(Turn(say="Hi")),
        played(Turn(press="More"), "there is no button 'More' to press"),
        played(Turn(say="Bye\x1b[2J\nand so on"), "expected '\x07' in the reply"),
    ]
    assert show_results(conversation, console) == conversation
    assert printed(console).splitlines() == [
        "pass   1 Hi",
        "FAIL   2 [More]",
        "         there is no button 'More' to press",
        "FAIL   3 Bye\N{REPLACEMENT CHARACTER}[2J …",
        "         expected '\N{REPLACEMENT CHARACTER}' in the reply",
    ]


def test_a_pressed_button_is_noted_by_its_label(typed: Chat) -> None:
    transcript, _ = typed(WHO, "1")
    assert transcript[-1]["press"] == "Context"


def test_a_button_that_opens_an_address_shows_it_and_stays(
    library: Library, console: Console
) -> None:
    page = replace(load_text(TEXT, title="Cats"), url="https://example.org/cats", page_text=TEXT)
    stage = DirectStage(lambda name: Dialogue(library.collection(name), lambda url: page))
    type_into(stage, console, "https://example.org/cats", "Who ate bones?", "2", "1")
    out = printed(console)
    assert "[2] Open at this sentence" in out
    assert "\nhttps://example.org/cats#:~:text=" in out
    assert "Sentence 2 of 2" in out


def test_people_and_groups_are_told_from_each_other(typed: Chat) -> None:
    transcript, out = typed(WHO, "as: ann", "in: friends", "And when?", "/more", "as: you", "/more")
    assert "ann: Private chat of ann" in out
    assert "ann: friends" in out
    assert "In a group the bot answers" in out
    assert [turn["reply"] and turn["reply"]["text"] for turn in transcript][-1] == NOTHING_ASKED


def test_one_can_chat_on_each_stage(
    make_stage: MakeStage, library: Library, console: Console
) -> None:
    with make_stage(dialogues(library)) as stage:
        conversation = type_into(stage, console, WHO, "1", "press: Delete", "{as: ann, say: Hi}")
    assert [played.turn.words for played in conversation] == [WHO, "[Context]", "Hi"]
    assert [played.scene for played in conversation] == [Scene(), Scene(), Scene("ann")]
    out = printed(console)
    assert out.startswith("Hello! Ask me about “North Korea Weapons”")
    assert "[1] Context  [2] More" in out
    assert "there is no button 'Delete' to press" in out


def test_what_can_not_be_done_says_why_and_the_chat_goes_on(typed: Chat) -> None:
    transcript, out = typed("press: Delete", "send: none.txt", "{say: a, press: b}", WHO)
    assert "there is no button 'Delete' to press" in out
    assert "There is no file none.txt." in out
    assert "That is no turn: " in out
    assert [turn["say"] for turn in transcript] == [WHO]


def test_progress_leaves_no_trace_elsewhere_than_in_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress("Reading") as on_progress:
        on_progress(1, 2)
        on_progress(2, 2)
    assert capsys.readouterr() == ("", "")
