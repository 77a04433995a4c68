"""Scripted conversations about the shipped article, with the model that ships with it."""

from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.terminal.script import play, read_script
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.types import Embedder, Reader
from tests.conftest import nothing_to_fetch

SCRIPTS = sorted((Path(__file__).parent.parent / "scripts").glob("*.yaml"))


def test_there_are_conversations() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_conversation_goes_as_written(
    script: Path, real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    for turn in play(read_script(script), dialogue):
        assert turn.failures == (), turn.turn.say or turn.turn.press
