"""Where the thresholds between an answer, a doubt and a no belong, from what `evaluate` wrote.

    article-bot evaluate GOLD.jsonl... --predictions OUT.jsonl
    python tests/benchmarks/thresholds.py OUT.jsonl...

Prints a table of thresholds with what follows from them, and the two that meet the targets:
the lowest confidence from which on at least 90 % of the answers are right, and the highest
below which at most 10 % of the questions have the right sentence first. Every file counts
the same, however many questions it has.
"""

import json
import sys
from pathlib import Path

import numpy as np

from index.making.calibrating import thresholds

STEPS = np.arange(0.02, 1.0, 0.02)


def main(paths: list[Path]) -> None:
    confidence, right, answerable, share = (
        np.concatenate(part) for part in zip(*map(read, paths), strict=True)
    )
    print("| threshold | answers that are right | answerable questions answered | right, below |")
    print("|---|---|---|---|")
    for step in STEPS:
        above = mean(right, share, confidence >= step)
        below = mean(right, share, confidence < step)
        coverage = mean(confidence >= step, share, answerable)
        print(f"| {step:.2f} | {above:.3f} | {coverage:.3f} | {below:.3f} |")
    print(thresholds(confidence, right, share))


def read(path: Path) -> tuple[np.ndarray, ...]:
    """Confidence, whether the first sentence is right, whether there is an answer, weight."""
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    known = [row for row in said if row["right"] is not None]
    columns = [
        np.array([row[name] for row in known]) for name in ("confidence", "right", "answerable")
    ]
    return *columns, np.full(len(known), 1 / len(known))


def mean(values: np.ndarray, share: np.ndarray, which: np.ndarray) -> float:
    """The weighted mean of some of the values; 0 of none."""
    return float((values * share)[which].sum() / max(share[which].sum(), 1e-12))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
