"""Telegram's HTML -> coloured text for a terminal, or the HTML of a page that anybody may open."""

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.rendering.terminal_text import visible

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strike", "strike": "strike", "del": "strike", "code": "cyan",
    "pre": "cyan", "a": "underline", "blockquote": "green",
}  # fmt: skip
"""The tags that Telegram knows, of those that the bot may send, and how a terminal shows them."""

_SCHEMES = ("https://", "http://", "tg://")


def to_coloured(html: str) -> RenderableType:
    """Render for a terminal: quotes are indented."""
    reader = _TerminalReader()
    reader.feed(html)
    reader.close()
    return reader.rendered()


def to_safe_html(html: str) -> str:
    """Keep Telegram's tags and links, and show everything else as it is written."""
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    return reader.rendered()


class _TerminalReader(HTMLParser):
    """Gathers text, and the styles of the tags around it; a part for each quote."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[bool, Text]] = [(False, Text())]
        self._styles: list[tuple[str, Style]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._parts.append((True, Text()))
        link = _address(attrs) if tag == "a" else None
        style = Style.parse(_STYLES.get(tag, ""))
        self._styles.append((tag, style + Style(link=link) if link else style))

    def handle_endtag(self, tag: str) -> None:
        for row in reversed(range(len(self._styles))):
            if self._styles[row][0] == tag:
                del self._styles[row]
                break
        if tag == "blockquote":
            self._parts.append((False, Text()))

    def handle_data(self, data: str) -> None:
        style = sum((style for _, style in self._styles), Style())
        self._parts[-1][1].append(visible(data), style)

    def rendered(self) -> RenderableType:
        parts = []
        for is_quote, text in self._parts:
            lines = _stripped(text)
            if lines.plain:
                parts.append(Padding(lines, (0, 0, 0, 2), expand=False) if is_quote else lines)
        return Group(*parts)


class _PageReader(HTMLParser):
    """Writes the tags that are known, and escapes the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in _STYLES:
            self._parts.append(escape(self.get_starttag_text() or ""))
            return
        address = _address(attrs) if tag == "a" else None
        self._parts.append(f'<a href="{escape(address)}">' if address else f"<{tag}>")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            self._parts.append(escape(f"</{tag}>"))
            return
        closed = ""
        while closed != tag:
            closed = self._open.pop()
            self._parts.append(f"</{closed}>")

    def handle_data(self, data: str) -> None:
        self._parts.append(escape(data))

    def rendered(self) -> str:
        return "".join((*self._parts, *(f"</{tag}>" for tag in reversed(self._open))))


def _address(attrs: Sequence[tuple[str, str | None]]) -> str | None:
    address = dict(attrs).get("href") or ""
    return address if address.lower().startswith(_SCHEMES) else None


def _stripped(text: Text) -> Text:
    """Without the blank lines at both ends."""
    plain = text.plain
    start = len(plain) - len(plain.lstrip("\n"))
    return text[start : len(plain.rstrip("\n"))] if plain.strip("\n") else Text()
