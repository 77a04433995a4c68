"""Telegram's HTML: what is refused, and what becomes of the rest."""

from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_server.entities import clean
from bot.telegram_server.html import HtmlError, parse_html

BAD_HTML = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("😀<p>x</p>", 'Unsupported start tag "p" at byte offset 4'),
    ("x<br/>y", 'Unsupported start tag "br/" at byte offset 1'),
    ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
    ("1 <2", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=x&y>z</a>", "Unexpected end of name token at byte offset 8"),
    ('<a ="x">z</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    (
        "<b expandable>x</b>",
        'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0',
    ),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("R&D", 'Unescaped "&" at byte offset 1'),
    ("a&nbsp;b", 'Unescaped "&" at byte offset 1'),
    (
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
        'Nested start tag "blockquote" at byte offset 13',
    ),
]


@pytest.mark.parametrize(("source", "error"), BAD_HTML)
def test_html_that_telegram_refuses(source: str, error: str) -> None:
    with pytest.raises(HtmlError) as raised:
        parse_html(source)
    assert str(raised.value) == error


GOOD_HTML = [
    ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
    ("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
    ("<strike>a</strike>", "a", [("strikethrough", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<blockquote>😀 <b>a</b></blockquote>", "😀 a", [("blockquote", 0, 4), ("bold", 3, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ("&lt;&gt;&amp;&quot;&#39;&#x27;", "<>&\"''", []),
    ("<b></b> x\t\r\n", "x", []),
    ("  <b> x</b>", " x", [("bold", 0, 2)]),
    ("<b>a <code>b</code> c</b>", "a b c", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]),
    ('<a href="https://e.org/x"><b>a</b></a>', "a", [("text_link", 0, 1), ("bold", 0, 1)]),
    ('<a href="https://e.org/x">a <code>b</code></a>', "a b", [("text_link", 0, 3)]),
    ('<a href="http://localhost/">a</a>', "a", []),
    ("<B>a</B>", "a", [("bold", 0, 1)]),
]


@pytest.mark.parametrize(("source", "text", "entities"), GOOD_HTML)
def test_html_that_telegram_takes(source: str, text: str, entities: list[Any]) -> None:
    parsed = parse_html(source)

    assert parsed.text == text
    assert [(e["type"], e["offset"], e["length"]) for e in parsed.entities] == entities


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=50, deadline=None)
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(escape(text)).text == clean(text).strip()


def test_html_keeps_addresses_and_languages() -> None:
    source = (
        '<a href="https://e.org?a=1&amp;b=2">x</a><pre><code class="language-py">y</code></pre>'
    )

    link, code = parse_html(source).entities

    assert link["url"] == "https://e.org/?a=1&b=2"
    assert (code["type"], code["language"]) == ("pre", "py")
