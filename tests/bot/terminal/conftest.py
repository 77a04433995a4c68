"""The stages on which a conversation is played."""

import pytest

from bot.dialogue import Dialogue
from bot.terminal.direct import DirectStage
from index.keeping.library import Library
from tests.conftest import nothing_to_fetch


@pytest.fixture
def stage(library: Library) -> DirectStage:
    """The dialogues themselves, about the shipped article, with the fake embedder."""
    return DirectStage(lambda name: Dialogue(library.collection(f"chat:{name}"), nothing_to_fetch))
