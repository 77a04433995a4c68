"""Files, bytes and pasted texts -> articles. Tables of cases; a bug adds a row."""

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import (
    ArticleError,
    ArticleNotFound,
    ArticleTooLarge,
    EmptyArticle,
    UnsupportedArticle,
)
from index.loading import MAX_BYTES, load_bytes, load_file, load_text
from index.loading.limits import MAX_CHARACTERS, MAX_TEXT_BYTES
from index.text.sentences import split_sentences
from index.types import Article
from tests.growth import assert_linear

PARAGRAPHS = [
    ("One.", ["One."]),
    ("One.\n\nTwo.", ["One.", "Two."]),
    ("One.\n \t\nTwo.\n\n\n\nThree.\n", ["One.", "Two.", "Three."]),
    ("One,\nstill one.\n\nTwo.", ["One,\nstill one.", "Two."]),
    ("One.\r\n\r\nTwo,\r\nstill two.", ["One.", "Two,\r\nstill two."]),
    ("One.\r\rTwo.", ["One.", "Two."]),
    ("One.\u2029Two,\u2028still two.", ["One.", "Two,\u2028still two."]),
    ("One.\n\u200b\nTwo.\n\ufeff\nThree.", ["One.", "Two.", "Three."]),
    (f"{'long ' * 30}\nTwo.\nStill two.", ["long " * 30, "Two.\nStill two."]),
]
FURNITURE = [
    ("One.\n\nLeave a Reply", ["One."]),
    ("Share this:\nOne.\nStill one.\nAdvertisement\nTwo.", ["One.\nStill one.", "Two."]),
    ("One.\r\nLeave a Reply\r\nTwo.", ["One.", "Two."]),
    ("One.\rLeave a Reply\rTwo.", ["One.", "Two."]),
    ("One.\x85Leave a Reply\x85Two.", ["One.", "Two."]),
    ("One.\u2028Leave a Reply\u2028Two.", ["One.", "Two."]),
    ("One.\n\xa0Leave a Reply\u200b\n", ["One."]),
    ("“Leave a reply,” he said.", ["“Leave a reply,” he said."]),
]
SENTENCES = [
    ("One. Two.", ["One.", "Two."]),
    ("One.\r\nTwo is\r\nlonger. Three.", ["One.", "Two is\r\nlonger.", "Three."]),
    ("One.\rTwo.", ["One.", "Two."]),
    ("One.\x85Two.\u2028Three.\u2029Four.", ["One.", "Two.", "Three.", "Four."]),
    ("\ufeffOne.\xa0Two.", ["One.", "Two."]),
    ("It is un\u00adlike\u00adly.\u200b It\xa0is.", ["It is un\u00adlike\u00adly.", "It\xa0is."]),
    ("“It’s so,” he said. ‘No.’", ["“It’s so,” he said.", "‘No.’"]),
    ("A\ud800b. C.", ["A\ufffdb.", "C."]),
]
TITLES = [
    ("One.", ""),
    ("The bridge\n\nIt opened.", "The bridge"),
    ("The bridge\r\n\r\nIt opened.", "The bridge"),
    ("\n\n  The bridge \n\nIt opened.", "The bridge"),
    ("  \nThe bridge\n\nIt opened.", "The bridge"),
    ("* * *\n\nThe bridge\n\nIt opened.", "The bridge"),
    ("\u2003\n\nThe bridge\n\nIt opened.", "The bridge"),
    ("\ufeffThe bridge\n\nIt opened.", "The bridge"),
    ("Share this:\n\nThe bridge\n\nIt opened.", "The bridge"),
    ("The bridge opened.\n\nIt cost a lot.", ""),
    ("“The bridge opened”\n\nIt cost a lot.", ""),
    ("The bridge\nopened\n\nIt cost a lot.", ""),
    (f"{'long ' * 40}\n\nIt opened.", ""),
    ("The bridge", ""),
    ("I\n\nThe bridge opened.", ""),
    ("1984\n\nThe bridge opened.", ""),
    ("## The **bridge**\n\nIt opened.", "The bridge"),
]
FILE_NAMES = [
    ("north-korea_weapons.txt", "North Korea Weapons"),
    ("NATO-facts.md", "NATO facts"),
    ("don't-panic.txt", "Don't Panic"),
    ("folder/the-bridge.md", "The Bridge"),
    ("été.txt", "Été"),
    ("A.txt", "It opened…"),
    ("", "It opened…"),
]
MARKDOWN = [
    ("# The bridge\n\nIt opened.", ["The bridge", "It opened."]),
    ("The bridge\n===\n\nIt opened.\nToday.", ["The bridge", "It opened.\nToday."]),
    ("## One\n### Two\nText.", ["One", "Two", "Text."]),
    ("# The bridge ##\n\nIt opened.", ["The bridge", "It opened."]),
    ("- one\n- two\n  goes on\n  - three\n* four", ["one", "two\n  goes on", "three", "four"]),
    ("1. one\n2) two\n\n10. ten", ["one", "two", "ten"]),
    ("- " * 12 + "deep", ["deep"]),
    ("> one\n\n> > two", ["one", "two"]),
    ("| a | b |\n|---|---|\n| c | d |", ["| a | b |", "| c | d |"]),
    ("One.\n\n```py\ncode()\n```\n\n    more_code()\n\nTwo, `inline`.", ["One.", "Two, `inline`."]),
    ("One.\n\n<!-- a remark -->\n\nTwo <b>bold</b>.", ["One.", "Two <b>bold</b>."]),
    ("One.\n\n---\n\nTwo.\n\n***\n", ["One.", "Two."]),
    ("---\ntitle: A\ntags: [b]\n---\n\nOne.", ["One."]),
    ("---\r\ntitle: A\r\n---\r\nOne.\r\n\r\nTwo.", ["One.", "Two."]),
    ("One.\n\n[a]: https://a.example\n\nTwo.", ["One.", "Two."]),
    ("One.\n\n## Leave a Reply\n\n- Share on Facebook\n\nTwo.", ["One.", "Two."]),
    ("One,\x0bstill one.\n\nTwo.\u2028\n# Three", ["One,\x0bstill one.", "Two.", "Three"]),
]
MARKDOWN_TITLES = [
    ("---\ntitle: The bridge\n---\n\n# Head\n\nIt opened.", "The bridge"),
    ("---\ntitle: 'The bridge'\nx: y\n---\n\nIt opened.", "The bridge"),
    ('---\ntitle: "The bridge: a story"\n---\n\nIt opened.', "The bridge: a story"),
    ("---\nauthor: Ann Orr\n---\n\n# The bridge\n\nIt opened.", "The bridge"),
    ('---\ntitle: ""\n---\n\n# The bridge\n\nIt opened.', "The bridge"),
    ("---\ntitle:\n---\n\n# The bridge\n\nIt opened.", "The bridge"),
    ("# The bridge ##\n\nIt opened.", "The bridge"),
    ("The bridge\n===\n\nIt opened.", "The bridge"),
    ("![A bridge](bridge.png)\n\n# The bridge\n\nIt opened.", "The bridge"),
    ("It opened.\n\n# The *bridge*\n\n# The end", "The bridge"),
    ("It opened.\n\n```\n# code\n```\n\nIt cost a lot.", "It opened…"),
]
ENCODINGS = [
    b"caf\xc3\xa9. Two.",
    codecs.BOM_UTF8 + b"caf\xc3\xa9. Two.",
    "café. Two.".encode("utf-16"),
    codecs.BOM_UTF16_LE + "café. Two.".encode("utf-16-le"),
    codecs.BOM_UTF16_BE + "café. Two.".encode("utf-16-be"),
    codecs.BOM_UTF32_LE + "café. Two.".encode("utf-32-le"),
    codecs.BOM_UTF32_BE + "café. Two.".encode("utf-32-be"),
]
NO_TEXT = [
    b"\x89PNG\r\n\x1a\n\0\0",
    b"a\0b",
    "no mark".encode("utf-16-le"),
    codecs.BOM_UTF16_LE + b"odd",
    b"\x7fELF\x02\x01\x01" + bytes(range(1, 32)) * 3,
]
EMPTY = ["", " \n\n\t", "\ufeff\u200b", "* * *\n\n---", "Leave a Reply", "Share this:\n\n...\n\n©"]

