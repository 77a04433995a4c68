"""Dialogues for every test here."""

import pytest

from bot.dialogue import Dialogue
from index.types import Article
from tests.bot.dialogue.chats import HARBOUR, PASTED, OnlyTheShipped
from tests.conftest import nothing_to_fetch


@pytest.fixture
def deaf_dialogue(article: Article) -> Dialogue:
    """A dialogue that fails the test when it asks or replaces the article."""
    return Dialogue(OnlyTheShipped(article), nothing_to_fetch)  # type: ignore[arg-type]


@pytest.fixture
def with_two(dialogue: Dialogue) -> Dialogue:
    """A chat that was given the lighthouse, then the harbour, which is asked now."""
    dialogue.say(PASTED)
    dialogue.say(HARBOUR)
    return dialogue
