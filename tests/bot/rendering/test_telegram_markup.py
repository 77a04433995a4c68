"""Telegram's HTML, for terminals and for pages."""

import io

import pytest
from rich.console import Console, RenderableType

from bot.rendering.telegram_markup import to_coloured, to_safe_html


def shown_in_terminal(rendered: RenderableType, *, color: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200, highlight=False, force_terminal=color)
    console.print(rendered)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def printed(html: str, *, color: bool = False) -> str:
    return shown_in_terminal(to_coloured(html), color=color)


def test_quotes_are_indented_and_have_their_place_below() -> None:
    html = "I'm not sure:\n\n<blockquote>It <b>is</b> &lt;so&gt;.</blockquote>\n<i>Sentence 1</i>"
    assert printed(html) == "I'm not sure:\n  It is <so>.\nSentence 1\n"


def test_a_terminal_shows_styles_and_links() -> None:
    out = printed('<b>bold</b> <a href="https://example.org/">there</a>', color=True)
    assert "\x1b[1mbold" in out
    assert "https://example.org/" in out


@pytest.mark.parametrize("html", ["", "\n", "<b></b>", "</b>", "<b>", "<i>a</b>", "<x>y</x>"])
def test_anything_can_be_shown(html: str) -> None:
    printed(html)
    to_safe_html(html)


def test_control_characters_do_not_steer_the_terminal() -> None:
    assert "\x1b" not in printed("a\x1b[2Jb")


@pytest.mark.parametrize(
    "html",
    [
        "a <b>b</b> <i>c</i>",
        "<blockquote>a &amp; b</blockquote>\nc",
        '<a href="https://example.org/?a=1&amp;b=2">there</a>',
    ],
)
def test_what_telegram_knows_stays_on_a_page(html: str) -> None:
    assert to_safe_html(html) == html


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("<b onclick=x>y</b>", "<b>y</b>"),
        ('<a href="javascript:x">y</a>', "<a>y</a>"),
        ("<blockquote expandable>x</blockquote>", "<blockquote>x</blockquote>"),
        ("<b><i>x</b>", "<b><i>x</i></b>"),
        ("x</b>", "x&lt;/b&gt;"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_what_it_does_not_know_is_shown_as_it_is(html: str, safe: str) -> None:
    assert to_safe_html(html) == safe
