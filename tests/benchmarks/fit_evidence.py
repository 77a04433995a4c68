"""Fits the weights of the ranking, the evidence reader and its threshold on training data.

    python tests/benchmarks/fit_evidence.py DATA_FOLDER

DATA_FOLDER holds `train/squad11.jsonl`, `train/squad2-answerability.jsonl` and
`train/fairytaleqa.jsonl`, one article with its questions a line. Prints the constants
that stand in `index/ranking.py`, `index/reading.py` and `index/citing.py`, rounded
there. No development or test set is looked at.

Ranking: a softmax over the sentences of the article, maximised for the right ones.

Reader: a logistic regression on whether the sentence ranked first is right, over
- questions about a passage of a few paragraphs that answers, and about the same passage
  without the paragraph that does (the natural near miss),
- questions put to their own whole article and to another article,
- SQuAD 2.0's questions about a single paragraph, half of them adversarially unanswerable,

each of the three counting the same.

Threshold: where the share of right first sentences above it, less that of wrong ones,
is largest (Youden's J).
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from index.article_index import ArticleIndex
from index.embedding import SentenceTransformerEmbedder
from index.evaluation import GoldArticle, GoldQuestion, load_gold_text, read_gold
from index.ranking import Evidence, Weights
from index.reading import EvidenceReader
from index.types import Article, Candidate, Reading, Span, Vectors

ARTICLES = 16
"""Of each set. More changes the constants by less than their rounding."""

QUESTIONS = 60
"""An article, for the near misses and the wrong articles."""

PASSAGE = (4, 10)
"""Paragraphs of a passage, from and below: the length of a news story."""

L2 = 1e-3
STDERR = Console(stderr=True)


@dataclass
class CachingEmbedder:
    """Passages of an article share most of their texts: embed each once."""

    inner: SentenceTransformerEmbedder = field(default_factory=SentenceTransformerEmbedder)
    name: str = "cached"
    known: dict[str, Vectors] = field(default_factory=dict)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in texts if text not in self.known]
        if new:
            self.known.update(zip(new, self.inner.encode_documents(new), strict=True))
        return np.stack([self.known[text] for text in texts])

    def encode_query(self, text: str) -> Vectors:
        if ("?", text) not in self.known:
            self.known["?", text] = self.inner.encode_query(text)
        return self.known["?", text]


@dataclass
class FirstCandidate:
    """A reader that only remembers what was ranked first."""

    candidate: Candidate | None = None

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        self.candidate = candidates[0]
        return [Reading(candidate, 0.0) for candidate in candidates]


@dataclass(frozen=True)
class Example:
    """What was ranked first, and whether it is right."""

    candidate: Candidate
    right: bool

    @property
    def features(self) -> list[float]:
        c = self.candidate
        return [c.similarity, c.coverage, c.similarity * c.coverage, float(c.type_fit < 0)]


def main(data: Path) -> None:
    embedder = CachingEmbedder()
    squad, adversarial, tales = (
        read_gold(data / "train" / f"{name}.jsonl")
        for name in ("squad11", "squad2-answerability", "fairytaleqa")
    )
    squad, tales = squad[:ARTICLES], tales[:ARTICLES]
    weights = fit_ranking(
        group
        for gold in track([*squad, *tales], "Ranking", console=STDERR)
        for group in groups(gold, embedder)
    )
    print(f"Weights, relative to `sentence`: {weights}")
    fit_reader(
        [
            [
                e
                for gold in track(squad, "Near misses", console=STDERR)
                for e in near_misses(gold, embedder)
            ],
            list(wrong_articles(squad, embedder)),
            [
                e
                for gold in track(adversarial, "Adversarial", console=STDERR)
                for e in paragraphs(gold, embedder)
            ],
        ]
    )


def overlaps(span: Span, gold: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in gold)


def groups(gold: GoldArticle, embedder: CachingEmbedder) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each question the evidence, (sentences, kinds), and which sentences are right."""
    index = ArticleIndex.build(load_gold_text(gold), embedder)
    numbers = np.array([sentence.paragraph for sentence in index.sentences])
    for question in gold.questions:
        right = np.array([question.is_answered_by(sentence) for sentence in index.sentences])
        if right.any():
            yield columns(index.evidence(question.question), numbers), right


def columns(evidence: Evidence, numbers: np.ndarray) -> np.ndarray:
    """In the order of the fields of `Weights`."""
    lexical = evidence.lexical / max(evidence.lexical.max(), 1e-6)
    neighbours = np.array([lexical[numbers == number].max() for number in numbers])
    return np.stack(
        [
            evidence.sentence,
            evidence.window,
            evidence.paragraph,
            lexical,
            neighbours,
            evidence.type_fit,
        ],
        axis=1,
    )


