"""What a message or a button asks for: how much work it is, and what right it takes."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from bot.links import find_links, without_links
from bot.one_off import Post, Source
from bot.questions import asks
from bot.replies import feedback_replies
from bot.small_talk import small_talk_reply
from index.keeping.shares import is_token

PASTE_LENGTH = 600
"""Characters of the longest question. A longer message is taken for an article, unless it asks."""

POST_LENGTH = 200
"""Characters. A longer message that was forwarded is taken for an article, a shorter one is
answered."""

_DOUBTFUL_LENGTH = 160
_DOUBTFUL_SENTENCES = 3
"""A message of so many characters and sentences that asks nothing may be an article."""

_SENTENCE_END = re.compile(r"[.!…](?=\s|$)")

COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
"""A command, and what stands behind it."""

_SLOW_COMMANDS = frozenset({"all", "more", "context"})
"""Commands that may ask a question, /more and /context the last one after a restart."""

_LOADING_ACTIONS = frozenset({"link", "text"})
_JUDGING_ACTIONS = frozenset({feedback_replies.HELPFUL, feedback_replies.WRONG})

_CHANGING_COMMANDS = frozenset({"forget", "share", "unshare"})
_CHANGING_ACTIONS = frozenset(
    {"switch", "remove", "forget", "unshare", "link", "text", "language", "cancel"}
)
"""Commands and actions of buttons that change something for everybody in the chat."""


class Work(Enum):
    """How long a message may take to answer: what is quick must not wait for what is slow."""

    QUICK = auto()
    QUESTION = auto()
    LOAD = auto()


class Right(Enum):
    """What somebody must have a right to, for something to be done where others talk too."""

    ASK = auto()
    CHANGE = auto()
    """To load, choose, share, remove or forget articles, and to choose the language."""
    DECIDE = auto()
    """To say who has a right to that."""


def right_of(text: str, links: Sequence[str] = ()) -> Right:
    """The right that it takes to have `Dialogue.say` do what a text asks for."""
    text = text.strip()
    if command := COMMAND.fullmatch(text):
        name, argument = command[1].lower(), command[2] or ""
        chooses = name == "language" and argument
        opens = name == "start" and is_token(argument)
        return Right.CHANGE if name in _CHANGING_COMMANDS or chooses or opens else Right.ASK
    has_link = bool(links or find_links(text)) and len(without_links(text)) <= PASTE_LENGTH
    if has_link or (len(text) > PASTE_LENGTH and not may_be_either(text)):
        return Right.CHANGE
    return Right.ASK


def right_of_press(action: str) -> Right:
    """The right that it takes to have `Dialogue.press` do what a button's action asks for."""
    kind = action.partition(":")[0]
    if kind == "members":
        return Right.DECIDE
    return Right.CHANGE if kind in _CHANGING_ACTIONS else Right.ASK


def work_of(text: str, links: Sequence[str] = ()) -> Work:
    """The kind of work that `Dialogue.say` has with a text."""
    text = text.strip()
    if command := COMMAND.fullmatch(text):
        name, argument = command[1].lower(), command[2] or ""
        if name == "start" and is_token(argument):
            return Work.LOAD
        return Work.QUESTION if name in _SLOW_COMMANDS else Work.QUICK
    if links or find_links(text) or len(text) > PASTE_LENGTH:
        return Work.LOAD
    return Work.QUICK if small_talk_reply(text) else Work.QUESTION


def work_of_press(action: str) -> Work:
    """The kind of work that `Dialogue.press` has with a button's action."""
    kind = action.partition(":")[0]
    if kind in _LOADING_ACTIONS:
        return Work.LOAD
    return Work.QUICK if kind in _JUDGING_ACTIONS else Work.QUESTION


def work_of_sources(sources: Sequence[Source]) -> Work:
    """The kind of work that `Dialogue.ask_about` has with these sources."""
    return Work.QUESTION if all(isinstance(each, Post) for each in sources) else Work.LOAD


def may_be_either(text: str) -> bool:
    """Whether a long text may be an article or a question."""
    if len(text) > PASTE_LENGTH:
        return text.endswith(("?", "？", "؟")) and any(map(str.isalpha, text))
    if len(text) < _DOUBTFUL_LENGTH or "?" in text:
        return False
    return len(_SENTENCE_END.findall(text)) >= _DOUBTFUL_SENTENCES


def only_tells(text: str, links: Sequence[str] = ()) -> bool:
    """Whether a text asks for nothing: where an article is wanted, it is one, however short."""
    asks_for_something = text.startswith("/") or links or find_links(text) or asks(text)
    return bool(text) and not asks_for_something
