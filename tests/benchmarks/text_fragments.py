"""Where a citation's link leads in a real browser, over saved pages.

    python tests/benchmarks/text_fragments.py DATA_FOLDER [--pages 86] [--sentences 3]

The folder holds `gold.jsonl` (`{"id", "url"}` a line) and `pages/<id>.html.gz`: the HTML pages of
scrapinghub/article-extraction-benchmark (MIT; the pages belong to their publishers). Needs
Playwright, Pillow and a Chromium (`--browser`, /usr/bin/chromium).

Each page is served on loopback, with nothing else to load and no script allowed to run, and
opened by the link to a sentence. The browser is told to paint what it marks in one colour. A
sentence counts as marked if, on a screenshot of the window, that colour covers most of where the
sentence stands, and nothing far from it. Where it stands is found by a walk through the page's
text nodes that knows nothing of links.
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
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from index.errors import ArticleError
from index.linking import link_to
from index.loading.decoding import decode_html
from index.loading.html import parse_html
from index.sentences import split_sentences
from index.types import Article, Sentence

MARK = (
    "<style>::target-text { background: rgb(255, 0, 255) !important;"
    " color: rgb(255, 0, 255) !important }</style>"
)
NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
WINDOW = {"width": 1280, "height": 900}
COVERED = 0.5
"""Share of the sentence's boxes in the window that must be marked."""

WITHIN = 0.95
"""Share of the marked pixels that must lie there, line spacing counted in."""

REST = 150
"""Milliseconds."""

STATE = "[scrollY, document.documentElement.scrollHeight]"

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# The boxes of a sentence: all text nodes that are laid out, without white space, as one string;
# of several places the one with the most of the sentence's surroundings.
BOXES = """([before, sentence, after]) => {
  const fold = c => c.normalize("NFKD").toLowerCase().replace(/[\\s\\p{Cf}]/gu, "");
  const ink = text => Array.from(text, fold).join("");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let all = "", places = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.getClientRects().length && !node.parentElement.closest("details")) continue;
    if (node.parentElement.closest("script, style, noscript")) continue;
    let offset = 0;
    for (const c of node.data) {
      for (const piece of fold(c)) { all += piece; for (const _ of piece.split("")) places.push([node, offset, c.length]); }
      offset += c.length;
    }
  }
  const [left, middle, right] = [before, sentence, after].map(ink);
  let best = null, most = -1;
  for (let at = all.indexOf(middle); at >= 0; at = all.indexOf(middle, at + 1)) {
    let same = 0;
    while (same < left.length && all[at - 1 - same] === left[left.length - 1 - same]) same++;
    let more = 0;
    while (more < right.length && all[at + middle.length + more] === right[more]) more++;
    if (same + more > most) { most = same + more; best = at; }
  }
  if (best === null) return null;
  const range = document.createRange();
  const [last, end, length] = places[best + middle.length - 1];
  range.setStart(places[best][0], places[best][1]);
  range.setEnd(last, end + length);
  const boxes = [];
  for (let i = best; i < best + middle.length; ) {
    const node = places[i][0];
    let j = i;
    while (j + 1 < best + middle.length && places[j + 1][0] === node) j++;
    const part = document.createRange();
    part.setStart(node, places[i][1]);
    part.setEnd(node, places[j][1] + places[j][2]);
    for (const r of part.getClientRects()) boxes.push([r.left, r.top, r.right, r.bottom]);
    i = j + 1;
  }
  return boxes;
}"""


@contextmanager
def served(pages: dict[str, bytes]) -> Iterator[str]:
    """The base address of a server on loopback that has these pages and nothing else."""

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


def verdict(page: Page, article: Article, sentence: Sentence) -> str:
    """`marked`, or what became of the sentence instead."""
    page.goto("about:blank")
    page.goto(link_to(article, sentence.start, sentence.end) or "")
    wait_until_at_rest(page)
    text = article.text
    surroundings = (text[max(0, sentence.start - 100) : sentence.start], sentence.text)
    boxes = page.evaluate(BOXES, [*surroundings, text[sentence.end : sentence.end + 100]])
    marked = is_marked(page.screenshot())
    if boxes is None:
        return "not in the page" + (", something marked" if marked.any() else "")
    shown = area(boxes, marked.shape)
    if not shown.any():
        return "not shown" if not any(r > x for x, _, r, _ in boxes) else "not scrolled to"
    if not marked.any():
        return "nothing marked"
    if (marked & area(boxes, marked.shape, spacing=0.7)).sum() < WITHIN * marked.sum():
        return "marked elsewhere"
    return "marked" if (marked & shown).sum() >= COVERED * shown.sum() else "marked in part"


def wait_until_at_rest(page: Page) -> None:
    """Until it has not been scrolled or laid out anew for a while."""
    before, now = None, page.evaluate(STATE)
    while now != before:
        page.wait_for_timeout(REST)
        before, now = now, page.evaluate(STATE)


def is_marked(screenshot: bytes) -> npt.NDArray[np.bool_]:
    """Shape (height, width). The colour may shine through a veil, as before a paywall."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(screenshot))), 2, 0)[:3]
    return (red > 240) & (blue > 240) & (green < 160)


def area(
    boxes: list[list[float]], shape: tuple[int, ...], spacing: float = 0.0
) -> npt.NDArray[np.bool_]:
    """The boxes as pixels of the window, higher by a share of their height on both sides."""
    within = np.zeros(shape, dtype=bool)
    for left, top, right, bottom in boxes:
        more = spacing * (bottom - top)
        rows = slice(max(0, round(top - more)), max(0, round(bottom + more)))
        within[rows, max(0, round(left)) : max(0, round(right))] = True
    return within


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=86)
    parser.add_argument("--only", default="")
    parser.add_argument("--sentences", type=int, default=3)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    rows = [json.loads(line) for line in (options.folder / "gold.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["id"].startswith(options.only)][: options.pages]
    counts: Counter[str] = Counter()
    good = seen = 0
    content: dict[str, bytes] = {}
    with served(content) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=FLAGS)
        for row in rows:
            name = row["id"]
            raw = gzip.decompress((options.folder / "pages" / f"{name}.html.gz").read_bytes())
            try:
                article = replace(parse_html(raw, url=row["url"], name=name), url=f"{base}/{name}")
            except ArticleError as error:
                print(f"{name[:8]} refused: {error}")
                continue
            content[name] = (decode_html(raw) + MARK).encode("utf-8", "replace")
            sentences = list(split_sentences(article))
            sample = random.Random(name).sample(sentences, min(options.sentences, len(sentences)))
            tab = browser.new_page(viewport=WINDOW)
            verdicts = [(verdict(tab, article, sentence), sentence) for sentence in sample]
            tab.close()
            for what, sentence in verdicts:
                counts[what] += 1
                if what != "marked":
                    link = link_to(article, sentence.start, sentence.end)
                    print(f"{name[:8]} {what}: {sentence.text[:100]!r}\n    {link}")
            seen += 1
            good += all(what == "marked" for what, _ in verdicts)
        browser.close()
    total = counts.total()
    print(f"{counts['marked']} of {total} sentences marked ({counts['marked'] / total:.1%})")
    print(f"{good} of {seen} pages with all of theirs marked ({good / seen:.1%})")
    print(dict(counts))


if __name__ == "__main__":
    main()
