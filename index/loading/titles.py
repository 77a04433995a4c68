"""What an article is called where it has no headline: by its file's name, if that says something,
or else by its first words."""

import re
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.text.normalizing import without_marks
from index.types import Article

_FEWEST_LETTERS = 3
"""Letters that a word needs to say something: "A" and "Q2" do not."""

_MOST_WORDS = 8
_LONGEST = 60
"""Words and characters of a first sentence that are shown."""

_PARAGRAPHS_READ = 20
_READ = 400
"""Paragraphs, and characters of each, in which the first sentence is looked for."""

FINAL = ".。!?:;,…\"”'"
"""Characters that a sentence or a part of it ends with, and a headline does not."""

# Words by which programs, cameras and people in a hurry name a file, whatever is in it.
_SAYS_NOTHING = frozenset(
    """
    and anonymous article arxiv attachment clipboard copy default doc document docx download
    downloaded draft dsc export file final html image img index layout message microsoft name new
    noname none note notes output page paper paste pasted pdf photo pict picture powerpoint
    presentation print printout saved scan scanned screenshot slide telegram temp template test text
    the title tmp txt unknown unnamed untitled version whatsapp without word
    ausdruck bild datei dokument entwurf foto kopie neu neues ohne scanner seite textdokument titel
    unbenannt
    archivo artículo borrador captura copia descarga documento escaneado escaneo imagen nuevo página
    sin texto título
    без документ изображение имени копия название новый скан скриншот снимок текст текстовый файл
    фото
    """.split()  # noqa: SIM905 - a word list reads better as text
)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"(?=\D*\d)[0-9a-f]{8,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_MARKS_BEFORE = re.compile(r"\A(?:[#>*+•–—-]+\s+)+")


def from_file_name(name: str) -> str:
    """A file's name as a title: `the-bridge.md` becomes "The Bridge".

    It is empty where the name says nothing of what is in the file, such as `A.txt`,
    `scan0001.pdf` or `document (3).pdf`.
    """
    stem = Path(name).stem
    if not says_something(stem):
        return ""
    title = stem.replace("-", " ").replace("_", " ").strip()
    return string.capwords(title) if title.islower() else title


def says_something(title: str) -> bool:
    """Whether a title has a word that is not one of those by which anything is named."""
    words = _WORD.findall(_UUID.sub(" ", title))
    bare = (word.strip(string.digits) for word in words if not _HASH.fullmatch(word))
    return any(
        has_word(word) and word.lower() not in _SAYS_NOTHING
        for word in bare
        if not any(map(str.isdigit, word))
    )


def has_word(text: str) -> bool:
    """Whether a text has more than a letter or two. In Chinese, say, a letter is a word."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= _FEWEST_LETTERS or any(
        letter.lower() == letter.upper() for letter in letters
    )


def titled(article: Article) -> Article:
    """The article; without a title, its first words become that."""
    return article if article.title else replace(article, title=_first_words(article))


def one_line(text: str) -> str:
    """A headline or a sentence as it reads: on one line, without the marks of Markdown."""
    return _MARKS_BEFORE.sub("", " ".join(without_marks(text).split()), count=1)


def _first_words(article: Article) -> str:
    """The first line, if it is no sentence, or else the first words and "…"."""
    sentences = list(_first_sentences(article))
    first = next(filter(has_word, sentences), next(iter(sentences), ""))
    shown = " ".join(first.split(" ")[:_MOST_WORDS])
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST + 1].rpartition(" ")[0] or shown[:_LONGEST]
    if shown == first and not first.endswith(tuple(FINAL)):
        return shown
    return f"{shown.rstrip(f'{FINAL} –—-') or shown}…"


def _first_sentences(article: Article) -> Iterator[str]:
    # Few articles need it, and the process that parses a page not at all.
    from index.text.sentences import sentence_spans

    for start, end in article.paragraphs[:_PARAGRAPHS_READ]:
        beginning = article.text[start : min(end, start + _READ)]
        for span in sentence_spans(beginning, article.language):
            sentence = one_line(beginning[slice(*span)])
            if _LETTER_OR_DIGIT.search(sentence):
                yield sentence
