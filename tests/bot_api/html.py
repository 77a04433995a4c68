"""Telegram's HTML, parsed as Telegram's server parses it.

`parse_html` turns the text of a `parse_mode=HTML` message into plain text and message entities,
or raises `HtmlError` with the words Telegram's server uses. Offsets and lengths of entities count
UTF-16 code units; the offsets in error texts count UTF-8 bytes. Rules and error texts follow
`parse_html` and `fix_formatted_text` of TDLib (td/telegram/MessageEntity.cpp).

Stricter than Telegram, after the words of its documentation:
- an `&` that begins none of the documented character references is refused (Telegram's server
  lets it pass as a letter);
- a blockquote inside a blockquote is refused.

Not imitated: custom emoji, dates, Markdown, and entities Telegram finds by itself in a bot's text
(links, mentions, commands).
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Entity = dict[str, Any]

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

# What Telegram removes from a bot's text: carriage returns, line and paragraph separators,
# direction marks, and three combining marks.
REMOVED_CHARACTERS = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
CONTROL_CHARACTERS = re.compile("[\x00-\x09\x0b-\x1f]")

# Links, code and pre never overlap one another: the outer one wins, and at equal ranges the one
# with the smaller number.
CONTINUOUS_ENTITIES = {"pre": 11, "code": 20, "text_link": 49, "text_mention": 49}
BLOCKQUOTES = {"blockquote", "expandable_blockquote"}


class HtmlError(ValueError):
    """What Telegram says after "can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: list[Entity]


@dataclass(frozen=True, slots=True)
class OpenTag:
    name: str
    argument: str
    offset: int
    text_begins: int


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def clean(text: str) -> str:
    """The text as Telegram keeps it: control characters, tabs too, become spaces."""
    return CONTROL_CHARACTERS.sub(" ", REMOVED_CHARACTERS.sub("", text))


def parse_html(source: str) -> FormattedText:
    """Parse, then settle overlapping entities and trim, as Telegram does before it stores a text.

    Raises HtmlError.
    """
    parsed = Parser(clean(source)).parse()
    return trim(parsed.text, settle_overlaps(parsed.entities))


class Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.open_tags: list[OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> FormattedText:
        while self.at < len(self.source):
            self.read_piece()
        if self.open_tags:
            name = self.open_tags[-1].name
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{name}"')
        return FormattedText(self.text, self.entities)

    def read_piece(self) -> None:
        if self.source.startswith("</", self.at):
            self.read_end_tag()
        elif self.source[self.at] == "<":
            self.read_start_tag()
        elif self.source[self.at] == "&":
            self.text += self.read_reference()
        else:
            self.text += self.take(PLAIN_TEXT)

    def take(self, pattern: re.Pattern[str]) -> str:
        """Step over what the pattern matches here, and return it."""
        match = pattern.match(self.source, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def next_character(self) -> str:
        return self.source[self.at : self.at + 1]

    def byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def error(self, what: str, position: int) -> HtmlError:
        return HtmlError(f"{what} at byte offset {self.byte_offset(position)}")

    def read_reference(self) -> str:
        match = REFERENCE.match(self.source, self.at)
        character = referenced_character(match) if match else None
        if match is None or character is None:
            raise self.error('Unescaped "&"', self.at)
        self.at = match.end()
        return character

    def read_start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self.take(TAG_NAME).lower()
        if not self.next_character():
            raise self.error("Unclosed start tag", begin)
        if name not in ENTITY_OF_TAG:
            raise self.error(f'Unsupported start tag "{name}"', begin)
        argument = self.read_attributes(name, begin)
        self.check_start_tag(name, argument, begin)
        offset = utf16_length(self.text)
        self.open_tags.append(OpenTag(name, argument, offset, len(self.text)))

    def check_start_tag(self, name: str, argument: str, begin: int) -> None:
        if name == "span" and argument != "spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        if name == "blockquote" and any(tag.name == name for tag in self.open_tags):
            raise self.error('Nested start tag "blockquote"', begin)

    def read_attributes(self, tag: str, begin: int) -> str:
        """Step over the attributes and the closing `>`; return the one value the tag can use."""
        argument = ""
        while True:
            self.take(SPACES)
            if self.next_character() == ">":
                self.at += 1
                return argument
            name, value = self.read_attribute(tag, begin)
            argument = useful_argument(tag, name, value) or argument

    def read_attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self.take(ATTRIBUTE_NAME)
        self.take(SPACES)
        if not self.next_character():
            raise self.error(f'Unclosed start tag "{tag}"', begin)
        if not name:
            raise self.error(f'Empty attribute name in the tag "{tag}"', begin)
        if self.next_character() == "=":
            self.at += 1
            return name, self.read_attribute_value(tag, begin)
        if (tag, name) == ("blockquote", "expandable"):
            return name, ""
        what = f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
        raise self.error(what, begin)

    def read_attribute_value(self, tag: str, begin: int) -> str:
        self.take(SPACES)
        if not self.next_character():
            raise self.error(f'Unclosed start tag "{tag}"', begin)
        if self.next_character() in "\"'":
            return self.read_quoted_value(begin)
        token_begin = self.at
        token = self.take(NAME_TOKEN)
        if self.next_character() != ">" and not self.next_character().isspace():
            raise self.error("Unexpected end of name token", token_begin)
        return token.lower()

    def read_quoted_value(self, begin: int) -> str:
        quote = self.next_character()
        self.at += 1
        value = ""
        while (character := self.next_character()) != quote:
            if not character:
                raise self.error("Unclosed start tag", begin)
            if character == "&":
                value += self.read_reference()
            else:
                value += character
                self.at += 1
        self.at += 1
        return value

    def read_end_tag(self) -> None:
        begin = self.at
        if not self.open_tags:
            raise self.error("Unexpected end tag", begin)
        self.at += 2
        name = self.take(TAG_NAME).lower()
        self.take(SPACES)
        if self.next_character() != ">":
            raise self.error("Unclosed end tag", begin)
        self.at += 1
        expected = self.open_tags[-1].name
        if name not in ("", expected):
            where = self.byte_offset(begin)
            raise HtmlError(
                f'Unmatched end tag at byte offset {where}, expected "</{expected}>",'
                f' found "</{name}>"'
            )
        self.close_tag(self.open_tags.pop())

    def close_tag(self, tag: OpenTag) -> None:
        length = utf16_length(self.text) - tag.offset
        if length == 0:
            return
        entity: Entity = {"type": ENTITY_OF_TAG[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "a":
            self.add_link(entity, tag.argument or self.text[tag.text_begins :])
        elif tag.name in ("pre", "code"):
            self.add_code(entity, tag)
        else:
            if tag.name == "blockquote" and tag.argument == "expandable":
                entity["type"] = "expandable_blockquote"
            self.entities.append(entity)

    def add_link(self, entity: Entity, url: str) -> None:
        """Like Telegram, drop a link that leads nowhere without a word."""
        if checked := checked_url(url):
            self.entities.append(entity | {"url": checked})

    def add_code(self, entity: Entity, tag: OpenTag) -> None:
        """`<pre><code class="language-x">`, in either order, is one `pre` with a language."""
        inner = self.entities[-1] if self.entities else {}
        language = inner.get("language") or tag.argument
        is_same_range = all(inner.get(key) == entity[key] for key in ("offset", "length"))
        if is_same_range and language and {inner["type"], entity["type"]} == {"pre", "code"}:
            self.entities[-1] = entity | {"type": "pre", "language": language}
            return
        self.entities.append(entity | ({"language": tag.argument} if tag.argument else {}))


def referenced_character(match: re.Match[str]) -> str | None:
    if match["name"]:
        return NAMED_REFERENCES.get(match["name"])
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    is_character = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else None


def useful_argument(tag: str, attribute: str, value: str) -> str:
    if (tag, attribute) == ("a", "href"):
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if (tag, attribute) == ("blockquote", "expandable"):
        return "expandable"
    return ""


def checked_url(url: str) -> str | None:
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


def settle_overlaps(entities: list[Entity]) -> list[Entity]:
    """No formatting inside code, no code inside a link, no link inside code."""
    continuous = outermost([e for e in entities if e["type"] in CONTINUOUS_ENTITIES])
    code = [e for e in continuous if e["type"] in ("pre", "code")]
    settled = [without_language_of_code(e) for e in continuous]
    for entity in entities:
        if entity["type"] in BLOCKQUOTES:
            settled.append(entity)
        elif entity["type"] not in CONTINUOUS_ENTITIES:
            settled.extend(parts_outside(entity, code))
    return sorted(settled, key=entity_order)


def entity_order(entity: Entity) -> tuple[int, int, int]:
    is_quote = entity["type"] in BLOCKQUOTES
    priority = 0 if is_quote else CONTINUOUS_ENTITIES.get(entity["type"], 90)
    return entity["offset"], -entity["length"], priority


def outermost(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=entity_order):
        if not kept or entity["offset"] >= kept[-1]["offset"] + kept[-1]["length"]:
            kept.append(entity)
    return kept


def without_language_of_code(entity: Entity) -> Entity:
    if entity["type"] == "code":
        return {key: value for key, value in entity.items() if key != "language"}
    return entity


def parts_outside(entity: Entity, holes: list[Entity]) -> list[Entity]:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    parts = []
    for hole in holes:
        hole_begin, hole_end = hole["offset"], hole["offset"] + hole["length"]
        if hole_begin < end and begin < hole_end:
            parts.append((begin, hole_begin))
            begin = hole_end
    parts.append((begin, end))
    return [entity | {"offset": b, "length": e - b} for b, e in parts if b < e]


def trim(text: str, entities: list[Entity]) -> FormattedText:
    """Cut space off both ends, on the left only as far as the first entity."""
    first_entity = min((e["offset"] for e in entities), default=len(text))
    cut = min(len(text) - len(text.lstrip()), first_entity)
    text = text[cut:].rstrip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        offset = entity["offset"] - cut
        length = min(entity["length"], end - offset)
        if length > 0 and utf16_slice(text, offset, length).strip():
            kept.append(entity | {"offset": offset, "length": length})
    return FormattedText(text, kept)
