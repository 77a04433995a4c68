"""Addresses as people write them into a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import find_links, without_last_links, without_links

WIKI = "https://en.wikipedia.org/wiki/Lund_(city)"


@pytest.mark.parametrize(
    ("text", "links", "rest"),
    [
        ("https://example.org/a", ["https://example.org/a"], ""),
        ("www.example.org/a", ["https://www.example.org/a"], ""),
        ("HTTP://Example.org", ["HTTP://Example.org"], ""),
        ("https://example.org/a what does it say?", ["https://example.org/a"], "what does it say?"),
        ("Read https://example.org/a.", ["https://example.org/a"], "Read ."),
        ("(see https://example.org/a)", ["https://example.org/a"], "(see )"),
        (WIKI, [WIKI], ""),
        (f"({WIKI})", [WIKI], "()"),
        (
            "Did you read https://example.org/a?b=1?",
            ["https://example.org/a?b=1"],
            "Did you read ?",
        ),
        ("“https://example.org/a”", ["https://example.org/a"], "“”"),
        (
            "a https://a.org/1 b https://b.org/2, c",
            ["https://a.org/1", "https://b.org/2"],
            "a b , c",
        ),
        ("https://a.org https://a.org", ["https://a.org"], ""),
        ("Mail me at ann@www.example.org", [], "Mail me at ann@www.example.org"),
        ("www. is no address", [], "www. is no address"),
        ("What is a URL?", [], "What is a URL?"),
    ],
)
def test_links_and_the_words_around_them(text: str, links: list[str], rest: str) -> None:
    assert list(find_links(text)) == links
    assert without_links(text) == rest


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("It is red. https://a.org/1 www.b.org", "It is red."),
        ("See https://a.org/1 for more.", "See https://a.org/1 for more."),
        ("https://a.org/1", ""),
        ("It is red.", "It is red."),
    ],
)
def test_the_last_links_are_no_part_of_a_line(line: str, rest: str) -> None:
    assert without_last_links(line) == rest


@given(st.text(st.sampled_from("htps:/w.aé ?!)(,“\n")))
def test_any_text_can_be_looked_through(text: str) -> None:
    for link in find_links(text):
        assert "://" in link
        assert not any(character.isspace() for character in link)
    without_links(text)
