"""What every peer's script does: read the task, time a peer, print figures as JSON.

The task is a file: [{"sentences": [...], "questions": [...]}, ...]. A peer is a function that
takes an article's sentences and returns one that takes a question and returns its best rows.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

Ask = Callable[[str], list[int]]


def peak() -> float:
    """The most memory that this process held, in MB. Its ru_maxrss would begin with what the
    process that started it held."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def run(index: Callable[[list[str]], Ask]) -> None:
    """Print the rows of every question, the times in seconds, and the peak of memory in MB."""
    task = json.loads(Path(sys.argv[1]).read_text())
    rows, times = [], []
    for article in task:
        ask = index(article["sentences"])
        found = []
        for question in article["questions"]:
            began = time.perf_counter()
            found.append([int(row) for row in ask(question)])
            times.append(time.perf_counter() - began)
        rows.append(found)
    memory = peak()
    print(json.dumps({"rows": rows, "times": times, "memory": memory}))
