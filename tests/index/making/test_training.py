"""The whole training on a handful of questions."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from index.errors import ModelError
from index.making.calibrating import NO_THRESHOLDS, CalibrationError
from index.making.evaluation import GoldError
from index.making.learner import State
from index.making.training import CHECKPOINT, CURVE, Recipe, _facts, train
from index.reading.files import read_manifest
from index.reading.readers import SHIPPED_FOLDER, JointReader, torch_encoder
from index.reading.weights import load, save
from index.types import ArticleContext, Candidate, Embedder, Reader, Sentence

pytestmark = pytest.mark.slow

QUALITY = Path(__file__).parents[2] / "quality" / "gold.jsonl"


def in_torch(folder: Path) -> JointReader:
    return JointReader(folder, torch_encoder)


def run_once(
    recipe: Recipe,
    embedder: Embedder,
    open_reader: Callable[[Path], Reader] = in_torch,
    *,
    resume: bool = False,
) -> State:
    def nothing(*_: object) -> None:
        pass

    return train(recipe, embedder, open_reader, resume=resume, on_step=nothing, on_work=nothing)


def interrupted(folder: Path) -> Reader:
    """Before anything is calibrated."""
    assert read_manifest(folder)["borders"] == asdict(NO_THRESHOLDS)
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles with six questions each, two of them unanswerable."""
    path = tmp_path_factory.mktemp("data") / "few.jsonl"
    articles = [json.loads(line) for line in QUALITY.read_text(encoding="utf-8").splitlines()[:4]]
    few = (
        {**article, "questions": article["questions"][:4] + article["questions"][-2:]}
        for article in articles
    )
    path.write_text("".join(json.dumps(article) + "\n" for article in few), encoding="utf-8")
    return path


def test_a_reader_is_trained_resumed_calibrated_and_reads(
    data: Path, tmp_path: Path, embedder: Embedder
) -> None:
    steps: list[int] = []
    work: set[str] = set()

    def on_step(state: State, share: float) -> None:
        assert 0 < share <= 1
        steps.append(state.step)

    def run(minutes: float, *, resume: bool) -> State:
        recipe = Recipe((data,), tmp_path, minutes)
        return train(
            recipe, embedder, in_torch, resume=resume, on_step=on_step,
            on_work=lambda label, done, total: work.add(label),
        )  # fmt: skip

    first = run(0.001, resume=False)
    assert steps == [first.step] == [1]
    second = run(0.002 + first.seconds / 60, resume=True)
    assert steps == [1, 2]
    assert second.losses[0] == first.losses[0]
    assert len(second.watched) == 2
    assert work == {"Mining few.jsonl", "Calibrating on few.jsonl"}
    assert (tmp_path / CHECKPOINT).exists()
    assert (tmp_path / CURVE).read_bytes().startswith(b"\x89PNG")
    assert read_manifest(tmp_path)["steps"] == 2

    sentence = Sentence(1, 1, 0, 13, "Ada built it.")
    candidate = Candidate(sentence, 0.5, 0.5, 0.5, 0)
    (reading,) = in_torch(tmp_path).read(
        "Who built it?", [candidate], ArticleContext("", (sentence,))
    )
    assert 0 < reading.confidence < 1


def test_a_training_starts_from_a_reader(data: Path, tmp_path: Path, embedder: Embedder) -> None:
    def run(out: str, start: Path | None) -> State:
        recipe = Recipe((data,), tmp_path / out, 0.001, start=start)
        return run_once(recipe, embedder)

    first = run("first", None)
    # A reader that believes everything is wrong by far where nothing answers.
    believing = load(tmp_path / "first")
    torch.nn.init.constant_(believing.encoder.relevance.bias, 50.0)
    facts = {
        key: read_manifest(tmp_path / "first")[key] for key in ("data", "minutes", "steps", "made")
    }
    save(believing.encoder, believing.tokenizer, tmp_path / "believing", **facts)
    second = run("second", tmp_path / "believing")
    assert first.losses[0] < 20 < second.losses[0]
    manifest = read_manifest(tmp_path / "second")
    assert manifest["start"]["steps"] == first.step
    assert read_manifest(tmp_path / "first")["start"] is None


def test_a_folder_without_a_reader_to_start_from_is_told_at_once(
    data: Path, tmp_path: Path, embedder: Embedder
) -> None:
    recipe = Recipe((data,), tmp_path / "out", 1, start=tmp_path)
    with pytest.raises(ModelError, match="no whole reader"):
        run_once(recipe, embedder)


def test_the_same_seed_draws_the_same(data: Path, tmp_path: Path, embedder: Embedder) -> None:
    losses = []
    for folder in ("one", "other"):
        recipe = Recipe((data,), tmp_path / folder, 0.001)
        state = run_once(recipe, embedder)
        losses.append(state.losses)
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_bad_data_is_told_before_anything_is_done(tmp_path: Path, embedder: Embedder) -> None:
    recipe = Recipe((tmp_path / "missing.jsonl",), tmp_path / "out", 1)
    with pytest.raises(GoldError, match=r"missing\.jsonl"):
        run_once(recipe, embedder)


def test_too_little_data_is_told_before_anything_is_learned(
    data: Path, tmp_path: Path, embedder: Embedder
) -> None:
    lines = data.read_text(encoding="utf-8").splitlines(keepends=True)
    one, unasked = tmp_path / "one.jsonl", tmp_path / "unasked.jsonl"
    one.write_text(lines[0], encoding="utf-8")
    unasked.write_text(
        lines[0] + json.dumps({**json.loads(lines[1]), "questions": []}) + "\n", encoding="utf-8"
    )
    for path, error in ((one, "nothing to learn from"), (unasked, "too few questions to watch")):
        with pytest.raises((GoldError, CalibrationError), match=error):
            run_once(Recipe((path,), tmp_path / "out", 1), embedder)
    assert not (tmp_path / "out" / CHECKPOINT).exists()


def test_other_files_are_not_taken_for_those_that_a_training_began_with(
    data: Path, tmp_path: Path, embedder: Embedder
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_once(Recipe((data,), tmp_path / "out", 0.001), embedder, interrupted)
    other = tmp_path / "other.jsonl"
    other.write_bytes(data.read_bytes())
    with pytest.raises(GoldError, match=r"begun with other files: few\.jsonl"):
        run_once(Recipe((other,), tmp_path / "out", 0.001), embedder, resume=True)


def test_a_training_whose_calibration_is_broken_off_leaves_no_reader(
    data: Path, tmp_path: Path, embedder: Embedder
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_once(Recipe((data,), tmp_path, 0.001), embedder, interrupted)
    assert (tmp_path / CHECKPOINT).exists()
    with pytest.raises(ModelError, match="no whole reader"):
        read_manifest(tmp_path)


def test_a_training_from_the_shipped_reader_tells_what_it_started_with(tmp_path: Path) -> None:
    facts = _facts(Recipe((), tmp_path, 1, start=SHIPPED_FOLDER), State())
    shipped = read_manifest(SHIPPED_FOLDER)
    assert facts["start"]["steps"] == shipped["steps"]
    # And what that one had started with, down to the first.
    before = facts["start"]["start"]
    assert [each["steps"] for each in before["averaged"]] == [4651, 1912]
