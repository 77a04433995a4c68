"""`Reply` -> Telegram messages, terminal text, JSON."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.replies.answer_replies import Quote, Reply, Role
from index.types import Answer, Article, Citation

TELEGRAM_LIMIT = 4096
"""UTF-16 units of a message. Telegram counts them without the tags, we with them."""

_BLOCKQUOTE = "<blockquote>{}</blockquote>"
_CUT = re.compile(r".*(?:[.!?…][\"'”’)\]]*\s+|\n)|.*\s", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MAP_WIDTH = 40


def telegram_messages(reply: Reply) -> list[str]:
    """HTML messages, each within Telegram's limit, cut between sentences and outside of tags."""
    messages: list[str] = []
    for part in (part for block in reply.blocks for part in _telegram_parts(block)):
        joined = f"{messages[-1]}\n\n{part}" if messages else part
        if messages and utf16_length(joined) <= TELEGRAM_LIMIT:
            messages[-1] = joined
        else:
            messages.append(part)
    return messages


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le", errors="replace")) // 2


def _telegram_parts(block: str | Quote) -> Iterator[str]:
    """The block's HTML, in pieces that each fit into a message."""
    if isinstance(block, str):
        yield from map(_html, _pieces(block, TELEGRAM_LIMIT))
        return
    place = f"<i>{_html(block.place)}</i>"
    if block.link:
        place = f'<a href="{escape(block.link)}">{place}</a>'
    room = TELEGRAM_LIMIT - len(_BLOCKQUOTE) - len("\n") - utf16_length(place)
    quotes = [_BLOCKQUOTE.format(text) for text in _quoted(block, room)]
    yield from quotes[:-1]
    yield f"{quotes[-1]}\n{place}"


def _quoted(quote: Quote, room: int) -> Iterator[str]:
    """The sentences' HTML, as many together as fit into `room`."""
    gathered = ""
    for html in _quoted_pieces(quote, room):
        joined = f"{gathered} {html}" if gathered else html
        if utf16_length(joined) > room:
            yield gathered
            joined = html
        gathered = joined
    yield gathered


def _quoted_pieces(quote: Quote, room: int) -> Iterator[str]:
    """The HTML of each sentence, bold where the quote is about it or the answer stands.

    A sentence that is cut keeps no answer's words: they may be on either side.
    """
    for row, sentence in enumerate(quote.sentences):
        if row == 0 and quote.highlight:
            start, end = quote.highlight
            parts = map(_html, (sentence[:start], sentence[start:end], sentence[end:]))
            marked = "{}<b>{}</b>{}".format(*parts).strip()
            if utf16_length(marked) <= room:
                yield marked
                continue
        bold = "<b>{}</b>" if row == quote.emphasis else "{}"
        for piece in _pieces(sentence, room - len(bold.format(""))):
            yield bold.format(_html(piece))


def _pieces(text: str, room: int) -> Iterator[str]:
    """Cut a text so that the HTML of each piece fits: after a sentence, else between words."""
    text = text.strip()
    while utf16_length(_html(text)) > room:
        fitting = _fitting(text, room)
        cut = _CUT.match(text, 0, fitting)
        end = cut.end() if cut else fitting
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    yield text


def _fitting(text: str, room: int) -> int:
    """How many of the first characters have HTML that fits into `room`."""
    units = 0
    for index, character in enumerate(text):
        units += utf16_length(_html(character))
        if units > room:
            return index
    return len(text)


def _html(text: str) -> str:
    return escape(text, quote=False)


def terminal(reply: Reply) -> RenderableType:
    """Coloured text for a terminal, the buttons as numbered choices."""
    parts: list[RenderableType] = [
        Text(visible(block)) if isinstance(block, str) else _terminal_quote(block)
        for block in reply.blocks
    ]
    if reply.buttons:
        choices = (f"[{number}] {button.label}" for number, button in enumerate(reply.buttons, 1))
        parts.append(Text("  ".join(choices), style="cyan"))
    return Group(*parts)


def _terminal_quote(quote: Quote) -> RenderableType:
    style = {Role.ANSWER: "green", Role.CLOSEST: "yellow"}.get(quote.role, "default")
    text = Text()
    for row, sentence in enumerate(quote.sentences):
        emphasised = "bold green" if row == quote.emphasis else style
        text.append(" " if row else "").append(visible(sentence), style=emphasised)
    if quote.highlight:  # `visible` keeps every character's place.
        text.stylize("bold underline", *quote.highlight)
    place = Text(f"{_map(quote)} {quote.place}", style="dim")
    if quote.link:
        place.stylize(Style(link=quote.link))
    return Group(*(Padding(part, (0, 0, 0, 2), expand=False) for part in (text, place)))


def _map(quote: Quote) -> str:
    """Where in the article the quote stands, as a strip: ``····■·····``."""
    width = min(quote.of, _MAP_WIDTH)
    at = (quote.about - 1) * width // quote.of
    return "·" * at + "■" + "·" * (width - at - 1)


def visible(text: str) -> str:
    """Control characters shown instead of obeyed: a text must not steer the terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\t", " "))


def answer_json(answer: Answer, article: Article, sentences: int) -> dict[str, Any]:
    """What `ask --json` prints."""
    return {
        "question": answer.question,
        "corrections": dict(answer.corrections),
        "answered": answer.answered,
        "verdict": answer.verdict,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": _citation_json(answer.nearest) if answer.nearest else None,
        "article": {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "language": article.language,
            "sentences": sentences,
        },
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    """For transcripts. Of several questions: whether all are answered, the least confidence."""
    return {
        "text": plain(reply),
        "buttons": [button.label for button in reply.buttons],
        "answered": all(a.answered for a in reply.answers) if reply.answers else None,
        "confidence": round(min(a.confidence for a in reply.answers), 4) if reply.answers else None,
        "citations": [_citation_json(c) for a in reply.answers for c in a.citations],
    }


def plain(reply: Reply) -> str:
    """The words alone, a line a block."""
    return "\n".join(
        block if isinstance(block, str) else f"{' '.join(block.sentences)}\n({_plain_place(block)})"
        for block in reply.blocks
    )


def _plain_place(quote: Quote) -> str:
    return f"{quote.place} · {quote.link}" if quote.link else quote.place


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "sentence": citation.sentence,
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "score": round(citation.score, 4),
        "highlight": list(citation.highlight) if citation.highlight else None,
        "page": citation.page,
        "link": citation.link,
    }
