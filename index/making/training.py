"""Labelled questions -> a trained, calibrated reader in a folder."""

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from index.making.calibrating import (
    NEUTRAL,
    NO_THRESHOLDS,
    CalibrationError,
    collect_readings,
    fit,
    thresholds_for,
)
from index.making.evaluation import GoldArticle, GoldError, read_gold, sampled
from index.making.learner import Learner, State
from index.making.plotting import check_installed, loss_curve
from index.making.training_data import (
    Example,
    TrainingQuestion,
    example,
    mine,
    prepare,
    shares,
    split_off,
)
from index.models.embedding import DEFAULT_MODEL, resolve
from index.reading.files import FORMAT, TOKENIZER, load_tokenizer, read_manifest
from index.reading.joint_encoder import JointEncoder
from index.reading.readers import Calibration
from index.reading.weights import load, save
from index.types import Embedder, Reader, Thresholds

QUESTIONS = 12
"""Questions of one training step."""

CHECKPOINT_SECONDS = 300

WATCHED = 100
"""Questions of each file's held-out articles that are read at every checkpoint."""

CALIBRATED = 100
"""Questions of each file's held-out articles that the confidence is fitted on."""

_OF_THE_START = ("data", "minutes", "steps", "made", "start", "averaged")
"""Facts of the starting reader that are copied into the new manifest; those of a mean of several
readers name each of them."""

# A checkpoint of another format of readers is not continued from.
CHECKPOINT = f"checkpoint-{FORMAT}.pt"

MINED = f"mined-{FORMAT}.json"

CURVE = "loss.png"


@dataclass(frozen=True)
class Recipe:
    """What to train: on which files, for how long, and from where.

    `data` are files that `read_gold` reads, each a set of its own; `out` is the folder to write to.
    `start` is the folder of a reader to begin with, instead of the embedding model's encoder.
    """

    data: tuple[Path, ...]
    out: Path
    minutes: float
    seed: int = 0
    start: Path | None = None


OnStep = Callable[[State, float], None]
"""Called after every step, with the state and the share of the time that is over."""

OnWork = Callable[[str, int, int], None]
"""Called with the name of the current work, how much of it is done, and how much there is."""


def train(
    recipe: Recipe,
    embedder: Embedder,
    open_reader: Callable[[Path], Reader],
    *,
    resume: bool,
    on_step: OnStep,
    on_work: OnWork,
) -> State:
    """Train a reader, calibrate it, and write it to the folder `out`.

    `open_reader` opens a reader's folder as it will be used later. The calibration is made with it,
    since int8 moves the logits a little.

    With `resume`, training continues from the checkpoint in `out`, if there is one. The same files
    and seed draw the same examples step by step; the number of steps, and the learning rate of
    each, follow from the time that they take.

    Raises:
        GoldError: a file of questions can't be read, has too few articles, or is not one that
            the resumed training began with.
        ModelError: there is no reader to start from, or `open_reader` can't open the new one.
        PlotError: matplotlib, which draws the loss curve, is not installed.
        CalibrationError: too few questions could be held out; the learned weights stay in the
            checkpoint.
    """
    check_installed()
    parts = [split_off(read_gold(path)) for path in recipe.data]
    recipe.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    encoder, tokenizer = base_model()
    if recipe.start:
        encoder.load_state_dict(load(recipe.start).encoder.state_dict())
    watched = _watched([held_out for _, held_out in parts], tokenizer, embedder, recipe.seed)
    learned = [questions for questions, _ in parts]
    sets = _mined(recipe, learned, tokenizer, embedder, resume=resume, on_work=on_work)
    learner = Learner(encoder)
    checkpoint = recipe.out / CHECKPOINT
    if resume and checkpoint.exists():
        learner.load(checkpoint)
    _learn(learner, recipe, sets, watched, tokenizer, on_step)
    write = partial(_write, learner.averaged(), tokenizer, _facts(recipe, learner.state))
    held_out = [sampled(golds, CALIBRATED, recipe.seed) for _, golds in parts]
    readings = []
    # Uncalibrated, a reader takes everything for an answer: it is written to a temporary folder, so
    # that it is not left in `out` if this is broken off.
    with tempfile.TemporaryDirectory(dir=recipe.out) as folder:
        write(Path(folder), NEUTRAL, NO_THRESHOLDS)
        reader = open_reader(Path(folder))
        for path, golds in zip(recipe.data, held_out, strict=True):
            on_progress = partial(on_work, f"Calibrating on {path.name}")
            readings += collect_readings(golds, embedder, reader, on_progress)
    calibration = fit(readings)
    write(recipe.out, calibration, thresholds_for(readings, calibration))
    return learner.state