def fit_ranking(data: Iterator[tuple[np.ndarray, np.ndarray]]) -> Weights:
    pairs = [(torch.tensor(x, dtype=torch.float32), torch.tensor(right)) for x, right in data]
    weights = torch.zeros(len(fields(Weights)), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = [(x @ weights, right) for x, right in pairs]
        missed = [torch.logsumexp(s, 0) - torch.logsumexp(s[right], 0) for s, right in scores]
        total = torch.stack(missed).mean() + L2 * (weights**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    relative = (weights / weights[0]).detach().numpy()
    return Weights(*(round(float(weight), 2) for weight in relative))


def first(article: Article, question: str, embedder: CachingEmbedder) -> Candidate:
    reader = FirstCandidate()
    ArticleIndex.build(article, embedder, reader=reader).ask(question)
    assert reader.candidate is not None
    return reader.candidate


def near_misses(gold: GoldArticle, embedder: CachingEmbedder) -> Iterator[Example]:
    """Each question to a passage with its answer, and to the same without that paragraph."""
    random = np.random.default_rng(0)
    article = load_gold_text(gold)
    for question in answerable(gold)[:QUESTIONS]:
        home = next(row for row, p in enumerate(article.paragraphs) if overlaps(p, question.gold))
        length = int(random.integers(*PASSAGE))
        start = max(home - int(random.integers(length)), 0)
        passage = article.paragraphs[start : start + length]
        rest = tuple(p for p in passage if not overlaps(p, question.gold))
        asked = question.question
        candidate = first(replace(article, paragraphs=passage), asked, embedder)
        yield Example(candidate, question.is_answered_by(candidate.sentence))
        if rest:
            yield Example(first(replace(article, paragraphs=rest), asked, embedder), False)


def wrong_articles(golds: Sequence[GoldArticle], embedder: CachingEmbedder) -> Iterator[Example]:
    """Each question to its own article and to the next one."""
    readers = [FirstCandidate() for _ in golds]
    indexes = [
        ArticleIndex.build(load_gold_text(gold), embedder, reader=reader)
        for gold, reader in zip(golds, readers, strict=True)
    ]
    for row, gold in enumerate(track(golds, "Wrong articles", console=STDERR)):
        for question in answerable(gold)[:QUESTIONS]:
            for place in (row, (row + 1) % len(golds)):
                indexes[place].ask(question.question)
                candidate = readers[place].candidate
                assert candidate is not None
                right = place == row and question.is_answered_by(candidate.sentence)
                yield Example(candidate, right)


def paragraphs(gold: GoldArticle, embedder: CachingEmbedder) -> Iterator[Example]:
    """Each question to its own paragraph. Where the answer's place is not known, all is right."""
    for question in gold.questions:
        start, _ = question.paragraph
        candidate = first(load_gold_text(gold, question.paragraph), question.question, embedder)
        known = bool(question.gold)
        right = question.is_answered_by(candidate.sentence, start) if known else question.answerable
        yield Example(candidate, right)


def answerable(gold: GoldArticle) -> list[GoldQuestion]:
    """In an order that mixes the article's paragraphs."""
    questions = [question for question in gold.questions if question.gold]
    return [questions[row] for row in np.random.default_rng(0).permutation(len(questions))]


def fit_reader(kinds: Sequence[Sequence[Example]]) -> None:
    examples = [example for kind in kinds for example in kind]
    features = np.array([example.features for example in examples])
    right = np.array([example.right for example in examples])
    # Each kind counts the same, however many of it there are.
    share = np.concatenate([np.full(len(kind), 1 / len(kind)) for kind in kinds])
    share *= len(examples) / share.sum()
    model = LogisticRegression(C=100, max_iter=1000).fit(features, right, share)
    reader = EvidenceReader(
        *(round(float(value), 2) for value in (model.intercept_[0], *model.coef_[0]))
    )
    print(f"Reader: {reader}")
    relevance = model.predict_proba(features)[:, 1]
    thresholds = np.linspace(0.05, 0.95, 91)
    good, bad = (np.where(which, share, 0) / share[which].sum() for which in (right, ~right))
    gains = [((good - bad) * (relevance >= threshold)).sum() for threshold in thresholds]
    best = int(np.argmax(gains))
    print(f"Threshold: {thresholds[best]:.2f} (Youden's J {gains[best]:.3f})")
    print(f"{[len(kind) for kind in kinds]} examples, {right.mean():.1%} of them right")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
