"""Where a conversation is played: in the dialogue itself, or through an imitation of Telegram."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rich.console import RenderableType
from rich.text import Text

from bot.replies.reply import Button
from bot.terminal.scene import Scene
from bot.terminal.turns import Turn
from index.errors import ArticleError

NO_MESSAGE_TO_REPLY_TO = "there is no message of the bot to reply to"
NO_MESSAGE_TO_EDIT = "there is no message to edit"
THE_BOT_IS_THERE = "the bot is a member of that group, and no guest"
POST_IN_PRIVATE = "only a question in a group is about a post; forward the post first"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it stands in the chat: in Telegram's HTML, with rows of buttons.

    `number` tells it from the chat's others; `quotes` are the words that it is a reply to.
    """

    number: int
    html: str
    rows: Sequence[Sequence[Button]] = ()
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a turn.

    `shown` are the messages that are new or have changed, `text` is what they say; `deleted` are
    the numbers of those that are there no more; `buttons` are what can be pressed by a number.
    `answered` tells whether the question was, `sentence` is the number of the sentence that is
    cited first; both are None where nothing was asked. `reply` is what a transcript keeps, and so
    are `calls`, those of the Bot API.
    """

    rendered: RenderableType
    text: str = ""
    shown: tuple[Shown, ...] = ()
    deleted: tuple[int, ...] = ()
    buttons: tuple[Button, ...] = ()
    answered: bool | None = None
    sentence: int | None = None
    reply: dict[str, Any] | None = None
    calls: tuple[dict[str, Any], ...] | None = None


class CannotAct(ArticleError):
    """The turn can't be acted out: there is no such button, or nothing to edit."""


class Stage(Protocol):
    """Plays turns, one after the other. `scene` is that of the last one."""

    scene: Scene

    def act(self, turn: Turn) -> Outcome:
        """Do what the turn says, and tell what came of it.

        Raises:
            CannotAct: there is nothing to do it to.
            ArticleNotFound: there is no such document.
        """

    def press(self, button: Button) -> Outcome:
        """Press a button that has just been shown.

        Raises:
            CannotAct: it is there no more.
        """


def no_such_button(label: str) -> CannotAct:
    """The error of a button that is not there."""
    return CannotAct(f"there is no button {label!r} to press")


def nothing(why: str) -> Outcome:
    """What comes of a turn to which the bot has nothing to say."""
    return Outcome(Text(why, style="dim"))


def opened(address: str) -> Outcome:
    """What comes of a button that opens an address: nobody but the app gets to know of it."""
    return Outcome(Text(address), address)
