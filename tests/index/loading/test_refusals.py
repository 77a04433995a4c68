"""Pages that are no article say so, each in its own words."""

import pytest

from index.errors import EmptyArticle, UnsupportedArticle
from index.loading.html import parse_html

TEASER = "<p>The new bridge over the river opened on Monday after five years of work.</p>"
STORIES = "".join(
    f'<div class="story"><h2><a href="/{n}">Story number {n} of the day is this one</a></h2>'
    f"<p>A few words of what story {n} tells about the town and all of its people.</p></div>"
    for n in range(20)
)
LINKS = "".join(f'<a href="/{n}">Story number {n} of the day</a><br>' for n in range(40))
PAGES = [
    ("<title>App</title><div id='root'></div><script>run()</script>", "JavaScript"),
    ("<noscript>You need to enable JavaScript to run this app.</noscript>", "JavaScript"),
    ("<p>Please enable JavaScript to view this page.</p><script src=a></script>", "JavaScript"),
    ("<script>document.write('an article')</script>", "JavaScript"),
    (f"<h1>The bridge</h1>{TEASER}<div>Subscribe to continue reading.</div>", "paywall"),
    (f"<h1>The bridge</h1>{TEASER}<p>Already a subscriber? Log in.</p>", "paywall"),
    (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}'
        f"</script><h1>The bridge</h1>{TEASER}",
        "paywall",
    ),
    (f"<title>The City Courier</title>{STORIES}", "a list of links"),
    (f"<title>The City Courier</title>{LINKS}", "a list of links"),
    (f"<title>Sitemap</title><ul>{LINKS.replace('<a', '<li><a')}</ul>", "a list of links"),
    ("<h1>Log in</h1><form>Name <input> <input type=password></form>", "log in"),
    ("<title>404 Not Found</title><h1>Not Found</h1><p>It was not found here.</p>", "an error"),
    ("<title>Page not found - The City Courier</title><p>Sorry about that.</p>", "an error"),
    ("<title>Error 503</title><p>Try again later.</p>", "an error"),
    ("<title>Just a moment...</title><p>Checking your browser.</p>", "a person"),
    ("<h1>One step more</h1><p>Please solve the captcha.</p>", "a person"),
]


@pytest.mark.parametrize(("markup", "reason"), PAGES)
def test_a_page_that_is_no_article_says_what_it_is(markup: str, reason: str) -> None:
    with pytest.raises(UnsupportedArticle, match=reason):
        parse_html(f"<html><body>{markup}</body></html>".encode())


def test_a_page_with_nothing_is_empty() -> None:
    with pytest.raises(EmptyArticle):
        parse_html(b"<html><body><img src=a.jpg></body></html>")


@pytest.mark.parametrize(
    "title",
    ["404 people came to see it", "Site not found: the lost city", "Why captchas annoy us all"],
)
def test_an_article_may_be_about_what_pages_are_refused_for(title: str) -> None:
    body = TEASER * 2 + "".join(
        f"<p>Number {n}: they asked readers to enable JavaScript, to subscribe to continue "
        "reading and to solve a captcha, and nobody did what they were asked to.</p>"
        for n in range(6)
    )
    article = parse_html(f"<title>{title}</title><h1>{title}</h1>{body}".encode())
    assert "nobody did" in article.text


def test_a_short_note_is_an_article() -> None:
    article = parse_html(f"<html><body><h1>The bridge</h1>{TEASER}</body></html>".encode())
    assert (
        article.text == "The new bridge over the river opened on Monday after five years of work."
    )
