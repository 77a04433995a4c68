"""What somebody does in a chat: a turn of a script, or a line that is typed."""

import re
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from index.errors import ArticleError

ACTIONS = ("say", "press", "reply", "edit", "forward", "send", "inline", "guest")
"""A turn does one of these."""

_BELONGS_TO = {"links": ("say", "reply", "edit"), "caption": ("send",), "about": ("say", "guest")}
"""What a turn may have besides, and the actions to which that belongs."""

_TYPED = re.compile(rf"({'|'.join((*ACTIONS, 'as', 'in'))}):\s+(.*\S.*)", re.DOTALL)
_FIELD = re.compile(rf"(?:^|,\s*)({'|'.join((*ACTIONS, 'as', 'in', *_BELONGS_TO))}):\s+")


def sendable(text: str) -> str:
    """A text as an app can send it: a half of a character becomes a question mark."""
    return text.encode(errors="replace").decode()


_Words = Annotated[str, AfterValidator(sendable)]


class ScriptError(ArticleError):
    """A script can't be read or is not a list of turns."""


class Turn(BaseModel):
    """One turn: who does what and where, and what the bot's reply must be like.

    It is one of `say`, a message; `press`, the label of a button; `reply`, a message in reply to
    the bot's last; `edit`, the new text of one's last message; `forward`, a post of somebody else;
    `send`, the path of a document; `inline`, a question behind the bot's name in another chat;
    `guest`, a question with the bot's name in a chat where it is no member.

    `as` is the name of a person, `in` that of a group, where `private` is the person's own chat
    with the bot. Both hold until others are named, and may be a turn of their own. `links` are
    addresses behind words of a message, `caption` stands below a document, `about` is somebody
    else's post that a question is a reply to. `expect` are texts that the reply must hold;
    `expect_refusal` tells whether it must be a refusal; `expect_sentence` is the number of the
    sentence that must be cited first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    person: _Words | None = Field(default=None, alias="as", min_length=1)
    group: _Words | None = Field(default=None, alias="in", min_length=1)
    say: _Words | None = None
    press: _Words | None = None
    reply: _Words | None = None
    edit: _Words | None = None
    forward: _Words | None = None
    send: Path | None = None
    inline: _Words | None = None
    guest: _Words | None = None
    links: dict[_Words, _Words] = Field(default_factory=dict)
    caption: _Words = ""
    about: _Words = ""
    expect: str | Annotated[list[str], Field(min_length=1)] | None = None
    expect_refusal: bool | None = None
    expect_sentence: int | None = None

    @model_validator(mode="after")
    def _is_one_action(self) -> Self:
        count = sum(getattr(self, name) is not None for name in ACTIONS)
        only_sets_the_scene = self.model_fields_set <= {"person", "group"} and self.model_fields_set
        if count > 1 or not (count or only_sets_the_scene):
            raise ValueError(f"a turn has one of {', '.join(ACTIONS)}")
        for name, actions in _BELONGS_TO.items():
            if getattr(self, name) and self.action not in actions:
                raise ValueError(f"{name} belongs to {' or '.join(actions)}")
        return self

    @property
    def action(self) -> str | None:
        """Which of `ACTIONS` it is; None if it only says who acts from now on, and where."""
        return next((name for name in ACTIONS if getattr(self, name) is not None), None)

    @property
    def words(self) -> str:
        """What is done, in a line."""
        match self.action:
            case None:
                return " ".join(f"{name}: {value}" for name, value in self.as_json().items())
            case "say":
                return str(self.say)
            case "press":
                return f"[{self.press}]"
            case action:
                return f"{action}: {getattr(self, action)}"

    def as_json(self) -> dict[str, Any]:
        """The turn as a script has it."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def read_script(path: Path) -> list[Turn]:
    """Read the turns of a YAML file. Documents are looked for beside it.

    Raises:
        ScriptError: there is no such file, or it is no YAML, or no list of turns.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        turns = TypeAdapter(Annotated[list[Turn], Field(min_length=1)]).validate_python(content)
    except ValidationError as error:
        raise ScriptError(f"{path}: turn {_first_problem(error, '1')}.") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ScriptError(f"The script {path} can't be read: {reason}.") from None
    return [
        turn.model_copy(update={"send": path.parent / turn.send}) if turn.send else turn
        for turn in turns
    ]


def typed_turn(line: str) -> Turn:
    """The turn of a typed line: `forward: A post.`, `{guest: Who built it?, about: A post.}`; every
    other line is a message.

    Raises:
        ScriptError: it begins as a turn but is none.
    """
    if typed := _TYPED.fullmatch(line):
        return Turn.model_validate({typed[1]: typed[2]})
    # YAML would take neither a question mark nor a colon here, without quotes.
    before, *fields = _FIELD.split(line[1:-1] if re.fullmatch("{.*}", line) else "")
    if before or not fields:
        return Turn(say=line)
    try:
        return Turn.model_validate(
            {
                name: yaml.safe_load(value) if name == "links" else value
                for name, value in zip(fields[::2], fields[1::2], strict=True)
            }
        )
    except ValidationError as error:
        raise ScriptError(f"That is no turn: {_first_problem(error)}.") from None
    except yaml.YAMLError:
        return Turn(say=line)


def _first_problem(error: ValidationError, place: str = "") -> str:
    """What is wrong first, and where; `place` is named if it is all of it."""
    first = error.errors(include_url=False)[0]
    parts = [str(part + 1 if isinstance(part, int) else part) for part in first["loc"]]
    return ": ".join(filter(None, (" → ".join(parts) or place, first["msg"])))
