"""Pages -> articles. Small made pages; each shows one thing that real ones have."""

from collections.abc import Callable

import pytest

from index.errors import ArticleError, ArticleTooLarge, EmptyArticle
from index.loading.html import parse_html
from index.text.sentences import split_sentences
from index.types import Article
from tests.growth import assert_linear

BODY = [
    "The new bridge over the river opened on Monday after five years of work by the city.",
    "Thousands of people walked across it in the first hours, though it rained all morning.",
    "The mayor called it the most important building that the city has seen in a century.",
    "It cost forty million euros, a third of which was paid by the region and its towns.",
]
FRAME = [
    '<nav><a href="/">Home</a> <a href="/news">News of the day and of the week</a></nav>',
    '<div id="cookie-banner"><p>We use cookies to make this page better for you and us.</p></div>',
    '<div class="NewsletterBox"><p>Our best stories in your inbox, every morning at six.</p></div>',
    '<section id="comments"><h3>3 comments</h3><p>I think that it should be wider.</p></section>',
    '<div class="article-share"><a href="#">Share</a><a href="#">Tweet</a></div>',
    '<aside class="related-stories"><h3>Related</h3><p>The old one is closed at last.</p></aside>',
    '<ul><li><a href="/1">The old bridge is closed</a><li><a href="/2">The ferry stops</a></ul>',
    '<p>Related: <a href="/1">The old bridge is closed at last</a></p>',
    "<p>Sign up for our newsletter and get it every morning.</p>",
    '<p style="display: none">This is what nobody can see in the page at all.</p>',
    '<p class="sr-only">Opens in a new window for those who can not see it.</p>',
    "<footer><p>© 2024 The City Courier. All rights reserved.</p></footer>",
]


def page(body: str, head: str = "", title: str = "The bridge is open") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode()


def text_of(pieces: list[str]) -> str:
    return "".join(f"<p>{piece}</p>" for piece in pieces)


def paragraphs(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def test_a_page_is_an_article_of_its_paragraphs() -> None:
    article = parse_html(page(text_of(BODY)))
    assert article.title == "The bridge is open"
    assert article.text == "\n\n".join(BODY)
    assert paragraphs(article) == BODY
    assert article.language == "en"


def test_an_article_has_the_same_id_whatever_is_around_it() -> None:
    assert parse_html(page(text_of(BODY))).id == parse_html(page(text_of(BODY) + FRAME[3])).id


@pytest.mark.parametrize("frame", FRAME)
@pytest.mark.parametrize("where", [0, 2, 4])
def test_what_is_around_an_article_is_left_out(frame: str, where: int) -> None:
    body = text_of(BODY[:where]) + frame + text_of(BODY[where:])
    assert paragraphs(parse_html(page(body))) == BODY


def test_the_article_stays_whatever_its_parts_are_called() -> None:
    body = f'<div class="with-sidebar has-ads related-content">{text_of(BODY)}</div>'
    assert paragraphs(parse_html(page(body))) == BODY


def test_headings_lists_captions_and_tables_keep_their_place() -> None:
    body = (
        f"<p>{BODY[0]}</p><h2>What it is made of</h2>"
        "<ul><li>Twelve hundred tons of steel</li><li>Old oak, for the benches</li></ul>"
        f'<p>{BODY[1]}</p><figure><img src="a.jpg"><figcaption>People cross the bridge in the '
        f"rain on Monday morning.</figcaption></figure><p>{BODY[2]}</p>"
        "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2019</td><td>12 million</td></tr>"
        f"</table><blockquote><p>{BODY[3]}</p></blockquote>"
    )
    assert paragraphs(parse_html(page(body))) == [
        BODY[0],
        "What it is made of",
        "Twelve hundred tons of steel",
        "Old oak, for the benches",
        BODY[1],
        "People cross the bridge in the rain on Monday morning.",
        BODY[2],
        "Year\tCost",
        "2019\t12 million",
        BODY[3],
    ]


def test_white_space_is_as_a_browser_shows_it() -> None:
    body = (
        "<p>The   new\n\t<b>bridge</b>&nbsp;over <a href='/r'>the river</a>,\nit is said,"
        "<br>opened.</p>"
    )
    first = paragraphs(parse_html(page(body + text_of(BODY))))[0]
    assert first == "The new bridge over the river, it is said,\nopened."


def test_sentences_of_a_page_are_verbatim() -> None:
    article = parse_html(page(text_of(BODY)))
    assert [s.text for s in split_sentences(article)] == BODY
    assert all(article.text[s.start : s.end] == s.text for s in split_sentences(article))


def test_an_embedded_post_is_part_of_the_article() -> None:
    tweet = (
        '<div class="embed social-embed"><blockquote class="twitter-tweet"><p>We walked over the '
        "bridge today.</p>— Ann Orr (@annorr)</blockquote></div>"
    )
    text = parse_html(page(text_of(BODY[:2]) + tweet + text_of(BODY[2:]))).text
    assert "We walked over the bridge today." in text


def test_of_several_articles_the_one_under_the_heading_is_taken() -> None:
    other = "<article><h2>The old one</h2><p>The old bridge is closed for good since today.</p>"
    content = page(text_of(BODY) + "</article>" + other)
    assert paragraphs(parse_html(content)) == BODY


def test_the_text_that_the_page_shows_is_kept() -> None:
    article = parse_html(page(text_of(BODY) + FRAME[3]))
    assert "I think that it should be wider." in article.page_text
    assert all(line in article.page_text for line in BODY)


def test_a_page_in_another_language_and_encoding() -> None:
    german = [
        "Die neue Brücke über den Fluß wurde am Montag nach fünf Jahren Bauzeit eröffnet.",
        "Tausende gingen in den ersten Stunden hinüber, obwohl es den ganzen Tag geregnet hat.",
        "Der Bürgermeister nannte sie das wichtigste Bauwerk der Stadt seit hundert Jahren.",
    ]
    content = f"<html><meta charset=latin1><h1>Offen</h1>{text_of(german)}".encode("latin-1")
    article = parse_html(content)
    assert paragraphs(article) == german
    assert article.language == "de"


def test_entities_are_characters_and_no_bombs() -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    content = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{bomb}]><html><body>'
        f"<p>Fish &amp; chips &#8211; that is what people ate on the bridge that day. &l9;</p>"
        f"{text_of(BODY)}</body></html>"
    )
    article = parse_html(content.encode())
    assert "Fish & chips – that is what people ate on the bridge that day." in article.text
    assert len(article.text) < len(content)