# Text of what opens and ends blocks, and any text at all.
pieces = st.sampled_from(
    [
        *"aB1 .!?\"'#*->+|`~:()[]<&;\\=_\t\n\r\x85\u2028\u2029\v\f\x1c\0\ufeff\u200b\xad\ud800é日",
        *("\n\n", "\r\n\r\n", "    ", "---\n", "```\n", "| a |\n|---|\n", "1. ", "- ", "> ", "# "),
        *("Leave a Reply", "<div>\n", "<!--", "[a]: b\n", "===\n", "title: x\n"),
    ]
)
texts = st.one_of(st.lists(pieces, max_size=40).map("".join), st.text())
names = st.one_of(st.sampled_from(["a.md", "a.txt", "", "b/c.MD", "\0"]), st.text())


def paragraphs(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def load_if_possible(text: str, *, markdown: bool) -> Article | None:
    try:
        return load_text(text, markdown=markdown)
    except ArticleError:
        return None


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS)
def test_paragraphs_lie_between_blank_lines_and_after_long_lines(
    text: str, expected: list[str]
) -> None:
    assert paragraphs(load_text(text)) == expected


@pytest.mark.parametrize(("text", "expected"), FURNITURE)
def test_furniture_is_left_out(text: str, expected: list[str]) -> None:
    assert paragraphs(load_text(text)) == expected


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences_are_exactly_what_the_source_holds(text: str, expected: list[str]) -> None:
    article = load_text(text)
    found = split_sentences(article)
    assert [sentence.text for sentence in found] == expected
    assert [article.text[s.start : s.end] for s in found] == expected
    assert article.text == text.replace("\ud800", "\ufffd")


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_a_headline_is_the_title(text: str, title: str) -> None:
    assert load_text(text, title="Given").title == (title or "Given")


