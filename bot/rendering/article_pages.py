"""An article with numbered sentences -> Markdown or a page of HTML, with the cited ones marked."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from index.errors import ArticleError
from index.types import Article, Sentence

Cited = Mapping[int, Sequence[str]]
"""The number of each cited sentence -> the questions that it was cited for."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&])|^([-+]|\d+[.)])(?=\s)")

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
sup {{ color: GrayText; font: 0.65em sans-serif; }}
</style>
</head>
<body>
<h1>{title}</h1>
{origin}{paragraphs}
</body>
</html>
"""


class TranscriptError(ArticleError):
    """A transcript can't be read, or the file is not a transcript."""


def cited_in(path: Path, sentences: Sequence[Sentence]) -> Cited:
    """The sentences that a conversation cited; `path` is a file that `chat --transcript` wrote.

    Citations of other articles are left out: their words are not at that place.

    Raises:
        TranscriptError: the file can't be read or is no transcript.
    """
    texts = {sentence.number: sentence.text for sentence in sentences}
    cited: dict[int, list[str]] = {}
    try:
        for turn in json.loads(path.read_text(encoding="utf-8")):
            for citation in (turn["reply"] or {}).get("citations", ()):
                if texts.get(citation["sentence"]) == citation["text"]:
                    cited.setdefault(citation["sentence"], []).append(str(turn.get("say", "")))
    except OSError as error:
        raise TranscriptError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise TranscriptError(
            f"{path} is no transcript. `article-bot chat --transcript {path.name}` writes one."
        ) from None
    return cited


def to_markdown(article: Article, sentences: Sequence[Sentence], cited: Cited) -> str:
    """Render Markdown: a block for each paragraph, numbered sentences, the cited ones in bold."""
    head = [f"# {_markdown(article.title or 'Article')}"]
    if origin := _origin(article):
        head.append(_markdown(origin))
    if article.url:
        head.append(f"<{article.url}>")
    blocks = (
        " ".join(_markdown_sentence(sentence, cited) for sentence in paragraph)
        for paragraph in _paragraphs(sentences)
    )
    return "\n\n".join((*head, *blocks)) + "\n"


def to_html(article: Article, sentences: Sequence[Sentence], cited: Cited) -> str:
    """Render a whole page without scripts; cited sentences are marked, with their questions."""
    origin = escape(_origin(article))
    if article.url:
        origin = f'<a href="{escape(article.url)}">{origin or escape(article.url)}</a>'
    paragraphs = (
        f"<p>{' '.join(_html_sentence(sentence, cited) for sentence in paragraph)}</p>"
        for paragraph in _paragraphs(sentences)
    )
    return _PAGE.format(
        language=escape(article.language),
        title=escape(article.title or "Article"),
        origin=f"<p>{origin}</p>\n" if origin else "",
        paragraphs="\n".join(paragraphs),
    )


def _paragraphs(sentences: Sequence[Sentence]) -> Iterator[Iterator[Sentence]]:
    for _, paragraph in groupby(sentences, key=lambda sentence: sentence.paragraph):
        yield paragraph


def _origin(article: Article) -> str:
    return " · ".join(filter(None, (article.author, article.site, article.published)))


def _markdown_sentence(sentence: Sentence, cited: Cited) -> str:
    text = f"\\[{sentence.number}\\] {_markdown(sentence.text)}"
    return f"**{text}**" if sentence.number in cited else text


def _markdown(text: str) -> str:
    """The text on one line, with characters that Markdown would interpret escaped."""
    return _SPECIAL.sub(
        lambda m: f"\\{m[0]}" if m[1] else f"{m[2][:-1]}\\{m[2][-1]}", " ".join(text.split())
    )


def _html_sentence(sentence: Sentence, cited: Cited) -> str:
    text = f"<sup>{sentence.number}</sup> {escape(sentence.text)}"
    if questions := cited.get(sentence.number):
        text = f'<mark title="{escape(" · ".join(questions))}">{text}</mark>'
    return f'<span id="s{sentence.number}">{text}</span>'
