"""What an article is called by its file's name, or by its first words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loading import load_bytes, load_text
from index.loading.titles import from_file_name

SAY_SOMETHING = [
    ("annual-report-2023.pdf", "Annual Report 2023"),
    ("report2023.txt", "Report2023"),
    ("Q3 results.md", "Q3 results"),
    ("COVID19.txt", "COVID19"),
    ("scan of the contract.pdf", "Scan Of The Contract"),
    ("猫.txt", "猫"),
]
SAY_NOTHING = [
    *("A.txt", "Q.pdf", "v2.md", "", ".txt", "---.txt", "12-34.txt", "2024-05-01.pdf"),
    *("document (3).pdf", "untitled", "Untitled-1.md", "New Text Document.txt", "final draft.md"),
    *("scan0001.pdf", "IMG_2033.txt", "IMG-20240501-WA0007.txt", "DSC01234.txt"),
    *("550e8400-e29b-41d4-a716-446655440000.txt", "beefbeef-beef-beef-beef-beefbeefbeef.txt"),
    *("d41d8cd98f00b204e9800998ecf8427e.pdf", "AgADBAADq6cxG.txt", "2301.01234v2.pdf"),
    *("Без имени 1.txt", "Neues Textdokument.txt", "sin título.txt", "Я.txt"),
]
FIRST_WORDS = [
    ("The ferry is late.", "The ferry is late…"),
    ("Is the ferry late? It is.", "Is the ferry late…"),
    ("The ferry to Holm runs twice a day, says the office.", "The ferry to Holm runs twice a day…"),
    ("The bridge\nIt opened on Monday. Many came to see it.", "The bridge"),
    ("It was opened by the\nmayor. Many came.", "It was opened by the mayor…"),
    ("1.\n\nI\n\nThe ferry is late.", "The ferry is late…"),
    ("[The ferry](https://example.org/ferry) is **late**.", "The ferry is late…"),
    ("> # The ferry is late.", "The ferry is late…"),
    ("The ferry - it is red - is late.", "The ferry - it is red - is…"),
    ("今日はいい天気ですね。散歩に行きましょう。", "今日はいい天気ですね…"),
    ("nowhere " * 30, "nowhere nowhere nowhere nowhere nowhere nowhere nowhere…"),
    ("x" * 99, "x" * 60 + "…"),
    ("* * *\n\n1", "1"),
]


@pytest.mark.parametrize(("name", "title"), SAY_SOMETHING)
def test_a_name_that_says_something_is_a_title(name: str, title: str) -> None:
    assert from_file_name(name) == title


@pytest.mark.parametrize("name", SAY_NOTHING)
def test_a_name_that_says_nothing_is_none(name: str) -> None:
    assert from_file_name(name) == ""
    assert load_bytes(b"The ferry is late. It is red.", name).title == "The ferry is late…"


@pytest.mark.parametrize(("text", "title"), FIRST_WORDS)
def test_without_a_title_the_first_words_are_one(text: str, title: str) -> None:
    assert load_text(text).title == title


def test_a_page_without_a_title_of_its_own_is_called_by_its_words() -> None:
    text = "The ferry to Holm was late. It rained, and the sea was high all day long. " * 9
    page = f"<html><title>Untitled</title><body><article><p>{text}</p></article></body></html>"
    assert load_bytes(page.encode(), "Q.html").title == "The ferry to Holm was late…"
    assert load_bytes(page.encode(), "late-ferry.html").title == "Late Ferry"
    headed = page.replace("<p>", "<h1>A late ferry</h1><p>")
    assert load_bytes(headed.encode(), "Q.html").title == "A late ferry"


@given(st.text(alphabet="abcdéß日本ア .!?,;:\n", max_size=300))
def test_a_title_has_no_other_words_than_the_text(text: str) -> None:
    if any(map(str.isalnum, text)):
        title = load_text(text).title
        assert title == title.strip()
        assert title.removesuffix("…") in " ".join(text.split())
        assert 0 < len(title) <= 61


@given(st.text())
def test_any_name_says_something_or_nothing(name: str) -> None:
    assert from_file_name(name).strip() == from_file_name(name)
