"""Which sentence splitter: quality and speed of the candidates, as a Markdown table.

    python tests/benchmarks/sentence_splitters.py DATA_FOLDER

The folder holds `golden-<language>.jsonl` (pySBD's golden rules, MIT) and
`ud-ewt-dev.jsonl` (Universal Dependencies English Web Treebank, CC BY-SA 4.0).
Each line is `{"text", "sentences", "spans"}`, spans as offsets into the text.
A golden rule counts when the sentences are exactly the gold ones. EWT F1 is
over the places where a sentence ends, the ends of the texts left out. Speed is
the time for all EWT texts, best of ten, as a multiple of sentencex's.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.text.sentences import sentence_spans
from index.types import Span

Splitter = Callable[[str, str], list[Span]]
Row = dict[str, Any]


INK = re.compile(r"\S(?:.*\S)?", re.DOTALL)


def trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans without white space at their ends, empty ones left out."""
    return [ink.span() for span in spans if (ink := INK.search(text, *span))]


def located(text: str, sentences: list[str]) -> list[Span]:
    """Where a splitter's strings stand; one that it rewrote joins the next one."""
    starts = [0]
    for sentence in filter(None, map(str.strip, sentences)):
        place = text.find(sentence, starts[-1])
        starts.append(starts[-1] if place < 0 else place + len(sentence))
    return trimmed(text, pairwise(starts))


def ours() -> Splitter:
    return sentence_spans


def sentencex() -> Splitter:
    library = import_module("sentencex")

    def split(text: str, language: str) -> list[Span]:
        ends = [0]
        for piece in library.segment(language, text):
            ends.append(ends[-1] + len(piece))
        return trimmed(text, pairwise(ends))

    return split


def pysbd() -> Splitter:
    library = import_module("pysbd")
    languages = set(import_module("pysbd.languages").LANGUAGE_CODES)
    segmenters: dict[str, Any] = {}

    def split(text: str, language: str) -> list[Span]:
        code = language if language in languages else "en"
        if code not in segmenters:
            segmenters[code] = library.Segmenter(language=code, clean=False)
        return located(text, segmenters[code].segment(text))

    return split


def nupunkt() -> Splitter:
    library = import_module("nupunkt")
    return lambda text, _: trimmed(text, library.sent_spans(text))


def syntok() -> Splitter:
    library = import_module("syntok.segmenter")

    def split(text: str, _: str) -> list[Span]:
        sentences = [tokens for paragraph in library.analyze(text) for tokens in paragraph]
        return [(s[0].offset, s[-1].offset + len(s[-1].value)) for s in sentences if s]

    return split


def blingfire() -> Splitter:
    library = import_module("blingfire")
    return lambda text, _: library.text_to_sentences_and_offsets(text)[1]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`version` is the one measured in November 2026, `released` the year it came out.

    The year is that of the newest file in the wheel. Two wheels bear no dates:
    sentencex's year is taken from its changelog (1.0.14 is of March 2026),
    syntok's from Gentoo's (1.4.4 was packaged in December 2022).
    """

    name: str
    load: Callable[[], Splitter]
    version: str
    released: str


CANDIDATES = [
    Candidate("sentencex", sentencex, "1.0.32", "2026"),
    Candidate("pySBD", pysbd, "0.3.4", "2021"),
    Candidate("nupunkt", nupunkt, "0.8.0", "2026"),
    Candidate("syntok", syntok, "1.4.4", "2022"),
    Candidate("blingfire", blingfire, "0.1.8", "2021"),
    Candidate("index.text.sentences (over sentencex)", ours, "", ""),
]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def kept(split: Splitter, golden: list[Row], language: str) -> int:
    """How many golden rules the splitter keeps."""
    return sum(
        [row["text"][start:end] for start, end in split(row["text"], language)] == row["sentences"]
        for row in golden
    )


def inner_ends(text: str, spans: list[Span]) -> set[int]:
    return {end for _, end in spans} - {len(text.rstrip())}


def boundary_f1(split: Splitter, treebank: list[Row]) -> float:
    right = told = true = 0
    for row in treebank:
        gold = inner_ends(row["text"], row["spans"])
        found = inner_ends(row["text"], split(row["text"], "en"))
        right, told, true = right + len(gold & found), told + len(found), true + len(gold)
    return 2 * right / (told + true)


def seconds(split: Splitter, treebank: list[Row]) -> float:
    def once() -> float:
        start = time.perf_counter()
        for row in treebank:
            split(row["text"], "en")
        return time.perf_counter() - start

    return min(once() for _ in range(10))


def table(data: Path) -> Iterator[str]:
    """The Markdown table, line by line."""
    golden = {path.stem.removeprefix("golden-"): rows(path) for path in data.glob("golden-*.jsonl")}
    english, treebank = golden.pop("en"), rows(data / "ud-ewt-dev.jsonl")
    others = sum(map(len, golden.values()))
    yield f"| Splitter | Version | Released | English rules ({len(english)}) " + (
        f"| Other languages ({others}) | EWT F1 | Time |"
    )
    yield "|---|---|---|---|---|---|---|"
    unit = seconds(sentencex(), treebank)
    for candidate in CANDIDATES:
        try:
            split = candidate.load()
        except ImportError:
            yield f"| {candidate.name} | not installed, skipped |"
            continue
        figures = (
            kept(split, english, "en"),
            sum(kept(split, rules, language) for language, rules in golden.items()),
            f"{boundary_f1(split, treebank):.3f}",
            f"{seconds(split, treebank) / unit:.1f}",
        )
        facts = (candidate.name, candidate.version, candidate.released)
        yield "| " + " | ".join(map(str, facts + figures)) + " |"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for line in table(Path(sys.argv[1])):
        print(line)
