"""`feedback export` and `feedback calibrate`."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.composition
from bot.dialogue import Dialogue
from index.keeping.library import Library
from index.loading import load_text
from index.reading.adjusting import AdjustedReader
from index.reading.readers import EvidenceReader
from index.types import Embedder, Judgement, Thresholds
from tests.bot.commands.gold import PETS
from tests.bot.commands.running import WHO, line, run
from tests.bot.dialogue.chats import FEEDBACK, action
from tests.conftest import nothing_to_fetch

HELPFUL, WRONG = FEEDBACK
SHIPS = load_text(
    " ".join(f"The ship Number{n} brought cargo{n} to port{n}." for n in range(70)), title="Ships"
)


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch, embedder: Embedder) -> None:
    """Has the program use the fake embedder, and no reader's model."""
    models = embedder, EvidenceReader()
    monkeypatch.setattr(bot.composition, "models_as_made", lambda settings: models)


@pytest.fixture
def library() -> Iterator[Library]:
    """That of the data folder."""
    library = bot.composition.open_library(bot.composition.read_settings())
    yield library
    library.store.close()


@pytest.fixture
def judged(library: Library) -> Library:
    """Two chats that have judged answers: of the shipped article, and of one about pets."""
    ann, ben = (Dialogue(library.collection(chat), nothing_to_fetch) for chat in ("ann", "ben"))
    for chat in (ann, ben):
        chat.press(action(chat.say(WHO), HELPFUL))
    ann.add_text(PETS)
    ann.press(action(ann.say("What slept on the mat?"), HELPFUL))
    ann.press(action(ann.say("Who ate bones?"), WRONG))
    return library


class TestExport:
    def test_a_line_an_article(self, judged: Library, tmp_path: Path) -> None:
        out = tmp_path / "out.jsonl"
        result = run("feedback", "export", out)
        assert result.output == f"{out}: 3 questions about 2 articles.\n"
        shipped, pets = map(json.loads, out.read_text().splitlines())
        assert [question["question"] for question in shipped["questions"]] == [WHO]
        slept, ate = pets["questions"]
        assert (slept["answerable"], slept["wrong"]) == (True, [])
        assert slept["answers"] == [{"start": 0, "text": "The cat slept on the mat."}]
        assert (ate["answerable"], ate["answers"]) == (None, [])
        assert [each["text"] for each in ate["wrong"]] == ["The dog ate 12 bones on Monday."]

    def test_it_is_evaluated(self, judged: Library, tmp_path: Path) -> None:
        out = tmp_path / "out.jsonl"
        run("feedback", "export", out)
        [metrics] = json.loads(run("evaluate", out, "--json").stdout)
        assert (metrics["articles"], metrics["questions"]) == (2, 3)
        assert (metrics["answerable"], metrics["unanswerable"], metrics["acc_at_1"]) == (2, 0, 1)
        assert metrics["answered_accuracy"] == pytest.approx(2 / 3)

    def test_without_a_file_it_is_printed(self, judged: Library) -> None:
        result = run("feedback", "export")
        assert [json.loads(text)["lang"] for text in result.stdout.splitlines()] == ["en", "en"]

    def test_nothing_tells_who_said_it(self, library: Library) -> None:
        chat = Dialogue(library.collection("telegram:987654321"), nothing_to_fetch)
        chat.press(action(chat.say(WHO), HELPFUL))
        assert "987654321" not in run("feedback", "export").stdout

    def test_without_feedback_there_is_nothing_to_write(
        self, no_work: list[str], tmp_path: Path
    ) -> None:
        out = tmp_path / "out.jsonl"
        said = line(run("feedback", "export", out))
        assert said == "Nobody has said yet whether an answer helped."
        assert (out.exists(), no_work) == (False, [])

    def test_a_file_that_can_not_be_written_is_told(self, judged: Library, tmp_path: Path) -> None:
        assert "can't be written" in line(run("feedback", "export", tmp_path))


def judge_ships(library: Library, wrong_from: int, count: int = 70) -> None:
    """Have somebody judge answers about ships: they are wrong from that ship on."""
    collection = library.collection("ann")
    index = collection.add(SHIPS).index
    for number, sentence in enumerate(index.sentences[:count]):
        helpful = number < wrong_from
        question = (
            f"Which ship brought cargo{number} to port{number}?"
            if helpful
            else f"Which weather had Number{number} with cargo{number} to port{number}?"
        )
        [first, *_] = index.ask(question).ranked
        assert first.sentence == sentence.number
        place = sentence.start, sentence.end
        collection.judge(Judgement(SHIPS.id, question, place, helpful))


def used_thresholds() -> Thresholds:
    """Those that the program uses now."""
    _, reader = bot.composition.embedder_and_reader(bot.composition.read_settings())
    return reader.thresholds


OWN = EvidenceReader().thresholds


class TestCalibrate:
    def test_thresholds_are_fitted_and_used_from_then_on(self, library: Library) -> None:
        judge_ships(library, wrong_from=50)
        result = run("feedback", "calibrate")
        assert result.exit_code == 0, result.output
        fitted = used_thresholds()
        assert fitted.answer > OWN.answer
        assert f"{fitted.answer:.2f}" in result.stdout
        assert "Helpful, of what is answered" in result.stdout
        assert "70 judged answers from 1 chat; 0 more are left out" in result.stdout
        assert "has to be started anew" in result.stdout

    def test_where_nothing_is_certain_nothing_moves(self, library: Library) -> None:
        judge_ships(library, wrong_from=60)
        result = run("feedback", "calibrate")
        assert result.exit_code == 0, result.output
        assert used_thresholds() == OWN
        assert "the reader keeps its own thresholds" in result.stdout

    def test_the_way_back(self, library: Library) -> None:
        judge_ships(library, wrong_from=50)
        run("feedback", "calibrate")
        assert run("feedback", "calibrate", "--reset").exit_code == 0
        assert used_thresholds() == OWN
        assert run("feedback", "calibrate", "--reset").exit_code == 0

    @pytest.mark.parametrize(("count", "wrong_from"), [(0, 0), (40, 20), (60, 55), (60, 5)])
    def test_too_few_judged_answers_change_nothing(
        self, library: Library, count: int, wrong_from: int
    ) -> None:
        judge_ships(library, wrong_from, count)
        said = line(run("feedback", "calibrate"))
        assert said.startswith(f"There are {count} judged answers of this reader")
        assert "At least 50 are needed, 10 of each kind" in said
        assert used_thresholds() == OWN

    def test_thresholds_of_other_models_are_not_used(
        self,
        library: Library,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        judge_ships(library, wrong_from=50)
        run("feedback", "calibrate")
        monkeypatch.setenv("ARTICLE_BOT_READER", "none")
        with caplog.at_level(logging.WARNING):
            assert used_thresholds() == OWN
        assert "are for other models" in caplog.text

    def test_what_is_fitted_again_is_fitted_to_the_readers_own(self, library: Library) -> None:
        judge_ships(library, wrong_from=50)
        run("feedback", "calibrate")
        fitted = used_thresholds()
        run("feedback", "calibrate")
        assert used_thresholds() == fitted


def test_the_program_reads_as_before_with_fitted_thresholds(library: Library) -> None:
    judge_ships(library, wrong_from=50)
    run("feedback", "calibrate")
    settings = bot.composition.read_settings()
    assert isinstance(bot.composition.open_library(settings).reader, AdjustedReader)
    assert "KCNA" in run("ask", WHO).stdout
