"""The stages on which a conversation is played."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from bot.dialogue import Dialogue, FetchArticle
from bot.settings import Settings
from bot.terminal.direct import DirectStage
from bot.terminal.stage import Stage
from bot.terminal.wire import on_the_wire
from index.keeping.library import Library
from tests.conftest import nothing_to_fetch

NewDialogue = Callable[[str], Dialogue]

MakeStage = Callable[[NewDialogue], AbstractContextManager[Stage]]


def dialogues(library: Library, fetch: FetchArticle = nothing_to_fetch) -> NewDialogue:
    """Makes dialogues by the names of their chats, about the shipped article."""
    return lambda name: Dialogue(library.collection(f"chat:{name}"), fetch)


def direct(new_dialogue: NewDialogue) -> AbstractContextManager[Stage]:
    """The dialogues themselves."""
    return nullcontext(DirectStage(new_dialogue))


def wire(new_dialogue: NewDialogue) -> AbstractContextManager[Stage]:
    """The bot at the imitation of Telegram's servers."""
    return on_the_wire(Settings(), new_dialogue)
