"""What a file is, and that each kind is read."""

from pathlib import Path

import pytest

from index.errors import ArticleTooLarge, UnsupportedArticle
from index.loading import load_bytes, load_file
from index.loading.limits import MAX_HTML_BYTES

SENTENCES = [
    "The new bridge over the river opened on Monday after five years of work by the city.",
    "Thousands of people walked across it in the first hours, though it rained all morning.",
    "Žižkov sent its brass band, and the mayor of Łódź came with a letter of good wishes.",
]
MARKUP = "<html><body><h1>Open</h1>" + "".join(f"<p>{s}</p>" for s in SENTENCES) + "</body></html>"
TEXT = "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (MARKUP.encode(), "page.html", None),
        (MARKUP.encode(), "", None),
        (MARKUP.encode(), "page.txt", "text/plain"),
        (f"\ufeff\n<!-- a --><!DOCTYPE html>{MARKUP}".encode(), "", None),
        (MARKUP.encode("utf-16"), "", None),
        (MARKUP.removeprefix("<html><body>").encode(), "page.HTM", None),
        (MARKUP.removeprefix("<html><body>").encode(), "", "text/html; charset=utf-8"),
        (MARKUP.encode("iso8859-2"), "", "text/html; charset=iso-8859-2"),
        (f"<?xml version='1.0'?>{MARKUP}".encode(), "a.xhtml", "application/xhtml+xml"),
    ],
)
def test_a_page_is_told_by_its_bytes_name_or_type(
    content: bytes, name: str, media_type: str | None
) -> None:
    article = load_bytes(content, name, media_type=media_type)
    assert article.title == "Open"
    assert article.text == TEXT


def test_a_page_knows_its_address_and_obeys_a_given_language(tmp_path: Path) -> None:
    article = load_bytes(MARKUP.encode(), "", url="https://news.example/a#b", language="cs")
    assert (article.url, article.language) == ("https://news.example/a", "cs")
    (tmp_path / "page.html").write_text(MARKUP, encoding="utf-8")
    assert load_file(tmp_path / "page.html").text == TEXT


@pytest.mark.parametrize("text", ["Use <html> first.", "It begins with %PDF-1.4, she said."])
def test_a_text_about_pages_is_a_text(text: str) -> None:
    assert load_bytes(text.encode(), "a.md").text == text


def test_a_broken_pdf_is_told_by_its_first_bytes() -> None:
    with pytest.raises(UnsupportedArticle, match="PDF"):
        load_bytes(b"%PDF-1.7 and nothing more", "a.txt")


def test_each_kind_has_its_limit() -> None:
    with pytest.raises(ArticleTooLarge, match="5 MB"):
        load_bytes(b"<html>" + b" " * MAX_HTML_BYTES, "")


def test_a_text_knows_where_it_came_from() -> None:
    article = load_bytes(b"The harbour opened in 1902.", "a.txt", url="https://example.org/a.txt")
    assert article.url == "https://example.org/a.txt"
