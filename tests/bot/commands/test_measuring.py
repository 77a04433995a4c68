"""`evaluate`."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.gold import PETS
from tests.bot.commands.running import (
    line,
    run,
)


@pytest.mark.usefixtures("fake")
class TestEvaluate:
    def test_a_table_for_people(self, gold: Path) -> None:
        result = run("evaluate", gold)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "gold.jsonl" in result.stdout
        assert "(article)" in result.stdout
        assert "Refusal AUROC" in result.stdout

    def test_json_for_programs(self, gold: Path) -> None:
        result = run("evaluate", gold, gold, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        [first, second] = json.loads(result.stdout)
        assert first["questions"] == second["questions"] == 3
        assert first["acc_at_1"] == first["coverage"] == 1

    def test_predictions_for_a_scorer(self, gold: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.jsonl"
        assert run("evaluate", gold, "--predictions", out).exit_code == 0
        predictions = [json.loads(text) for text in out.read_text().splitlines()]
        assert [prediction["id"] for prediction in predictions] == ["1", "2", "3"]
        assert [prediction["answered"] for prediction in predictions] == [True, True, False]
        best = predictions[1]["ranked"][0]
        assert PETS[best["start"] : best["end"]] == "The dog ate 12 bones on Monday."

    def test_a_plot_is_a_picture(self, gold: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.png"
        assert run("evaluate", gold, "--plot", out).exit_code == 0
        assert out.read_bytes().startswith(b"\x89PNG")

    def test_predictions_of_a_paragraph_lead_into_the_article(
        self, gold: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.jsonl"
        result = run("evaluate", gold, "--scope", "paragraph", "--predictions", out, "--json")
        [metrics] = json.loads(result.stdout)
        assert (metrics["scope"], metrics["false_answer_rate"]) == ("paragraph", 0)
        for text in out.read_text().splitlines():
            prediction = json.loads(text)
            assert len(prediction["ranked"]) == 2
            if prediction["id"] == "2":
                best = prediction["ranked"][0]
                assert PETS[best["start"] : best["end"]] == "The dog ate 12 bones on Monday."

    @pytest.mark.parametrize(("limit", "questions"), [(1, 1), (2, 2), (100, 3)])
    def test_limit(self, gold: Path, limit: int, questions: int) -> None:
        result = run("evaluate", gold, "--limit", str(limit), "--json")
        assert json.loads(result.stdout)[0]["questions"] == questions


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "no json",
        "[]",
        '"text"',
        "{}",
        '{"id": 1, "text": "One.", "questions": [{"id": 1}]}',
        '{"id": 1, "text": "One.", "questions": ["Who?"]}',
        '{"id": 1, "text": "One.", "questions": [{"id": 1, "question": "Who?", "answerable": true,'
        ' "paragraph": [1]}]}',
    ],
)
def test_gold_that_can_not_be_read_is_named(
    no_work: list[str], tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "gold.jsonl"
    if content is not None:
        file.write_text(content)
    assert str(file) in line(run("evaluate", file))
    assert no_work == []
