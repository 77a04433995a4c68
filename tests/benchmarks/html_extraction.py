"""How much of a page's article is found, and how little else.

    python tests/benchmarks/html_extraction.py DATA/html [--worst N]

DATA/html holds gold.jsonl (`{"id", "url", "html", "gold_text"}` a line) and the gzipped pages.
Per page the shingles of four words of gold text and of extracted text are compared, and the
means over all pages printed, as scrapinghub/article-extraction-benchmark does it. The table
compares trafilatura's settings, readability-lxml if it is installed, and `parse_html`. A page
that is refused counts as a text of nothing.
"""

import gzip
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click
import lxml.html
import trafilatura

from index.errors import ArticleError
from index.loading.decoding import decode_html
from index.loading.html import parse_html

_WORD = re.compile(r"\w+")
_SHINGLE = 4

Extract = Callable[[bytes, str], str]
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {},
    "fast": {"fast": True},
    "include_comments=False": {"include_comments": False},
    "include_comments=False, fast": {"include_comments": False, "fast": True},
    "include_comments=False, favor_precision": {
        "include_comments": False,
        "favor_precision": True,
    },
    "include_comments=False, favor_recall": {"include_comments": False, "favor_recall": True},
    "include_comments=False, include_tables=False": {
        "include_comments": False,
        "include_tables": False,
    },
    "include_comments=False, deduplicate": {"include_comments": False, "deduplicate": True},
}


class Page(NamedTuple):
    url: str
    content: bytes
    gold: str


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float


def read(folder: Path) -> list[Page]:
    rows = map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines())
    return [
        Page(
            row["url"],
            gzip.decompress((folder / "pages" / Path(row["html"]).name).read_bytes()),
            row["gold_text"],
        )
        for row in rows
    ]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    last = max(len(words) - _SHINGLE + 1, min(len(words), 1))
    return Counter(tuple(words[n : n + _SHINGLE]) for n in range(last))


def score(gold: str, found: str) -> Score:
    wanted, got = shingles(gold), shingles(found)
    both = (wanted & got).total()
    precision = both / got.total() if got else float(not wanted)
    recall = both / wanted.total() if wanted else 1.0
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def by_trafilatura(**settings: Any) -> Extract:
    return lambda content, url: trafilatura.extract(content, url=url, **settings) or ""


def by_readability(content: bytes, _url: str) -> str:
    from readability import Document

    summary = Document(decode_html(content)).summary()
    return lxml.html.fromstring(summary).text_content()


def by_this_program(content: bytes, url: str) -> str:
    try:
        return parse_html(content, url=url).text
    except ArticleError as error:
        click.echo(f"{url}: {error}", err=True)
        return ""


def extractors() -> dict[str, Extract]:
    table = {
        f"trafilatura, {name}": by_trafilatura(**settings) for name, settings in SETTINGS.items()
    }
    try:
        import readability  # noqa: F401

        table["readability-lxml"] = by_readability
    except ImportError:
        click.echo("readability-lxml is not installed: left out.", err=True)
    return {**table, "this program": by_this_program}


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--worst", type=int, default=0, help="List so many pages of the lowest F1.")
def main(folder: Path, worst: int) -> None:
    logging.disable(logging.CRITICAL)
    pages = read(folder)
    print("| extraction | precision | recall | F1 | ms a page |\n|---|---|---|---|---|")
    for name, extract in extractors().items():
        began = time.perf_counter()
        scores = [score(page.gold, extract(page.content, page.url)) for page in pages]
        took = 1000 * (time.perf_counter() - began) / len(pages)
        means = [sum(column) / len(pages) for column in zip(*scores, strict=True)]
        print(f"| {name} | {' | '.join(f'{mean:.3f}' for mean in means)} | {took:.0f} |")
    for result, page in sorted(zip(scores, pages, strict=True), key=lambda each: each[0].f1)[
        :worst
    ]:
        print(f"{result.f1:.3f} {page.url}")


if __name__ == "__main__":
    main()
