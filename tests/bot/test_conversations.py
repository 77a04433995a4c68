"""Scripted conversations about the shipped article, with the models that ship with it, in the
dialogue itself and through the bot over real HTTP."""

from pathlib import Path

import pytest

from bot.terminal.script import play
from bot.terminal.turns import read_script
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.types import Embedder, Reader
from tests.bot.stages import MakeStage, dialogues

SCRIPTS = sorted((Path(__file__).parent.parent / "scripts").rglob("*.yaml"))


def test_there_are_conversations() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_conversation_goes_as_written(
    script: Path,
    make_stage: MakeStage,
    real_index: ArticleIndex,
    real_embedder: Embedder,
    real_reader: Reader,
) -> None:
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    with make_stage(dialogues(library)) as stage:
        for played in play(read_script(script), stage):
            assert played.failures == (), played.turn.words
