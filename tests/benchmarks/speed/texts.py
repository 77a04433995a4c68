"""Articles of a given length and questions, from the project's own gold data."""

import itertools
from pathlib import Path

from index.making.evaluation import load_gold_text, read_gold
from index.text.sentences import split_sentences

GOLD = Path(__file__).parents[2] / "quality" / "gold.jsonl"


def sentences(count: int) -> list[str]:
    """So many, of one article after the other; of more than there are, they come again."""
    every = [s.text for gold in read_gold(GOLD) for s in split_sentences(load_gold_text(gold))]
    return list(itertools.islice(itertools.cycle(every), count))


def article(count: int) -> str:
    """So many sentences, five a paragraph."""
    taken = sentences(count)
    parts = [" ".join(taken[start : start + 5]) for start in range(0, count, 5)]
    return "\n\n".join(parts)


def questions(count: int) -> list[str]:
    """So many, no two alike."""
    every = list(dict.fromkeys(q.question for gold in read_gold(GOLD) for q in gold.questions))
    numbered = (
        f"{question} ({turn})" if turn else question
        for turn in itertools.count()
        for question in every
    )
    return list(itertools.islice(numbered, count))
