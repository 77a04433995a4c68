"""`Reply` -> Telegram messages in HTML."""

import re
from collections.abc import Iterator
from html import escape, unescape

from bot.replies.reply import Quote, Reply, Role

TELEGRAM_LIMIT = 4096
"""The most UTF-16 units of a message. Telegram counts them without tags, this program with them."""

_BLOCKQUOTE = "<blockquote>{}</blockquote>"
_EXPANDABLE = "<blockquote expandable>{}</blockquote>"
"""Telegram shows its first three lines, and the rest when it is tapped."""

_CUT = re.compile(r".*(?:[.!?…][\"'”’)\]]*\s+|\n)|.*\s", re.DOTALL)

_TAG = re.compile("<[^>]*>")


def telegram_messages(reply: Reply) -> list[str]:
    """HTML messages within Telegram's limit, cut between sentences and never inside a tag."""
    messages: list[str] = []
    for part in (part for block in reply.blocks for part in _telegram_parts(reply, block)):
        joined = f"{messages[-1]}\n\n{part}" if messages else part
        if messages and utf16_length(joined) <= TELEGRAM_LIMIT:
            messages[-1] = joined
        else:
            messages.append(part)
    return messages


def telegram_message(reply: Reply) -> str:
    """The reply as a single HTML message: what has no room in it is left out."""
    first, *others = telegram_messages(reply)
    cut = f"{first}\n\n…"
    return cut if others and utf16_length(cut) <= TELEGRAM_LIMIT else first


def without_tags(html: str) -> str:
    """The text of a message, for where its tags are not taken."""
    return unescape(_TAG.sub("", html))


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", errors="replace")) // 2


def _telegram_parts(reply: Reply, block: str | Quote) -> Iterator[str]:
    """The block's HTML, in pieces that each fit into a message."""
    if isinstance(block, str):
        yield from map(_html, _pieces(reply.said(block), TELEGRAM_LIMIT))
        return
    place = f"<i>{_html(reply.said(block.place))}</i>"
    if block.link:
        place = f'<a href="{escape(block.link)}">{place}</a>'
    blockquote = _EXPANDABLE if block.role is Role.CONTEXT else _BLOCKQUOTE
    room = TELEGRAM_LIMIT - len(blockquote) - len("\n") - utf16_length(place)
    quotes = [blockquote.format(text) for text in _quoted(block, room)]
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
    """The HTML of each sentence, with the emphasised sentence or the answer's words in bold.

    A sentence that has to be cut loses the marks of the answer's words, which may be on both sides.
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
    """The number of characters at the beginning whose HTML fits into `room`."""
    units = 0
    for index, character in enumerate(text):
        units += utf16_length(_html(character))
        if units > room:
            return index
    return len(text)


def _html(text: str) -> str:
    return escape(text, quote=False)
