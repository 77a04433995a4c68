"""Scripted conversations: turns from a YAML file, replayed through a `Dialogue` and checked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from rich.console import Console
from rich.text import Text

from bot.dialogue import Dialogue
from bot.rendering.as_json import reply_json
from bot.rendering.plain_text import to_plain
from bot.rendering.terminal_text import visible
from bot.replies.reply import Reply
from index.errors import ArticleError


class ScriptError(ArticleError):
    """A script can't be read or is not a list of turns."""


class Turn(BaseModel):
    """One turn of a script: what the user does, and what the reply must be like.

    It either has `say`, a message, or `press`, the label of a button. `expect` are texts that the
    reply must hold; `expect_refusal` tells whether it must be a refusal; `expect_sentence` is the
    number of the sentence that must be cited first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    say: str | None = None
    press: str | None = None
    expect: str | Annotated[list[str], Field(min_length=1)] | None = None
    expect_refusal: bool | None = None
    expect_sentence: int | None = None

    @model_validator(mode="after")
    def _one_action(self) -> "Turn":
        if (self.say is None) == (self.press is None):
            raise ValueError("a turn has either 'say' or 'press'")
        return self


@dataclass(frozen=True, slots=True)
class TurnResult:
    """A turn, the reply to it, and a message for each expectation that was not met."""

    turn: Turn
    reply: Reply | None
    failures: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The turn's entry in the transcript."""
        return {
            **self.turn.model_dump(exclude_none=True),
            "reply": reply_json(self.reply) if self.reply else None,
            "passed": not self.failures,
            "failures": list(self.failures),
        }


def read_script(path: Path) -> list[Turn]:
    """Read the turns of a YAML file.

    Raises:
        ScriptError: there is no such file, or it is no YAML, or no list of turns.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(Annotated[list[Turn], Field(min_length=1)]).validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = " → ".join(
            str(part + 1 if isinstance(part, int) else part) for part in first["loc"]
        )
        raise ScriptError(f"{path}: turn {place or 1}: {first['msg']}.") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ScriptError(f"The script {path} can't be read: {reason}.") from None


def play(turns: list[Turn], dialogue: Dialogue) -> Iterator[TurnResult]:
    """Replay the turns in order, and check each reply."""
    reply: Reply | None = None
    for turn in turns:
        if turn.say is not None:
            reply = dialogue.say(turn.say)
        else:
            actions = {reply.said(b.label): b.action for b in reply.buttons} if reply else {}
            if turn.press not in actions:
                yield TurnResult(turn, None, (f"there is no button {turn.press!r} to press",))
                continue
            reply = dialogue.press(actions[turn.press])
        yield TurnResult(turn, reply, tuple(_failures(turn, reply)))


def _failures(turn: Turn, reply: Reply) -> Iterator[str]:
    text = to_plain(reply)
    for expected in [turn.expect] if isinstance(turn.expect, str) else turn.expect or ():
        if expected not in text:
            yield f"expected {expected!r} in the reply"
    answer = reply.answers[0] if reply.answers else None
    if turn.expect_refusal is not None and (
        answer is None or answer.answered is turn.expect_refusal
    ):
        yield f"expected {'a refusal' if turn.expect_refusal else 'an answer'}"
    if turn.expect_sentence is not None:
        cited = answer.citations[0].sentence if answer and answer.citations else None
        if cited != turn.expect_sentence:
            yield f"expected sentence {turn.expect_sentence} first, got {cited}"


def show_results(results: Iterable[TurnResult], console: Console) -> bool:
    """Print the turns as they are played; return whether all passed."""
    passed = True
    for number, result in enumerate(results, start=1):
        passed = passed and not result.failures
        mark = Text("FAIL", style="red") if result.failures else Text("pass", style="green")
        action = result.turn.say if result.turn.say is not None else f"[{result.turn.press}]"
        console.print(mark, Text(f"{number:3} {visible(action)}"))
        for failure in result.failures:
            console.print(Text(f"         {visible(failure)}"))
    return passed
