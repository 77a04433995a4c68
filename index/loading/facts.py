"""The facts that a web page states about itself: title, author, site, date, address, language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement

from index.loading.language import main_code
from index.loading.titles import says_something

_LONGEST_ADDRESS = 2000
"""Characters of the longest address that is believed. Browsers take more, but no article has
more."""

_LONGEST_FACT = 300
_VARIANTS = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_NOBODY = re.compile(r"admin(?:istrator)?|editor|staff|webmaster|author|user|\W*", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2}(?:[-_].*)?")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a page: `url` is the canonical address, `published` an ISO 8601 date, `language`
    the declared ISO 639-1 code."""

    title: str
    author: str | None
    site: str | None
    published: str | None
    url: str | None
    language: str | None


def facts(page: HtmlElement, url: str | None) -> Facts:
    """Read the facts of a page that came from `url`."""
    from trafilatura import extract_metadata

    # The extensive search would take any year in the page for the date of publication.
    today = datetime.now(UTC).date().isoformat()
    dates = {"original_date": True, "extensive_search": False, "max_date": today}
    found = extract_metadata(page, default_url=url, date_config=dates)
    author = _line(found.author)
    return Facts(
        title=_title(page, _line(found.title)),
        author=None if not author or _NOBODY.fullmatch(author) else author,
        site=_line(found.sitename) or None,
        published=_iso_date(found.date),
        url=canonical_url(page, url),
        language=_declared_language(page),
    )


def headings(page: HtmlElement) -> Iterator[str]:
    """Every wording of the title in the page."""
    for element in page.iter("h1", "title"):
        yield element.text_content()
    for element in page.iter("meta"):
        if (element.get("property") or element.get("name")) in ("og:title", "twitter:title"):
            yield element.get("content") or ""


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, which are the same wherever it is shown."""
    return "".join(filter(str.isalnum, text)).casefold()


def canonical_url(page: HtmlElement, url: str | None) -> str | None:
    """The address that the page gives itself, if it is credible; else the one that it came from.

    A page is not believed if it names another site, or a front page without being there itself.
    """
    own = _address(url)
    for given in _canonical(page):
        address = _resolved(given.strip(), own)
        if address and (own is None or _same_place(address, own)):
            return address
    return own


def _canonical(page: HtmlElement) -> Iterator[str]:
    for link in page.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            yield link.get("href") or ""
    for meta in page.iter("meta"):
        if meta.get("property") == "og:url":
            yield meta.get("content") or ""


def _resolved(given: str, own: str | None) -> str | None:
    try:
        return _address(urljoin(own or "", given)) if given else None
    except ValueError:
        return None


def _address(url: str | None) -> str | None:
    """An http or https address without its fragment; None if it is none or holds credentials."""
    if not url or len(url) > _LONGEST_ADDRESS or re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not sound or "@" in parts.netloc:
        return None
    return urlunsplit(parts._replace(fragment=""))


def _same_place(address: str, own: str) -> bool:
    one, other = urlsplit(address), urlsplit(own)
    hosts = [_VARIANTS.sub("", (parts.hostname or "").lower()) for parts in (one, other)]
    front = one.path in ("", "/") and not one.query
    return hosts[0] == hosts[1] and (not front or other.path in ("", "/"))


def _title(page: HtmlElement, found: str) -> str:
    """The only main heading, if the found title has its words (and the site's name, say); else
    that."""
    main = {_line(heading.text_content()) for heading in page.iter("h1")} - {""}
    heading = main.pop() if len(main) == 1 else ""
    found = found if says_something(found) else ""
    given = letters(found)
    return heading if heading and (not given or letters(heading) in given) else found


def _declared_language(page: HtmlElement) -> str | None:
    tag = next(page.iter("html"), page).get("lang") or ""
    return main_code(tag) if _LANGUAGE.fullmatch(tag.strip()) else None


def _iso_date(text: str | None) -> str | None:
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


def _line(text: str | None) -> str:
    """The text on one line, cut at `_LONGEST_FACT` characters."""
    return " ".join((text or "").split())[:_LONGEST_FACT].strip()
