"""The stage of most tests."""

import pytest

from bot.terminal.direct import DirectStage
from bot.terminal.stage import Stage
from index.keeping.library import Library
from tests.bot.stages import dialogues


@pytest.fixture
def stage(library: Library) -> Stage:
    """The dialogues themselves."""
    return DirectStage(dialogues(library))
