"""A cold command, a warm question and indexing, beside the naive script and beside torch."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.speed import texts
from tests.benchmarks.speed.table import Row

SENTENCES = 30
RUNS = 5
QUESTIONS = 110
"""The first ten warm up."""

PROGRAM = str(Path(sys.executable).with_name("article-bot"))

Told = Callable[[str], None]


def rows(told: Told) -> tuple[list[Row], float]:
    """The rows, and the CPU seconds of a question; `told` hears what is being done."""
    with tempfile.TemporaryDirectory() as folder:
        return _rows(Path(folder), told)


def _rows(folder: Path, told: Told) -> tuple[list[Row], float]:
    sentences, article = folder / "sentences.json", folder / "article.txt"
    questions = folder / "questions.json"
    sentences.write_text(json.dumps(texts.sentences(SENTENCES)))
    article.write_text(texts.article(SENTENCES))
    questions.write_text(json.dumps(texts.questions(QUESTIONS)))
    question = texts.questions(1)[0]

    told("cold commands")
    known = command("add", str(article)).split()[0]
    naive_script = [sys.executable, str(Path(__file__).with_name("naive.py")), str(sentences)]
    colds: dict[str, list[float]] = {"naive": [], "shipped": [], "kept": []}
    for _ in range(RUNS):
        colds["naive"].append(_seconds([*naive_script, question]))
        colds["shipped"].append(_seconds([PROGRAM, "ask", question]))
        colds["kept"].append(_seconds([PROGRAM, "ask", question, "--article", known]))
    cold = {name: median(times) for name, times in colds.items()}

    told("warm questions and indexing")
    paths = str(article), str(questions)
    naive = _json([*naive_script, str(questions)])
    retrieval = _json([*_OURS, *paths], ARTICLE_BOT_READER="none")
    fast = _json([*_OURS, *paths])
    torch = _json([*_OURS, *paths], ARTICLE_BOT_BACKEND="torch")
    ask = {name: median(each["questions"]) for name, each in (
        ("naive", naive), ("retrieval", retrieval), ("fast", fast), ("torch", torch)
    )}  # fmt: skip
    model = median(fast["model"])
    speed = retrieval["sentences"] / retrieval["indexing"], SENTENCES / naive["indexing"]
    measured = [
        _row("`ask`, the shipped article, cold", cold["shipped"], cold["naive"], 1 / 6),
        _row("`ask --article ID`, a kept article, cold", cold["kept"], cold["naive"], 1 / 6),
        _row("a question, warm, retrieval alone", ask["retrieval"], ask["naive"], 1 / 3),
        _row("a question, warm, with the reader", ask["fast"], model, 1.3, "its network's time"),
        _row("the same", ask["fast"], ask["torch"], 0.6, "in torch, float32"),
        Row(
            "indexing, sentences per second",
            f"{speed[0]:.0f}", f"{speed[1]:.0f} naive", speed[0] / speed[1],
            "at least 2", speed[0] >= 2 * speed[1],
        ),
    ]  # fmt: skip
    return measured, fast["cpu"]


_OURS = (sys.executable, "-m", "tests.benchmarks.speed.ours")


def command(*arguments: str) -> str:
    """What `article-bot` prints."""
    return _run([PROGRAM, *arguments])


def _row(measure: str, ours: float, other: float, most: float, beside: str = "naive") -> Row:
    return Row(
        measure, f"{ours * 1000:.1f} ms", f"{other * 1000:.1f} ms {beside}", ours / other,
        f"at most {most:.3g}", ours <= most * other,
    )  # fmt: skip


def _seconds(arguments: list[str]) -> float:
    began = time.perf_counter()
    _run(arguments)
    return time.perf_counter() - began


def _json(arguments: list[str], **variables: str) -> Any:
    return json.loads(_run(arguments, **variables))


def _run(arguments: list[str], **variables: str) -> str:
    done = subprocess.run(
        arguments,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3):  # 3 is an honest no
        raise SystemExit(done.stderr)
    return done.stdout
