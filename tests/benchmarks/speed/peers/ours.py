"""This program, in the peers' terms: prints the rows, times and memory of a task as JSON."""

import json
import sys
import time
from pathlib import Path

from bot.composition import embedder_and_reader
from bot.settings import load_settings
from index.article_index import ArticleIndex
from index.loading import load_text
from tests.benchmarks.speed.peers.common import peak

embedder, reader = embedder_and_reader(load_settings())
rows, times = [], []
for article in json.loads(Path(sys.argv[1]).read_text()):
    loaded = load_text(article["text"], title=article["title"], language="en")
    index = ArticleIndex.build(loaded, embedder, reader=reader)
    found = []
    for question in article["questions"]:
        began = time.perf_counter()
        answer = index.ask(question)
        times.append(time.perf_counter() - began)
        found.append([passage.sentence - 1 for passage in answer.ranked[:3]])
    rows.append(found)
memory = peak()
print(json.dumps({"rows": rows, "times": times, "memory": memory}))
