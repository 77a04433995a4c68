"""A plain, pasted or Markdown text -> an `Article` with that text unchanged."""

import hashlib
import re
from collections.abc import Iterator

from index.errors import EmptyArticle
from index.loading.language import detect_language
from index.loading.limits import check_characters
from index.loading.markdown import first_heading, front_matter_title, markdown_blocks
from index.loading.titles import FINAL, has_word, one_line, titled
from index.stages import Stage, stage
from index.text.boilerplate import is_boilerplate
from index.types import Article, Span

# Lone surrogates can't be encoded, so they can be neither shown nor embedded. They are replaced one
# for one, so that offsets stay.
_SURROGATES = re.compile("[\ud800-\udfff]")

_LINE = re.compile(r"[^\n\r\x85\u2028\u2029]+")
_BLANK_LINE = re.compile(
    r"(?>\r\n|[\n\r\x85])(?:[^\S\n\r\x85]|[\u200b\ufeff])*(?>\r\n|[\n\r\x85])|\u2029"
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_HARD_WRAP_WIDTH = 120
"""Characters. Nobody wraps wider by hand: after a longer line, a newline ends a paragraph."""

_HEADLINE_WIDTH = 150


@stage(Stage.EXTRACTING)
def load_text(
    text: str, *, title: str = "", language: str | None = None, markdown: bool = False
) -> Article:
    """Make an article of a text. Its own headline, if any, is preferred to the given `title`; if it
    has neither, its first words are its title.

    `language` is an ISO 639-1 code; without one it is detected.

    Raises:
        EmptyArticle: there is no letter or digit in it.
        ArticleTooLarge: it is longer than `MAX_CHARACTERS`.
    """
    check_characters(text)
    text = _SURROGATES.sub("\ufffd", text)
    blocks = list(markdown_blocks(text) if markdown else _plain_blocks(text))
    paragraphs = tuple(span for block in blocks for span in _paragraphs(text, block))
    if not any(character.isalnum() for start, end in paragraphs for character in text[start:end]):
        raise EmptyArticle("There is no text in it. Give me an article with at least one sentence.")
    headline = (front_matter_title(text) if markdown else None) or _headline(text, paragraphs)
    heading = one_line(first_heading(text, blocks) or "") if markdown else ""
    return titled(
        Article(
            id=article_id(text),
            title=_SURROGATES.sub("\ufffd", headline or title or heading),
            text=text,
            paragraphs=paragraphs,
            language=language or detect_language(text),
        )
    )


def article_id(text: str) -> str:
    """An article's ID: 16 hexadecimal digits of its text's SHA-256, so the same for the same
    text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain_blocks(text: str) -> Iterator[Span]:
    """Spans between blank lines."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _paragraphs(text: str, block: Span) -> Iterator[Span]:
    """Cut a block at boilerplate lines and after lines too long to be wrapped by hand."""
    lines: list[Span] = []
    for line in _LINE.finditer(text, *block):
        furniture = is_boilerplate(line.group())
        if lines and (furniture or lines[-1][1] - lines[-1][0] > _HARD_WRAP_WIDTH):
            yield lines[0][0], lines[-1][1]
            lines.clear()
        if not furniture:
            lines.append(line.span())
    if lines:
        yield lines[0][0], lines[-1][1]


def _headline(text: str, paragraphs: tuple[Span, ...]) -> str | None:
    """The first line, if it looks like a headline: short, alone, without a final stop."""
    texts = [
        _IMAGE.sub("", text[start:end]).strip().strip("\ufeff\u200b").strip()
        for start, end in paragraphs
    ]
    texts = [each for each in texts if any(map(str.isalnum, each))]
    alone = len(texts) > 1 and len(texts[0].splitlines()) == 1
    if alone and len(texts[0]) <= _HEADLINE_WIDTH and not texts[0].endswith(tuple(FINAL)):
        headline = one_line(texts[0])
        return headline if has_word(headline) else None
    return None
