"""What a model that does not speak an article's language still finds in it.

    python tests/benchmarks/languages.py GOLD.jsonl... [--limit N] [--model NAME]

Prints acc@1 and hit@3 (%) of the vectors alone, of the words alone, and of both, on questions
drawn at random from each file, with the share of articles whose language is detected rightly.
"""

from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track

from index.article_index import ArticleIndex
from index.finding.ranking import EvidenceWeights, fuse, top_rows
from index.loading.language import detect_language
from index.making.evaluation import load_gold_text, read_gold
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder

WEIGHTINGS = {
    "vectors alone": EvidenceWeights(lexical=0, context_lexical=0, type_fit=0),
    "words alone": EvidenceWeights(similarity=0, context_similarity=0, type_fit=0),
    "both": EvidenceWeights(),
}
STDERR = Console(stderr=True)


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--limit", type=int, default=200, help="Questions of each file.")
@click.option("--model", default=DEFAULT_MODEL)
def main(gold: tuple[Path, ...], limit: int, model: str) -> None:
    embedder = SentenceTransformerEmbedder(model)
    print(f"| file | language detected | {' | '.join(WEIGHTINGS)} |")
    print("|---" * (len(WEIGHTINGS) + 2) + "|")
    for path in gold:
        articles = read_gold(path)
        detected = np.mean([detect_language(a.text) == a.language for a in articles])
        pairs = [(g, q) for g in articles for q in g.questions if q.gold]
        chosen = np.random.default_rng(0).permutation(len(pairs))[:limit]
        indexes: dict[str, ArticleIndex] = {}
        found: dict[str, list[list[bool]]] = {name: [] for name in WEIGHTINGS}
        for row in track(sorted(chosen), path.stem, console=STDERR):
            article, question = pairs[row]
            if article.id not in indexes:
                indexes = {article.id: ArticleIndex.build(load_gold_text(article), embedder)}
            index = indexes[article.id]
            evidence = index.evidence(question.question)
            for name, weights in WEIGHTINGS.items():
                rows = top_rows(fuse(evidence, weights), 3)
                right = [question.is_answered_by(index.sentences[at]) for at in rows]
                found[name].append([right[0], any(right)])
        cells = [
            " / ".join(f"{100 * share:.1f}" for share in np.mean(found[name], axis=0))
            for name in WEIGHTINGS
        ]
        print(f"| {path.stem} | {100 * detected:.0f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
