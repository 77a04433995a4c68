"""Plain BM25 with bm25s: its own tokenizer, stop words and a stemmer, as its README does it."""

import bm25s
import Stemmer
from common import Ask, run

stemmer = Stemmer.Stemmer("english")


def index(sentences: list[str]) -> Ask:
    """All settings are the library's own."""
    tokens = bm25s.tokenize(sentences, stopwords="en", stemmer=stemmer, show_progress=False)
    retriever = bm25s.BM25()
    retriever.index(tokens, show_progress=False)

    def ask(question: str) -> list[int]:
        asked = bm25s.tokenize([question], stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = retriever.retrieve(asked, k=min(3, len(sentences)), show_progress=False)
        return found[0].tolist()

    return ask


run(index)
