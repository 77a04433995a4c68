"""Where a citation's link leads in a real browser, over saved pages.

    python tests/benchmarks/text_fragments.py DATA_FOLDER [--pages 86] [--sentences 3]

The folder holds `gold.jsonl` (`{"id", "url"}` a line) and `pages/<id>.html.gz`: the HTML pages of
scrapinghub/article-extraction-benchmark (MIT; the pages belong to their publishers). Needs
Playwright, Pillow and a Chromium.

Each page is served on loopback, with nothing else to load and no script allowed to run, and is
opened by the link to a sentence. The browser is told to paint in one colour what it marks. A
sentence counts as marked if, on a screenshot of the window, that colour covers most of where the
sentence stands and nothing else. Where it stands is found by a walk through the page's text nodes
that knows nothing of links.
"""

import argparse
import gzip
import io
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from index.answering.linking import link_to
from index.errors import ArticleError
from index.loading.decoding import decode_html
from index.loading.html import parse_html
from index.text.sentences import split_sentences
from index.types import Article, Sentence

Pixels = npt.NDArray[np.bool_]
"""Shape (height, width) of the window."""

MARK = (
    "<style>::target-text { background: rgb(255, 0, 255) !important;"
    " color: rgb(255, 0, 255) !important }</style>"
)
NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HEIGHT, WIDTH = 900, 1280

COVERED = 0.5
"""Share of the sentence's boxes in the window that must be marked."""

WITHIN = 0.95
"""Share of the marked pixels that must lie there."""

SPACING = 0.7
"""Of a line's height: so far beyond it a browser may paint, as lines are set apart."""

SURROUNDINGS = 100
"""Characters before and behind a sentence, to tell it from others like it."""

REST = 150
"""Milliseconds without a movement."""

STATE = "[scrollY, document.documentElement.scrollHeight]"

# The boxes of a sentence: [[left, top, right, bottom], ...] in the window. The texts that are laid
# out are strung together without white space; of several places, the one with the most of the
# sentence's surroundings is taken.
BOXES = r"""([before, sentence, after]) => {
  const fold = c => c.normalize("NFKD").toLowerCase().replace(/[\s\p{Cf}]/gu, "");
  const [left, middle, right] = [before, sentence, after].map(t => Array.from(t, fold).join(""));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const places = [];
  let all = "";
  for (let node; (node = walker.nextNode()); ) {
    const holder = node.parentElement;
    if (!holder.getClientRects().length || holder.closest("script, style, noscript")) continue;
    let offset = 0;
    for (const c of node.data) {
      const folded = fold(c);
      all += folded;
      for (let i = 0; i < folded.length; i++) places.push([node, offset, offset + c.length]);
      offset += c.length;
    }
  }
  let best = -1, most = -1;
  for (let at = all.indexOf(middle); at >= 0; at = all.indexOf(middle, at + 1)) {
    const end = at + middle.length;
    let same = 0, more = 0;
    while (same < left.length && all.at(at - 1 - same) === left.at(-1 - same)) same++;
    while (more < right.length && all[end + more] === right[more]) more++;
    if (same + more > most) [best, most] = [at, same + more];
  }
  if (best < 0) return null;
  const boxes = [], found = places.slice(best, best + middle.length);
  for (const node of new Set(found.map(place => place[0]))) {
    const own = found.filter(place => place[0] === node);
    const range = document.createRange();
    range.setStart(node, own[0][1]);
    range.setEnd(node, own.at(-1)[2]);
    for (const r of range.getClientRects()) boxes.push([r.left, r.top, r.right, r.bottom]);
  }
  return boxes;
}"""


@contextmanager
def served(pages: dict[str, bytes]) -> Iterator[str]:
    """The address of a server on loopback that has these pages and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path.strip("/"))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", NOTHING_ELSE)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def verdict(tab: Page, article: Article, sentence: Sentence) -> str:
    """`marked`, or what became of the sentence instead."""
    tab.goto("about:blank")
    tab.goto(link_to(article, sentence.start, sentence.end) or "")
    wait_until_at_rest(tab)
    marked = is_marked(tab.screenshot())
    before = article.text[max(0, sentence.start - SURROUNDINGS) : sentence.start]
    after = article.text[sentence.end : sentence.end + SURROUNDINGS]
    boxes = tab.evaluate(BOXES, [before, sentence.text, after])
    if boxes is None:
        return "a piece marked" if marked.any() else "not shown in one piece"
    if not (inside := area(boxes)).any():
        return "not scrolled to"
    if not marked.any():
        return "nothing marked"
    if (marked & area(boxes, SPACING)).sum() < WITHIN * marked.sum():
        return "marked elsewhere"
    return "marked" if (marked & inside).sum() >= COVERED * inside.sum() else "marked in part"


def wait_until_at_rest(tab: Page) -> None:
    before, now = None, tab.evaluate(STATE)
    while now != before:
        tab.wait_for_timeout(REST)
        before, now = now, tab.evaluate(STATE)


def is_marked(screenshot: bytes) -> Pixels:
    """Where the colour is; it may shine through a veil, as before a paywall."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(screenshot))), 2, 0)[:3]
    return (red > 240) & (blue > 240) & (green < 160)


def area(boxes: list[list[float]], spacing: float = 0.0) -> Pixels:
    """The boxes in the window, each higher by a share of its height on both sides."""
    inside = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for left, top, right, bottom in boxes:
        more = spacing * (bottom - top)
        rows = slice(max(0, round(top - more)), max(0, round(bottom + more)))
        inside[rows, max(0, round(left)) : max(0, round(right))] = True
    return inside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=86)
    parser.add_argument("--sentences", type=int, default=3, help="of each page, at random")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    verdicts: list[list[str]] = []
    content: dict[str, bytes] = {}
    with (
        (options.folder / "gold.jsonl").open(encoding="utf-8") as gold,
        served(content) as base,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=options.browser, args=FLAGS) as browser,
    ):
        for row in [json.loads(line) for line in gold][: options.pages]:
            name = row["id"]
            page = gzip.decompress((options.folder / "pages" / f"{name}.html.gz").read_bytes())
            try:
                article = replace(parse_html(page, url=row["url"]), url=f"{base}/{name}")
            except ArticleError as error:
                print(f"{name[:8]} refused: {error}")
                continue
            content[name] = (decode_html(page) + MARK).encode("utf-8", "replace")
            sentences = split_sentences(article)
            count = min(options.sentences, len(sentences))
            verdicts.append([])
            for sentence in random.Random(name).sample(sentences, count):
                with browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}) as tab:
                    what = verdict(tab, article, sentence)
                verdicts[-1].append(what)
                if what != "marked":
                    link = link_to(article, sentence.start, sentence.end)
                    print(f"{name[:8]} {what}: {sentence.text[:100]!r}\n    {link}", flush=True)
    report(verdicts)


def report(verdicts: list[list[str]]) -> None:
    counts = Counter(what for page in verdicts for what in page)
    shares = [page.count("marked") / len(page) for page in verdicts]
    print(f"{counts['marked']} of {counts.total()} sentences marked: {dict(counts.most_common())}")
    print(f"mean over {len(verdicts)} pages: {mean(shares):.1%}; all marked: {shares.count(1)}")


if __name__ == "__main__":
    main()
