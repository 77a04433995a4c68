"""The README says what is so."""

import re
from pathlib import Path

from bot.dialogue import Dialogue
from bot.rendering.plain_text import to_plain
from bot.settings import Settings
from bot.terminal.direct import DirectStage
from bot.terminal.script import play
from bot.terminal.turns import read_script
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.types import Embedder, Reader
from tests.conftest import nothing_to_fetch

ROOT = Path(__file__).parent.parent

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_configuration_table_is_that_of_the_settings() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)
    fields = Settings.model_fields.values()
    assert rows == [
        (str(f.validation_alias), f"`{f.default}`" if f.default else "", f.description)
        for f in fields
    ]


def test_the_transcript_is_real(
    real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    transcript = README.split("```text\n", 1)[1].split("```", 1)[0]
    shown = " ".join(transcript.split())
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    for question in re.findall(r"^> (.*)$", transcript, re.MULTILINE):
        for line in to_plain(dialogue.say(question)).splitlines():
            assert line.strip("()") in shown


def test_the_script_passes(
    tmp_path: Path, real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(README.split("```yaml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    stage = DirectStage(lambda name: Dialogue(library.collection(name), nothing_to_fetch))
    for played in play(read_script(script), stage):
        assert played.failures == (), played.turn.words


def test_every_picture_is_shown_and_has_a_script_that_makes_it() -> None:
    scripts = {path.stem for path in (ROOT / "tests/scripts/pictures").glob("*.yaml")}
    pictures = {path.stem: path for path in (ROOT / "docs/pictures").iterdir()}
    shown = re.findall(r"!\[[^\]]+\]\(docs/pictures/([\w-]+)\.png\)", README)
    assert set(shown) == set(pictures) == scripts, "run `make pictures`"
    assert all(path.stat().st_size < 150_000 for path in pictures.values())
