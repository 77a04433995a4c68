"""A page -> the text that a browser shows of it, as lines that a link to a passage can't cross.

A browser looks for a link's words in one run of inline text at a time. The rules for what ends a
run, and what is no part of it, are those of Chromium's `FindBuffer`
(third_party/blink/renderer/core/editing/finder/find_buffer.cc).
"""

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

_BLOCKS = {
    *("html", "body", "address", "article", "aside", "footer", "header", "hgroup", "main", "nav"),
    *("section", "search", "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "center", "blockquote"),
    *("pre", "listing", "plaintext", "xmp", "figure", "figcaption", "details", "summary", "dialog"),
    *("ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "optgroup", "option", "math"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("form", "fieldset", "legend", "button", "textarea"),
}
"""Elements that are laid out apart from the text around them."""

_OBJECTS = {
    *("area", "audio", "base", "br", "canvas", "col", "embed", "frame", "hr", "iframe", "img"),
    *("input", "link", "meta", "meter", "object", "param", "progress", "script", "select"),
    *("source", "style", "svg", "track", "video"),
}
"""Elements that end a run and have no text of their own to search."""

_UNSEEN = {"datalist", "head", "noembed", "noframes", "noscript", "rp", "template", "title"}
"""Elements that are not shown, and leave no gap where they stand."""

_PREFORMATTED = {"listing", "plaintext", "pre", "textarea", "xmp"}

_HIDING = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CUTTING = re.compile(
    r"(?:^|[;\s])(?:float\s*:\s*(?:left|right)|position\s*:\s*(?:absolute|fixed)"
    r"|display\s*:\s*(?:block|inline-|flex|grid|table|list-item|flow-root))",
    re.IGNORECASE,
)

_SPACE = re.compile("[ \t\n\r\f]+")
_ODD_SPACE = re.compile("[\t\n\r\f]+| {2,}")
_CUTS = re.compile(" *\n[ \n]*")


def page_text(tree: lxml.html.HtmlElement) -> str:
    """All text that a browser shows of the page, with a line for each run of inline text.

    White space is collapsed as in browsers, which keep non-breaking spaces. Text that only style
    sheets hide is included.
    """
    text = re.sub(" {2,}", " ", "".join(_pieces(tree)))
    return _CUTS.sub("\n", text).strip(" \n")


def _pieces(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """The page's text in order, with a newline wherever a run ends."""
    preformatted = 0
    walk = lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        hidden = _hidden(node)
        if event == "start":
            if hidden or node.tag in _OBJECTS:
                walk.skip_subtree()
            else:
                preformatted += node.tag in _PREFORMATTED
                yield _cut(node) + _shown(node.text, preformatted)
            continue
        if event == "end":
            preformatted -= node.tag in _PREFORMATTED and not hidden
            yield "" if hidden else _cut(node)
        if node is not tree:
            yield _shown(node.tail, preformatted)


def _hidden(node: lxml.etree._Element) -> bool:
    attributes = node.attrib
    return (
        node.tag in _UNSEEN
        or "hidden" in attributes
        or "inert" in attributes
        or (node.tag == "dialog" and "open" not in attributes)
        or bool(_HIDING.search(attributes.get("style", "")))
    )


def _cut(node: lxml.etree._Element) -> str:
    cuts = node.tag in _BLOCKS or node.tag in _OBJECTS
    return "\n" if cuts or _CUTTING.search(node.attrib.get("style", "")) else ""


def _shown(text: str | None, preformatted: int) -> str:
    """A text node as it is shown. In preformatted text, a run of white space ends the line."""
    if not text:
        return ""
    if preformatted:
        return _ODD_SPACE.sub("\n", text)
    return _SPACE.sub(" ", text)
