"""Scripted conversations about the shipped article, with the model that ships with it."""

from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.script import play, read_script
from index.article_index import ArticleIndex
from index.types import Embedder, Reader

SCRIPTS = sorted((Path(__file__).parent.parent / "scripts").glob("*.yaml"))


def test_there_are_conversations() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_conversation_goes_as_written(
    script: Path, real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    dialogue = Dialogue(
        real_index, lambda own: ArticleIndex.build(own, real_embedder, reader=real_reader)
    )
    for turn in play(read_script(script), dialogue):
        assert turn.failures == (), turn.turn.say or turn.turn.press
