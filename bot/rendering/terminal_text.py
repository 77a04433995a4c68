"""`Reply` -> coloured text for a terminal."""

import re

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.replies.reply import Quote, Reply, Role

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_MAP_WIDTH = 40


def to_terminal(reply: Reply) -> RenderableType:
    """Render coloured text; buttons become numbered choices."""
    parts: list[RenderableType] = [
        Text(visible(reply.said(block)))
        if isinstance(block, str)
        else _terminal_quote(reply, block)
        for block in reply.blocks
    ]
    if reply.buttons:
        labels = (reply.said(button.label) for button in reply.buttons)
        choices = (f"[{number}] {label}" for number, label in enumerate(labels, start=1))
        parts.append(Text("  ".join(choices), style="cyan"))
    return Group(*parts)


def _terminal_quote(reply: Reply, quote: Quote) -> RenderableType:
    style = {Role.ANSWER: "green", Role.CLOSEST: "yellow"}.get(quote.role, "default")
    text = Text()
    for row, sentence in enumerate(quote.sentences):
        emphasised = "bold green" if row == quote.emphasis else style
        text.append(" " if row else "").append(visible(sentence), style=emphasised)
    if quote.highlight:  # `visible` keeps every character's place.
        text.stylize("bold underline", *quote.highlight)
    place = Text(f"{_position_strip(quote)} {reply.said(quote.place)}", style="dim")
    if quote.link:
        place.stylize(Style(link=quote.link))
    return Group(*(Padding(part, (0, 0, 0, 2), expand=False) for part in (text, place)))


def _position_strip(quote: Quote) -> str:
    """The quote's position in the article as a strip: ``····■·····``."""
    width = min(quote.sentence_count, _MAP_WIDTH)
    at = (quote.focus - 1) * width // quote.sentence_count
    return "·" * at + "■" + "·" * (width - at - 1)


def visible(text: str) -> str:
    """The text with control characters replaced, so that it can't steer the terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\t", " "))
