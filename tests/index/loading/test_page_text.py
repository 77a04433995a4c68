"""What a browser shows of a page, as it searches it: a table of cases; a bug adds a row."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loading.page_text import page_text
from tests.growth import assert_linear

RUNS = [
    # Inline elements are read through.
    ("<p>One <b>two</b>, <a href=x>thr<i>ee</i></a>.</p>", "One two, three."),
    ("<p>One<!-- no --> two<?no?> thr<wbr>ee.</p>", "One two three."),
    ("<p>H<sub>2</sub>O [<sup>1</sup>]</p>", "H2O [1]"),
    ("<p><font>One</font> <my-own>two</my-own></p>", "One two"),
    # White space is collapsed, also between elements; the non-breaking is none.
    ("<p>\n  One \t<b> two</b>\r\n <i> </i> three </p>", "One two three"),
    ("<p>One&nbsp; two&#x3000;three</p>", "One\xa0 two\u3000three"),
    ("<p>未来は\n  明るい。</p>", "未来は 明るい。"),
    ("<p>한국어\n텍스트</p>", "한국어 텍스트"),
    ("<p>soft&shy;ly</p>", "soft\u00adly"),
    ("<pre>one  two\n\tthree four</pre>five\n six", "one\ntwo\nthree four\nfive six"),
    # Blocks and what is like them begin and end a run.
    ("<div>One<div>two</div>three</div>", "One\ntwo\nthree"),
    ("<h1>One</h1><p>two<p>three<blockquote>four</blockquote>", "One\ntwo\nthree\nfour"),
    ("<ul><li>One<li>two<ol><li>three</ol></ul>", "One\ntwo\nthree"),
    ("<table><caption>One<tr><th>two<td>three<tr><td>four</table>", "One\ntwo\nthree\nfour"),
    ("<dl><dt>One<dd>two</dl>", "One\ntwo"),
    ("<figure>One<figcaption>two</figcaption></figure>", "One\ntwo"),
    ("<p>One <button>two</button> three</p>", "One\ntwo\nthree"),
    ("<details><summary>One</summary>two</details>", "One\ntwo"),
    ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>", "漢kan字"),
    ("<p>One<span style='DISPLAY: block'>two</span>three</p>", "One\ntwo\nthree"),
    ("<p><span style='float:left'>O</span>ne</p>", "O\nne"),
    ("<p>One <span style='display:inline'>two</span> three</p>", "One two three"),
    # So do a line break, a picture and a script.
    ("<p>One<br>two<br/><br>three</p>", "One\ntwo\nthree"),
    ("<p>One <img src=x alt=no> two<hr>three</p>", "One\ntwo\nthree"),
    ("<p>One <script>no</script>two<style>no</style> three</p>", "One\ntwo\nthree"),
    ("<p>One <iframe>no</iframe>two <svg><text>no</text></svg>three</p>", "One\ntwo\nthree"),
    ("<p>One <select><option>no</select> two <input value=no>three</p>", "One\ntwo\nthree"),
    # What is not shown leaves no gap.
    ("<p>One<span hidden> no</span> two<b style='color:red;display:none'> no</b>.</p>", "One two."),
    ("<p>One<i style='visibility: hidden'>no</i> two<i inert>no</i>.</p>", "One two."),
    ("<p>One<noscript><p>no</p></noscript> two<template>no</template>.</p>", "One two."),
    ("<head><title>no</title></head><body>One<dialog>no</dialog></body>", "One"),
    ("<dialog open>One</dialog>", "One"),
    ("<div>One<i style='display:none'><pre>no  no</pre></i> two</div>", "One two"),
    ("<p hidden>no</p>", ""),
]


@pytest.mark.parametrize(("markup", "expected"), RUNS)
def test_each_run_of_shown_text_is_a_line(markup: str, expected: str) -> None:
    assert page_text(lxml.html.document_fromstring(markup)) == expected


def test_a_part_of_a_page_is_read_without_what_follows_it() -> None:
    tree = lxml.html.fromstring("<div><p>One <b>two</b> three</p>four</div>")
    assert page_text(tree.find("p")) == "One two three"


def deep(levels: int) -> lxml.html.HtmlElement:
    tree = inner = lxml.html.Element("div")
    for _ in range(levels):
        inner = lxml.html.etree.SubElement(inner, "div")
    inner.text = "One"
    return tree


def test_a_deep_page_is_read() -> None:
    assert page_text(deep(5000)) == "One"
    trees = {levels: deep(levels) for levels in (2_500, 20_000)}
    assert_linear(lambda levels: page_text(trees[levels]), 20_000)


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "<pre>", "</pre>"]) | st.text())
)
def test_a_line_has_ink_and_no_space_at_its_ends(pieces: list[str]) -> None:
    text = page_text(lxml.html.document_fromstring(f"<body>x{''.join(pieces)}"))
    assert all(line and line == line.strip(" \n\t") for line in text.split("\n"))