def test_a_headline_goes_before_a_given_title() -> None:
    assert load_text("The bridge\n\nIt opened.", title="Given").title == "The bridge"
    assert load_text("It opened.", title="Given").title == "Given"


@pytest.mark.parametrize(("name", "title"), FILE_NAMES)
def test_a_file_without_a_headline_is_titled_by_its_name(name: str, title: str) -> None:
    assert load_bytes(b"It opened.", name).title == title


def test_a_text_has_the_same_id_whenever_it_is_read() -> None:
    assert load_text("One.").id == load_text("One.").id != load_text("Two.").id


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_article_knows_its_language(language: str) -> None:
    assert load_text("One.", language=language).language == language
    assert load_bytes(b"One.", "a.md", language=language).language == language


@pytest.mark.parametrize(("text", "expected"), MARKDOWN)
def test_markdown_blocks_are_paragraphs(text: str, expected: list[str]) -> None:
    assert [block.rstrip() for block in paragraphs(load_text(text, markdown=True))] == expected


@pytest.mark.parametrize(("text", "title"), MARKDOWN_TITLES)
def test_markdown_is_titled_by_its_front_matter_or_first_heading(text: str, title: str) -> None:
    assert load_text(text, markdown=True).title == title


@pytest.mark.parametrize("name", ["a.md", "a.MD", "a.markdown", "a.mkd", "a.mdown"])
def test_markdown_is_told_by_its_file_name(name: str) -> None:
    assert paragraphs(load_bytes(b"# One\n\nTwo.", name)) == ["One", "Two."]
    assert paragraphs(load_bytes(b"# One\n\nTwo.", "a.txt")) == ["# One", "Two."]


@pytest.mark.parametrize("content", ENCODINGS)
def test_a_byte_order_mark_tells_the_encoding(content: bytes) -> None:
    article = load_bytes(content, "a.txt")
    assert article.text == "café. Two."
    assert [s.text for s in split_sentences(article)] == ["café.", "Two."]


