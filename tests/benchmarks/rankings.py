"""Compares weightings of the evidence on labelled questions, in one run.

    python tests/benchmarks/rankings.py GOLD.jsonl...

Prints a Markdown table of acc@1, hit@3 and hit@5 (%) over the whole articles.
"""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from index.article_index import ArticleIndex
from index.finding.ranking import EvidenceWeights, fuse, top_rows
from index.making.evaluation import load_gold_text, read_gold
from index.models.embedding import SentenceTransformerEmbedder

WEIGHTINGS = {
    "dense, sentence alone": EvidenceWeights(1, 0, 0, 0, 0),
    "BM25 alone": EvidenceWeights(0, 0, 1, 0, 0),
    "dense + ½ around + 0.6 BM25": EvidenceWeights(1, 0.5, 0.6, 0, 0),
    "the program's": EvidenceWeights(),
}
DEPTHS = (1, 3, 5)
STDERR = Console(stderr=True)


def main(paths: list[Path]) -> None:
    embedder = SentenceTransformerEmbedder()
    print(f"| ranking | {' | '.join(path.stem for path in paths)} |")
    print("|---" * (len(paths) + 1) + "|")
    columns = [hits(path, embedder) for path in paths]
    for name in WEIGHTINGS:
        cells = [" / ".join(f"{100 * hit:.1f}" for hit in column[name]) for column in columns]
        print(f"| {name} | {' | '.join(cells)} |")


def hits(path: Path, embedder: SentenceTransformerEmbedder) -> dict[str, list[float]]:
    """For each weighting, the share of questions with a right sentence within each depth."""
    found: dict[str, list[list[bool]]] = {name: [] for name in WEIGHTINGS}
    for gold in track(read_gold(path), path.stem, console=STDERR):
        index = ArticleIndex.build(load_gold_text(gold), embedder)
        for question in gold.questions:
            if not question.gold:
                continue
            evidence = index.evidence(question.question)
            for name, weights in WEIGHTINGS.items():
                rows = top_rows(fuse(evidence, weights), max(DEPTHS))
                right = [question.is_answered_by(index.sentences[row]) for row in rows]
                found[name].append([any(right[:depth]) for depth in DEPTHS])
    return {name: list(np.mean(rows, axis=0)) for name, rows in found.items()}


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
