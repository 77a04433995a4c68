"""The view of a text that is compared: what people write differently becomes the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.normalizing import normalize
from tests.growth import assert_linear

SAME = [
    ("", ""),
    ("plain text", "plain text"),
    ("  a\tb \n c\u2028d\xa0e\u2003f ", "a b c d e f"),
    ("don’t ‘so’ ‚so‛", "don't 'so' 'so'"),
    ("“so” „so‟ «so»", '"so" "so" "so"'),
    ("5′ 6″ 7‴", "5' 6\" 7'''"),
    ("co‐op, co‑op, 1‒2", "co-op, co-op, 1-2"),
    ("a – b — c", "a – b — c"),
    ("un\u00adlike\u00adly \u200bword\u200d \ufeffend", "unlikely word end"),
    ("\u202aright\u202c \u2066left\u2069 to\u061cgether", "right left together"),
    ("ﬁne ｆｕｌｌ １２ ½ x²", "fine full 12 1⁄2 x2"),
    ("cafe\u0301", "caf\u00e9"),
    ("wait…", "wait..."),
    ("a\ud800b", "a\ufffdb"),
    ("Das Straßenfest", "Das Straßenfest"),
]
MARKDOWN = [
    ("Read [the report](https://a.example/b) now.", "Read the report now."),
    ('[a](b "the title") c', "a c"),
    ("![a bridge](bridge.png)", "a bridge"),
    ("[![a bridge](bridge.png)](https://a.example)", "a bridge"),
    ("Read [it](https://a.example/b_(c)) now.", "Read it now."),
    ("[one](a) and [two](b)", "one and two"),
    (
        "It is **very** good, *really* `so` __true__ ***now***.",
        "It is very good, really so true now.",
    ),
    ("It is **_very_** good.", "It is very good."),
    ("**[the report](a)**", "the report"),
    ("*one* and *two*", "one and two"),
    ("*over\ntwo lines*", "over two lines"),
]
NO_MARKDOWN = [
    "snake_case_name",
    "5 * 3 * 2 = 30",
    "2*3*4",
    "array[0] (sic)",
    "[sic] (really)",
    "a_b",
    "* a star",
]
ADVERSARIAL = [
    *("*a ", "_a ", " `a", "[", "[](", "![a](", "**", "a* ", '[a](x "', "\u00ad", "\n"),
    *("\u0301\u0316", "\uff9e\u0301", "a" + "\u0301" * 20 + "\u0316" * 20),
]

# Without what makes Markdown: marks may nest, and then a second pass finds more of them.
unmarked = st.text(st.characters(exclude_characters="*_`[]"))


@pytest.mark.parametrize(("text", "expected"), SAME)
def test_typography_and_invisible_characters_do_not_matter(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(("text", "expected"), MARKDOWN)
def test_markdown_keeps_its_words_and_loses_its_marks(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize("text", NO_MARKDOWN)
def test_stars_and_brackets_that_are_no_markdown_stay(text: str) -> None:
    assert normalize(text) == text


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_no_text_takes_long(piece: str) -> None:
    assert_linear(lambda times: normalize(piece * times), 30_000)


def test_accents_that_stand_on_each_other_are_in_the_usual_order() -> None:
    assert normalize("a\u0301\u0316") == normalize("a\u0316\u0301") == "\u00e1\u0316"
    assert normalize("-" * 100) == "-" * 100


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_encoded(text: str) -> None:
    line = normalize(text)
    line.encode("utf-8")
    assert line == " ".join(line.split())
    assert unicodedata.is_normalized("NFKC", line)


@given(st.text("ab'\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff"))
def test_nothing_invisible_is_left(text: str) -> None:
    assert set(normalize(text)) <= set("ab'")


@given(unmarked)
def test_a_second_time_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(unmarked)
def test_words_do_not_depend_on_soft_hyphens(text: str) -> None:
    assert normalize("\u00ad".join(text)) == normalize(text)