def test_nothing_is_fetched_and_no_file_is_read() -> None:
    content = (
        '<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]><html><body>'
        f"<p>&secret; {BODY[0]}</p>{text_of(BODY)}</body></html>"
    )
    assert "root:" not in parse_html(content.encode()).text


def test_null_bytes_are_no_text() -> None:
    content = page(text_of(BODY)).replace(b"bridge", b"bri\0dge")
    assert paragraphs(parse_html(content)) == BODY


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"<",
        b"<" * 20_000,
        b"<div>" * 20_000 + b"deep",
        b"<p><span>" * 20_000,
        b"<ul><li>" * 5_000 + b"deep",
        b"<table><tr><td>" * 2_000 + b"deep",
        b"<!--" * 20_000,
        b"<![CDATA[" * 2_000,
        b"&" * 20_000,
        b"\xff\xfe<",
        b"<html><body><p>&#xD800;&#0;&#x110000;&bogus;</p></body>",
        b'<a href="http://[bad">x</a><link rel="canonical" href="http://[">',
        bytes(range(256)) * 50,
    ],
)
def test_any_page_is_an_article_or_refused(content: bytes) -> None:
    try:
        article = parse_html(content, url="https://news.example/a")
    except ArticleError:
        return
    article.text.encode()
    assert split_sentences(article)


def test_deep_tags_do_not_hide_the_article_before_them() -> None:
    content = page(text_of(BODY)) + b"<div>" * 50_000 + b"deep"
    assert paragraphs(parse_html(content)) == BODY


def test_a_page_may_be_too_long() -> None:
    with pytest.raises(ArticleTooLarge):
        parse_html(page("<p>" + "long " * 210_000 + "</p>"))


def test_a_page_of_nothing_is_empty() -> None:
    with pytest.raises(EmptyArticle, match="Give me the link of an article"):
        parse_html(b"<html><body><div> </div></body></html>")


@pytest.mark.parametrize(
    "forbidden", ["\x0b", "\x08", "\x1b", "\ufffe", "&#8;", "&#x0b;", "&#31;", "&#65535;"]
)
def test_a_character_that_xml_forbids_does_not_empty_the_page(forbidden: str) -> None:
    article = parse_html(page(text_of([each.replace("by", f"by{forbidden}") for each in BODY])))
    assert paragraphs(article) == BODY


def test_a_form_feed_is_white_space() -> None:
    article = parse_html(page(text_of([each.replace(" by ", "\fby&#12;") for each in BODY])))
    assert paragraphs(article) == BODY


GROWING: list[Callable[[int], str]] = [
    lambda size: "<p " + " ".join(f"a{n}=b" for n in range(size // 8)) + ">One.</p>",
    lambda size: "<p " + " ".join(f"a{n}='>'" for n in range(size // 8)) + ">One.</p>",
    lambda size: "<!--><p " + " ".join(f"a{n}" for n in range(size // 8)) + ">One.</p>",
    lambda size: "<p>One.</p>" * (size // 12),
    lambda size: "One.<br>" * (size // 12),
    lambda size: "<div>" * (size // 5) + "One.",
    lambda size: "<b>One" * (size // 6),
    lambda size: "<ul><li>" * (size // 8) + "One.",
    lambda size: "<table><tr><td>" * (size // 15) + "One.",
    lambda size: "<div class=share>One" * (size // 20),
    lambda size: "<i>One</i> " * (size // 11),
]


@pytest.mark.parametrize("body", GROWING)
def test_no_page_takes_more_than_linear_time(body: Callable[[int], str]) -> None:
    parse_html(page(text_of(BODY)))  # what is loaded once is not counted
    pages = {size: page(text_of(BODY) + body(size)) for size in (20_000, 160_000)}
    assert_linear(lambda size: parse_html(pages[size]), 160_000)


@pytest.mark.parametrize(
    "body", ["<p>One.</p>" * 25_001, "<br>" * 25_001, "<b>One</b>" * 50_001, "<p>" * 400_000]
)
def test_a_page_of_too_many_parts_is_refused(body: str) -> None:
    with pytest.raises(ArticleTooLarge, match="too many paragraphs"):
        parse_html(page(body))