def base_model() -> tuple[JointEncoder, Tokenizer]:
    """The model that training starts from: the embedding model's encoder, with new heads.

    It has no dropout, which costs time where there is more data than time; plain attention, whose
    gradient is faster on a CPU than the fused one's; and fixed word vectors, since most words are
    too rare in the questions to learn.
    """
    folder = resolve(DEFAULT_MODEL)
    bert = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    bert.embeddings.word_embeddings.weight.requires_grad_(False)
    return JointEncoder(bert), load_tokenizer(Path(folder) / TOKENIZER)


def _learn(
    learner: Learner,
    recipe: Recipe,
    sets: Sequence[Sequence[TrainingQuestion]],
    watched: Sequence[Example],
    tokenizer: Tokenizer,
    on_step: OnStep,
) -> None:
    """Take steps until the time is over; write a checkpoint at intervals, and at the end."""
    state, budget, weights = learner.state, recipe.minutes * 60, shares(map(len, sets))
    saved = state.seconds
    while state.seconds < budget:
        began = time.monotonic()
        # A step's questions follow from its number, so that a resumed training draws the same ones.
        chance = random.Random(f"{recipe.seed}:{state.step}")  # noqa: S311
        drawn = [chance.choice(chance.choices(sets, weights)[0]) for _ in range(QUESTIONS)]
        strangers = chance.choices(sets, weights)[0]
        examples = [example(question, strangers, tokenizer, chance) for question in drawn]
        learner.learn(examples, state.seconds / budget)
        state.seconds += time.monotonic() - began
        on_step(state, min(state.seconds / budget, 1.0))
        if state.seconds - saved >= CHECKPOINT_SECONDS or state.seconds >= budget:
            state.watched.append({"step": state.step, **learner.watch(watched)})
            learner.save(recipe.out / CHECKPOINT)
            loss_curve(state.losses, state.watched, recipe.out / CURVE)
            saved = state.seconds


def _mined(
    recipe: Recipe,
    golds: Sequence[Sequence[GoldArticle]],
    tokenizer: Tokenizer,
    embedder: Embedder,
    *,
    resume: bool,
    on_work: OnWork,
) -> list[list[TrainingQuestion]]:
    """The questions of each set with their rivals, which are written to a file for `resume`."""
    kept, names = recipe.out / MINED, [path.name for path in recipe.data]
    known = json.loads(kept.read_text()) if resume and kept.exists() else None
    if known and known["data"] != names:
        raise GoldError(f"{recipe.out} was begun with other files: {', '.join(known['data'])}.")
    sets = []
    for row, (path, articles) in enumerate(zip(recipe.data, golds, strict=True)):
        questions: list[TrainingQuestion] = []
        for done, gold in enumerate(articles, start=1):
            prepared = prepare(gold, tokenizer)
            questions += prepared if known else mine(prepared, embedder)
            on_work(f"Mining {path.name}", done, len(articles))
        if not questions:
            raise GoldError(
                f"{path} leaves nothing to learn from: of two articles or more, one in ten is "
                "held out."
            )
        if known:
            rivals = known["rivals"][row]
            questions = [
                replace(q, rivals=tuple(r)) for q, r in zip(questions, rivals, strict=True)
            ]
        sets.append(questions)
    new = kept.with_suffix(".new")
    new.write_text(
        json.dumps({"data": names, "rivals": [[q.rivals for q in part] for part in sets]})
    )
    new.replace(kept)
    return sets


def _watched(
    golds: Sequence[Sequence[GoldArticle]], tokenizer: Tokenizer, embedder: Embedder, seed: int
) -> list[Example]:
    chance = random.Random(seed)  # noqa: S311
    examples = []
    for articles in golds:
        prepared = (prepare(gold, tokenizer) for gold in sampled(articles, WATCHED, seed))
        questions = [q for of_one in prepared for q in mine(of_one, embedder)]
        for question in questions:
            examples.append(example(question, questions, tokenizer, chance, noisy=0.0))
    if len({drawn.answerable for drawn in examples}) < 2 or not any(e.right for e in examples):
        raise CalibrationError(
            "The articles held out have too few questions to watch the training with, answerable "
            "and not: give more data."
        )
    return examples


def _write(
    encoder: JointEncoder,
    tokenizer: Tokenizer,
    facts: dict[str, Any],
    folder: Path,
    calibration: Calibration,
    thresholds: Thresholds,
) -> None:
    """Write the reader's folder."""
    worth = {"calibration": asdict(calibration), "borders": asdict(thresholds)}
    save(encoder, tokenizer, folder, **worth, **facts)


def _facts(recipe: Recipe, state: State) -> dict[str, Any]:
    """Facts for the manifest about how the reader was made."""
    start = read_manifest(recipe.start) if recipe.start else None
    return {
        "base": DEFAULT_MODEL,
        "start": start and {key: start[key] for key in _OF_THE_START if key in start},
        "data": [path.name for path in recipe.data],
        "seed": recipe.seed,
        "minutes": round(state.seconds / 60, 1),
        "steps": state.step,
        "made": datetime.now(UTC).date().isoformat(),
        "watched": state.watched[-1:],
    }
