"""Fits the weights of the ranking and the evidence reader on training data.

    python tests/benchmarks/fit_evidence.py DATA_FOLDER

DATA_FOLDER holds `train/squad11.jsonl`, `train/squad2-answerability.jsonl` and
`train/fairytaleqa.jsonl`, one article with its questions a line. Prints the constants
that stand in `index/finding/ranking.py` and `index/reading/readers.py`, rounded there. No
development or test set is looked at.

Ranking: a softmax over the sentences of the article, maximised for the right ones; each of the
three sets counts the same.

Reader: a logistic regression on whether the sentence ranked first is right, over the kinds
of question of `index/making/calibrating.py`. The thresholds of the confidence are those of
`tests/benchmarks/thresholds.py`.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from index.article_index import ArticleIndex
from index.finding.ranking import EvidenceWeights, features
from index.making.calibrating import JudgedReadings, collect_readings, equal_shares
from index.making.evaluation import GoldArticle, load_gold_text, read_gold
from index.models.embedding import SentenceTransformerEmbedder
from index.reading.readers import EvidenceReader
from index.types import Candidate, Embedder

ARTICLES = {"squad11": 16, "squad2-answerability": 16, "fairytaleqa": 64}
"""Of each set; stories have fewer questions. More changes the constants by less than their
rounding."""

QUESTIONS = 60
"""Of an article, at most."""

L2 = 1e-3
STDERR = Console(stderr=True)


def main(data: Path) -> None:
    embedder = SentenceTransformerEmbedder()
    squad, adversarial, tales = (
        [some(gold) for gold in read_gold(data / "train" / f"{name}.jsonl")[:most]]
        for name, most in ARTICLES.items()
    )
    print(
        f"EvidenceWeights, relative to `sentence`: {ranking([squad, adversarial, tales], embedder)}"
    )
    asked = collect_readings([*squad, *adversarial], embedder, EvidenceReader())
    print(f"Reader: {fit_reader(asked)}, from {len(asked)} answers")


def ranking(sets: Sequence[Sequence[GoldArticle]], embedder: Embedder) -> EvidenceWeights:
    return fit_ranking(
        [
            [
                group
                for gold in track(golds, "Ranking", console=STDERR)
                for group in groups(gold, embedder)
            ]
            for golds in sets
        ]
    )


def groups(gold: GoldArticle, embedder: Embedder) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each question the evidence, (sentences, kinds), and which sentences are right."""
    index = ArticleIndex.build(load_gold_text(gold), embedder)
    for question in gold.questions:
        right = np.array([question.is_answered_by(sentence) for sentence in index.sentences])
        if right.any():
            yield features(index.evidence(question.question)), right


def fit_ranking(sets: Sequence[Sequence[tuple[np.ndarray, np.ndarray]]]) -> EvidenceWeights:
    """Each set counts the same."""
    pairs = [pair for groups in sets for pair in groups]
    shares = torch.tensor([1 / len(groups) for groups in sets for _ in groups]) / len(sets)
    evidence = torch.tensor(np.concatenate([x for x, _ in pairs]), dtype=torch.float32)
    right = torch.tensor(np.concatenate([right for _, right in pairs]), dtype=torch.float32)
    question = torch.tensor(np.repeat(np.arange(len(pairs)), [len(x) for x, _ in pairs]))
    weights = torch.zeros(len(fields(EvidenceWeights)), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        likely = torch.exp(evidence @ weights)
        found, of = (
            torch.zeros(len(pairs)).index_add(0, question, each)
            for each in (likely * right, likely)
        )
        total = (shares * (of.log() - found.log())).sum() + L2 * (weights**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    relative = (weights / weights[0]).detach().numpy()
    return EvidenceWeights(*(round(float(weight), 2) for weight in relative))


def some(gold: GoldArticle) -> GoldArticle:
    """With some of its questions, from all over the article."""
    rows = np.random.default_rng(0).permutation(len(gold.questions))[:QUESTIONS]
    return replace(gold, questions=tuple(gold.questions[row] for row in rows))


def fit_reader(asked: Sequence[JudgedReadings]) -> EvidenceReader:
    features = np.array([evidence_of(a.readings[0].candidate) for a in asked])
    right = np.array([a.right[0] for a in asked])
    model = LogisticRegression(C=100, max_iter=1000).fit(features, right, equal_shares(asked))
    return EvidenceReader(
        *(round(float(value), 2) for value in (model.intercept_[0], *model.coef_[0]))
    )


def evidence_of(c: Candidate) -> list[float]:
    return [c.similarity, c.coverage, c.similarity * c.coverage, float(c.type_fit < 0)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
