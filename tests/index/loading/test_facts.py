"""What a page says of itself."""

import pytest

from index.loading.facts import Facts, facts
from index.loading.page_tree import parse_page

OWN = "https://news.example/2024/bridge.html"


def said(head: str, body: str = "<p>It opened.</p>", url: str | None = OWN) -> Facts:
    markup = f"<html lang=en><head>{head}</head><body>{body}</body></html>"
    return facts(parse_page(markup.encode()), url)


def test_title_author_site_and_date() -> None:
    found = said(
        "<title>The bridge is open | The City Courier</title>"
        '<meta property="og:site_name" content="The City Courier">'
        '<meta name="author" content="Ann Orr">'
        '<meta property="article:published_time" content="2024-05-06T07:08:09+02:00">',
        "<h1>The bridge\n is open</h1><p>It opened.</p>",
    )
    assert found.title == "The bridge is open"
    assert (found.author, found.site) == ("Ann Orr", "The City Courier")
    assert found.published == "2024-05-06"
    assert found.language == "en"


def test_what_is_not_said_is_not_known() -> None:
    found = said("", url=None)
    assert (found.title, found.author, found.published, found.url) == ("", None, None, None)


def test_nobody_is_called_admin() -> None:
    assert said('<meta name="author" content="admin">').author is None


@pytest.mark.parametrize(
    ("canonical", "url", "expected"),
    [
        ("https://news.example/bridge", OWN, "https://news.example/bridge"),
        ("/bridge", OWN, "https://news.example/bridge"),
        ("bridge?page=1#top", OWN, "https://news.example/2024/bridge?page=1"),
        ("https://www.news.example/bridge", OWN, "https://www.news.example/bridge"),
        ("https://news.example/a", "https://m.news.example/a", "https://news.example/a"),
        ("https://news.example/a", None, "https://news.example/a"),
        # another site, a front page, no address at all
        ("https://evil.example/bridge", OWN, OWN),
        ("https://news.example/", OWN, OWN),
        ("javascript:alert(1)", OWN, OWN),
        ("ftp://news.example/bridge", OWN, OWN),
        ("file:///etc/passwd", None, None),
        ("/bridge", None, None),
        ("https://news.example@evil.example/", OWN, OWN),
        ("https://user:secret@news.example/bridge", OWN, OWN),
        ("http://[", OWN, OWN),
        ("https://news.example:bad/bridge", OWN, OWN),
        ("https://news.example/" + "a" * 3000, OWN, OWN),
        ("", OWN, OWN),
    ],
)
def test_a_canonical_address_is_believed_if_it_is_sane(
    canonical: str, url: str | None, expected: str | None
) -> None:
    assert said(f'<link rel="canonical" href="{canonical}">', url=url).url == expected


def test_without_a_canonical_address_it_is_the_one_it_came_from() -> None:
    assert said("", url=f"{OWN}#comments").url == OWN
