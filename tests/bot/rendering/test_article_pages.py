"""Articles with numbered sentences, as Markdown and as a page."""

import json
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.rendering.article_pages import TranscriptError, cited_in, to_html, to_markdown
from index.loading import load_text
from index.text.sentences import split_sentences
from index.types import Article

HARBOUR = load_text(
    "The harbour opened in 1902. It was built by Ada *Moor* & co.\n\n"
    "# 1. A ticket costs <b>three</b> crowns.",
    language="en",
)
SENTENCES = split_sentences(HARBOUR)


def transcript(path: Path, *citations: tuple[int, str]) -> Path:
    turns = [
        {"say": "Who built it?", "reply": {"citations": [{"sentence": n, "text": text}]}}
        for n, text in citations
    ]
    path.write_text(json.dumps([*turns, {"say": "hi", "reply": None}]))
    return path


def test_markdown_shows_every_sentence_with_its_number_and_word_for_word() -> None:
    page = MarkdownIt().render(to_markdown(HARBOUR, SENTENCES, {}))
    shown = lxml.html.fromstring(page).text_content()
    for sentence in SENTENCES:
        assert f"[{sentence.number}] {sentence.text}" in shown
    assert "<b>three" not in page
    assert page.count("<p>") == 2


def test_html_shows_every_sentence_with_its_number_and_word_for_word() -> None:
    page = lxml.html.fromstring(to_html(HARBOUR, SENTENCES, {}))
    for sentence in SENTENCES:
        (shown,) = page.xpath(f"//*[@id='s{sentence.number}']")
        assert shown.text_content() == f"{sentence.number} {sentence.text}"
    assert not page.xpath("//mark | //script | //b")
    assert len(page.xpath("//p")) == 2


def test_what_a_conversation_cited_is_marked(tmp_path: Path) -> None:
    cited = cited_in(transcript(tmp_path / "said.json", (2, SENTENCES[1].text)), SENTENCES)
    (marked,) = lxml.html.fromstring(to_html(HARBOUR, SENTENCES, cited)).xpath("//mark")
    assert marked.text_content() == f"2 {SENTENCES[1].text}"
    assert marked.get("title") == "Who built it?"
    page = lxml.html.fromstring(MarkdownIt().render(to_markdown(HARBOUR, SENTENCES, cited)))
    (bold,) = page.xpath("//strong")
    assert bold.text_content() == f"[2] {SENTENCES[1].text}"


def test_what_was_cited_of_another_article_is_not_marked(tmp_path: Path) -> None:
    said = transcript(tmp_path / "said.json", (2, "Something else."), (99, SENTENCES[1].text))
    assert cited_in(said, SENTENCES) == {}


@pytest.mark.parametrize(
    "content", ["", "{", "{}", "[1]", '[{"reply": {"citations": [{}]}}]', None]
)
def test_what_is_no_transcript_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "said.json"
    if content is not None:
        path.write_text(content)
    if content == "{}":
        assert cited_in(path, SENTENCES) == {}
        return
    with pytest.raises(TranscriptError, match=r"said\.json"):
        cited_in(path, SENTENCES)


def test_the_origin_of_a_page_is_named() -> None:
    page = Article(
        "id", "Moor & co", "One.", ((0, 4),), url="https://example.org/?a=1&b=2",
        site="Example", author="Ann", published="2024-05-03",
    )  # fmt: skip
    sentences = split_sentences(page)
    html = lxml.html.fromstring(to_html(page, sentences, {}))
    assert html.xpath("//a/@href") == [page.url]
    assert html.xpath("string(//a)") == "Ann · Example · 2024-05-03"
    markdown = to_markdown(page, sentences, {})
    assert "# Moor \\& co\n" in markdown
    assert f"<{page.url}>" in markdown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_markdown_never_takes_a_text_for_marks(text: str) -> None:
    words = " ".join(text.split())
    if not any(map(str.isalnum, words)):
        return
    article = Article("id", "T", words, ((0, len(words)),))
    sentences = split_sentences(article)
    page = lxml.html.fromstring(MarkdownIt().render(to_markdown(article, sentences, {})))
    shown = " ".join(page.xpath("string(//p)").split())
    assert shown == " ".join(f"[{s.number}] {' '.join(s.text.split())}" for s in sentences)
