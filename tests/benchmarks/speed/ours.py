"""The program's own times, in a process of its own: prints them in seconds as JSON.

    python -m tests.benchmarks.speed.ours ARTICLE.txt QUESTIONS.json

What is measured follows from ARTICLE_BOT_BACKEND and ARTICLE_BOT_READER. `model` is the time
that a question spends in the reader's network, `cpu` the time of all cores.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.loading import load_text
from index.reading.readers import JointReader
from index.reading.windows import Batch, Encoder, Floats


class Timed:
    """An encoder that adds up how long it takes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.seconds = 0.0

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        began = time.perf_counter()
        read = self._encoder(batch)
        self.seconds += time.perf_counter() - began
        return read


def main(article: Path, questions: list[str]) -> None:
    embedder, reader = embedder_and_reader(load_settings())
    loaded = load_text(article.read_text())
    ArticleIndex.build(loaded, embedder, reader=reader)  # with the loading of the models
    began = time.perf_counter()
    index = ArticleIndex.build(loaded, embedder, reader=reader)
    indexing = time.perf_counter() - began
    timed = None
    if isinstance(reader, JointReader):
        files = reader.load()
        timed = Timed(files.encoder)
        reader._loaded = replace(files, encoder=timed)
    for question in questions[:10]:
        index.ask(question)
    times, models, cpu = [], [], time.process_time()
    for question in questions[10:]:
        before = timed.seconds if timed else 0.0
        began = time.perf_counter()
        index.ask(question)
        times.append(time.perf_counter() - began)
        models.append((timed.seconds if timed else 0.0) - before)
    cpu = (time.process_time() - cpu) / len(times)
    figures = {"indexing": indexing, "questions": times, "model": models, "cpu": cpu}
    print(json.dumps(figures | {"sentences": len(index.sentences)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
