"""Telegram's HTML, parsed as Telegram's server parses it.

`parse_html` turns the text of a `parse_mode=HTML` message into plain text and message entities,
or raises `HtmlError` with the words Telegram's server uses; the offsets in them count UTF-8 bytes.
Rules and error texts follow `parse_html` of TDLib (td/telegram/MessageEntity.cpp).

Stricter than Telegram, after the words of its documentation:
- an `&` that begins none of the documented character references is refused (Telegram's server
  lets it pass as a letter);
- a blockquote inside a blockquote is refused.

Not imitated: custom emoji, dates, Markdown, and entities Telegram finds by itself in a bot's text
(links, mentions, commands).
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.telegram_server.entities import (
    Entity,
    FormattedText,
    clean,
    settle_overlaps,
    trim,
    utf16_length,
)

ENTITY_OF_TAG = {
    "a": "text_link",
    "b": "bold",
    "blockquote": "blockquote",
    "code": "code",
    "del": "strikethrough",
    "em": "italic",
    "i": "italic",
    "ins": "underline",
    "pre": "pre",
    "s": "strikethrough",
    "span": "spoiler",
    "strike": "strikethrough",
    "strong": "bold",
    "tg-spoiler": "spoiler",
    "u": "underline",
}
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<decimal>[0-9]{1,7})|(?P<name>[A-Za-z]+));"
)
PLAIN_TEXT = re.compile(r"[^<&]+")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
SPACES = re.compile(r"\s*")


class HtmlError(ValueError):
    """What Telegram says after "can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    text_begins: int