def test_line_ends_of_bytes_are_as_an_editor_counts_them() -> None:
    article = load_bytes(b"One,\r\nstill one.\r\rTwo.", "a.txt")
    assert article.text == "One,\nstill one.\n\nTwo."
    assert paragraphs(article) == ["One,\nstill one.", "Two."]


@pytest.mark.parametrize("content", NO_TEXT)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedArticle, match=r"^That .*is not .*\.$"):
        load_bytes(content, "a.txt")


@pytest.mark.parametrize("markdown", [False, True])
@pytest.mark.parametrize("text", EMPTY)
def test_a_text_without_a_letter_or_digit_is_refused(text: str, markdown: bool) -> None:
    with pytest.raises(EmptyArticle, match="at least one sentence"):
        load_text(text, markdown=markdown)


def test_markdown_of_nothing_but_code_is_refused() -> None:
    with pytest.raises(EmptyArticle):
        load_text("```\ncode()\n```", markdown=True)


def test_a_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert load_text("a" * MAX_CHARACTERS).text == "a" * MAX_CHARACTERS
    with pytest.raises(ArticleTooLarge, match="1,000,000 characters"):
        load_text("a" * (MAX_CHARACTERS + 1))


def test_bytes_over_the_limit_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(ArticleTooLarge):
        load_bytes(b"\xff" * (MAX_TEXT_BYTES + 1), "a.txt")


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "the-bridge.md"
    file.write_bytes(b"# Head\r\n\r\nIt opened.\r\n")
    article = load_file(file)
    assert article.title == "Head"
    assert paragraphs(article) == ["Head", "It opened."]


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as content:
        content.truncate(MAX_BYTES + 1)
    with pytest.raises(ArticleTooLarge):
        load_file(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArticleNotFound, match=r"There is no file .*missing\.txt\."):
        load_file(tmp_path / "missing.txt")


def test_a_folder_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(ArticleNotFound, match="is a folder"):
        load_file(tmp_path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "file.txt/inside"])
def test_a_path_that_can_not_be_read_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("One.")
    with pytest.raises(ArticleNotFound):
        load_file(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        lambda size: f"---\ntitle: a{' ' * size}b\n---\n\nOne.",
        lambda size: "One.\n" + " " * size + "Two.",
        lambda size: "\n\u200b" * (size // 10) + "One.",
        lambda size: "- " * (size // 2) + "\n\nOne.",
        lambda size: "> " * (size // 2) + "\n\nOne.",
        lambda size: "![a](" * (size // 2),
        lambda size: "a|" * (size // 4) + "\n" + "-|" * (size // 4) + "\nOne.",
    ],
)
def test_no_text_takes_long(text: Callable[[int], str]) -> None:
    assert_linear(lambda size: paragraphs(load_text(text(size), markdown=True)), 200_000)


@given(texts, st.booleans())
def test_paragraphs_of_any_text_are_ordered_and_disjoint(text: str, markdown: bool) -> None:
    article = load_if_possible(text, markdown=markdown)
    last = 0
    for start, end in article.paragraphs if article else ():
        assert last <= start < end <= len(text)
        last = end


@given(texts, st.booleans())
def test_an_article_has_a_sentence_and_every_sentence_is_verbatim(
    text: str, markdown: bool
) -> None:
    if article := load_if_possible(text, markdown=markdown):
        found = split_sentences(article)
        assert found
        assert all(article.text[s.start : s.end] == s.text for s in found)
        assert len(article.text) == len(text)


@given(texts, st.booleans())
def test_a_title_is_a_line_with_a_word(text: str, markdown: bool) -> None:
    if (article := load_if_possible(text, markdown=markdown)) and article.title:
        assert article.title == article.title.strip()
        assert len(article.title.splitlines()) == 1
        assert any(character.isalnum() for character in article.title)


@given(st.one_of(st.binary(), texts.map(lambda text: text.encode(errors="surrogatepass"))), names)
def test_any_bytes_are_an_article_or_refused(content: bytes, name: str) -> None:
    try:
        article = load_bytes(content, name)
    except ArticleError:
        return
    assert split_sentences(article)