def parse_html(source: str) -> FormattedText:
    """Parse, then settle overlapping entities and trim, as Telegram does before it stores a text.

    Raises HtmlError.
    """
    parsed = _Parser(clean(source)).parse()
    return trim(parsed.text, settle_overlaps(parsed.entities))


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.text = ""
        self.open_tags: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> FormattedText:
        while self.position < len(self.source):
            self._read_piece()
        if self.open_tags:
            name = self.open_tags[-1].name
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{name}"')
        return FormattedText(self.text, self.entities)

    def _read_piece(self) -> None:
        if self.source.startswith("</", self.position):
            self._read_end_tag()
        elif self.source[self.position] == "<":
            self._read_start_tag()
        elif self.source[self.position] == "&":
            self.text += self._read_reference()
        else:
            self.text += self._take(PLAIN_TEXT)

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Step over what the pattern matches here, and return it."""
        match = pattern.match(self.source, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def _next_character(self) -> str:
        return self.source[self.position : self.position + 1]

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _error(self, problem: str, position: int) -> HtmlError:
        return HtmlError(f"{problem} at byte offset {self._byte_offset(position)}")

    def _read_reference(self) -> str:
        match = REFERENCE.match(self.source, self.position)
        character = _referenced_character(match) if match else None
        if match is None or character is None:
            raise self._error('Unescaped "&"', self.position)
        self.position = match.end()
        return character

    def _read_start_tag(self) -> None:
        begin = self.position
        self.position += 1
        name = self._take(TAG_NAME).lower()
        if not self._next_character():
            raise self._error("Unclosed start tag", begin)
        if name not in ENTITY_OF_TAG:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        argument = self._read_attributes(name, begin)
        self._check_start_tag(name, argument, begin)
        offset = utf16_length(self.text)
        self.open_tags.append(_OpenTag(name, argument, offset, len(self.text)))

    def _check_start_tag(self, name: str, argument: str, begin: int) -> None:
        if name == "span" and argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        if name == "blockquote" and any(tag.name == name for tag in self.open_tags):
            raise self._error('Nested start tag "blockquote"', begin)

    def _read_attributes(self, tag: str, begin: int) -> str:
        """Step over the attributes and the closing `>`; return the one value the tag can use."""
        argument = ""
        while True:
            self._take(SPACES)
            if self._next_character() == ">":
                self.position += 1
                return argument
            name, value = self._read_attribute(tag, begin)
            argument = _useful_argument(tag, name, value) or argument

    def _read_attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(ATTRIBUTE_NAME)
        self._take(SPACES)
        if not self._next_character():
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        if self._next_character() == "=":
            self.position += 1
            return name, self._read_attribute_value(tag, begin)
        if (tag, name) == ("blockquote", "expandable"):
            return name, ""
        problem = f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
        raise self._error(problem, begin)

    def _read_attribute_value(self, tag: str, begin: int) -> str:
        self._take(SPACES)
        if not self._next_character():
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        if self._next_character() in "\"'":
            return self._read_quoted_value(begin)
        token_begin = self.position
        token = self._take(NAME_TOKEN)
        if self._next_character() != ">" and not self._next_character().isspace():
            raise self._error("Unexpected end of name token", token_begin)
        return token.lower()

    def _read_quoted_value(self, begin: int) -> str:
        quote = self._next_character()
        self.position += 1
        value = ""
        while (character := self._next_character()) != quote:
            if not character:
                raise self._error("Unclosed start tag", begin)
            if character == "&":
                value += self._read_reference()
            else:
                value += character
                self.position += 1
        self.position += 1
        return value

    def _read_end_tag(self) -> None:
        begin = self.position
        if not self.open_tags:
            raise self._error("Unexpected end tag", begin)
        self.position += 2
        name = self._take(TAG_NAME).lower()
        self._take(SPACES)
        if self._next_character() != ">":
            raise self._error("Unclosed end tag", begin)
        self.position += 1
        expected = self.open_tags[-1].name
        if name not in ("", expected):
            offset = self._byte_offset(begin)
            raise HtmlError(
                f'Unmatched end tag at byte offset {offset}, expected "</{expected}>",'
                f' found "</{name}>"'
            )
        self._close_tag(self.open_tags.pop())

    def _close_tag(self, tag: _OpenTag) -> None:
        length = utf16_length(self.text) - tag.offset
        if length == 0:
            return
        entity: Entity = {"type": ENTITY_OF_TAG[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "a":
            self._add_link(entity, tag.argument or self.text[tag.text_begins :])
        elif tag.name in ("pre", "code"):
            self._add_code(entity, tag)
        else:
            if tag.name == "blockquote" and tag.argument == "expandable":
                entity["type"] = "expandable_blockquote"
            self.entities.append(entity)

    def _add_link(self, entity: Entity, url: str) -> None:
        """Like Telegram, drop a link that leads nowhere without a word."""
        if checked := _checked_url(url):
            self.entities.append(entity | {"url": checked})

    def _add_code(self, entity: Entity, tag: _OpenTag) -> None:
        """`<pre><code class="language-x">`, in either order, is one `pre` with a language."""
        inner = self.entities[-1] if self.entities else {}
        language = inner.get("language") or tag.argument
        is_same_range = all(inner.get(key) == entity[key] for key in ("offset", "length"))
        if is_same_range and language and {inner["type"], entity["type"]} == {"pre", "code"}:
            self.entities[-1] = entity | {"type": "pre", "language": language}
            return
        self.entities.append(entity | ({"language": tag.argument} if tag.argument else {}))


def _referenced_character(match: re.Match[str]) -> str | None:
    if match["name"]:
        return NAMED_REFERENCES.get(match["name"])
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    is_character = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else None


def _useful_argument(tag: str, attribute: str, value: str) -> str:
    if (tag, attribute) == ("a", "href"):
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if (tag, attribute) == ("blockquote", "expandable"):
        return "expandable"
    return ""


def _checked_url(url: str) -> str | None:
    """The address Telegram makes of it, or None for what it takes for no address.

    A host must have a dot in it: Telegram makes no link to http://localhost.
    """
    url = url.strip()
    if url.lower().startswith(("tg://", "ton://", "tonsite://")):
        return url
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host.strip(".") or " " in host:
        return None
    return url if parts.path else parts._replace(path="/").geturl()
