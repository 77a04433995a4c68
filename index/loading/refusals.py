"""Refuses pages that are no article, since answers from them would be wrong."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from index.errors import ArticleError, EmptyArticle, UnsupportedArticle
from index.loading.facts import headings, letters

_SHORT = 400
"""Characters. A page with more text has an article, or enough of one to be asked."""

_FEW_LINKS = 5
_LINKED_SHARE = 0.25
"""Share of lines that are links. An index page has about a half; an article, unless it is very
short, has at most one in fifteen."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


# Matched against whole titles: an article may be about such an error.
_ERROR = _words(
    r"(?:error\b.{0,20}|http\b.{0,10})?\b(?:40[0134]|410|429|50[0-4])(?:\W.{0,40})?",
    r".{0,40}\b(?:page|article|site|file|document|url)\b.{0,20}\b(?:not (?:be )?(?:found|available)"
    r"|(?:not|n[’']t) exist|unavailable).{0,60}",
    r"(?:not found|access denied|forbidden|bad gateway|service unavailable|internal server error"
    r"|too many requests|gateway time-?out|seite nicht gefunden|page introuvable"
    r"|página no encontrada|страница не найдена)\b.{0,60}",
)
_GUARD = _words(
    r"just a moment|attention required|are you (?:a )?(?:human|robot)|not a robot",
    r"verify (?:that )?you are (?:a )?human|checking your browser|captcha",
    r"pardon our interruption|unusual traffic",
)
_PAYWALL = _words(
    r"subscribe (?:now )?to (?:continue|read|keep|unlock|get full)",
    r"(?:to|and) (?:continue|keep) reading",
    r"already a (?:subscriber|member)|(?:subscribers?|members?)[ -]only",
    r"(?:for|to) (?:our |paying |registered )?(?:subscribers|members)\b",
    r"(?:free|monthly) articles? (?:left|limit|remaining)|reached your (?:\w+ )?(?:article )?limit",
    r"unlock (?:this|the full) (?:article|story)|réservé aux abonnés|nur für abonnenten",
    r"mit einem abo|solo para suscriptores|exclusivo para (?:assinantes|suscriptores)",
    r"только для подписчиков",
)
_NOT_FREE = re.compile(r"isAccessibleForFree[\"']?\s*:\s*[\"']?false", re.IGNORECASE)
_SCRIPT_NEEDED = _words(
    r"(?:enable|activate|turn on|requires?|needs?|without|use) (?:your )?java ?script",
    r"java ?script (?:is |must be |to be |seems to be |appears to be )?"
    r"(?:required|disabled|enabled|turned off|needed|erforderlich|aktivieren)",
    r"activez? (?:le )?javascript|включите javascript|(?:habilit|activ)\w+ (?:o |el )?javascript",
)
_ROOTS = frozenset({"root", "app", "__next", "__nuxt", "app-root", "react-root", "main-app"})


def refuse_unless_article(page: HtmlElement, lines: Sequence[str]) -> None:
    """Refuse a page that is no article; `lines` is the main text found in it.

    Raises:
        UnsupportedArticle: it is an index, an error message, a log-in form, or its text is
            behind a script, a paywall or a guard.
        EmptyArticle: there is no text in it.
    """
    linked = {letters(link.text_content()) for link in page.iter("a")} - {""}
    links = sum(letters(line) in linked for line in lines)
    many = max(_FEW_LINKS, _LINKED_SHARE * len(lines))
    if links >= many or _teasers(page, lines) >= 2 * many:
        raise _list_of_links()
    if sum(map(len, lines)) < _SHORT and (refusal := _why_short(page, lines)):
        raise refusal
    if not any(map(str.isalnum, "".join(lines))):
        raise EmptyArticle("There is no text in this page. Give me the link of an article.")


def _teasers(page: HtmlElement, lines: Sequence[str]) -> int:
    """The number of lines that tell about another page: they are alone under a heading with a
    link."""
    own = set(map(letters, lines))
    return sum(
        any(map(_is_teaser, islice(paragraph.iterancestors(), 2)))
        for paragraph in page.iter("p")
        if letters(paragraph.text_content()) in own
    )


def _is_teaser(part: HtmlElement) -> bool:
    few = len(list(islice(part.iter("p"), 3))) < 3
    return few and any(
        heading.find(".//a") is not None or heading.getparent().tag == "a"
        for heading in part.iter("h2", "h3", "h4")
    )


def _why_short(page: HtmlElement, lines: Sequence[str]) -> ArticleError | None:
    """The error for a page with little text, or None if its kind can't be told."""
    seen = _seen(page)
    titles = [" ".join(heading.split()) for heading in headings(page)]
    if any(_ERROR.fullmatch(title) for title in titles):
        return UnsupportedArticle(
            "The site shows an error instead of an article (“{title}”). "
            "Check the link, and try again.",
            title=_short(titles[0]),
        )
    if any(map(_GUARD.search, [*titles, seen])):
        return UnsupportedArticle(
            "The site wants to be sure that a person reads it, and shows me no article. "
            "Open it in a browser, and send me the text."
        )
    if _PAYWALL.search(seen) or _NOT_FREE.search(_scripts(page)):
        return UnsupportedArticle(
            "This article is behind a paywall: the page shows only its beginning. "
            "If you can read it, send me its text."
        )
    if page.find(".//input[@type='password']") is not None:
        return UnsupportedArticle(
            "This is a page to log in, not an article. Open the article in a browser, "
            "and send me its text."
        )
    if _needs_script(page, seen):
        return UnsupportedArticle(
            "This page shows its text only with JavaScript, which I don't run. "
            "Open it in a browser, and send me the text."
        )
    linked = sum(len(link.text_content().strip()) for link in page.iter("a"))
    many = len(list(page.iter("a"))) >= 2 * _FEW_LINKS
    return _list_of_links() if many and linked > len(seen) / 2 else None


def _needs_script(page: HtmlElement, seen: str) -> bool:
    asked = _SCRIPT_NEEDED.search(seen) or any(
        _SCRIPT_NEEDED.search(part.text_content()) for part in page.iter("noscript")
    )
    hollow = any(
        (part.get("id") or "").lower() in _ROOTS and not part.text_content().strip()
        for part in page.iter("div", "app-root", "main")
    )
    written = page.find(".//script") is not None and not any(map(str.isalnum, seen))
    return bool(asked) or hollow or written


def _seen(page: HtmlElement) -> str:
    """The text of the page's body that is shown."""
    texts = page.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript"
        " or ancestor::template)]"
    )
    return " ".join(" ".join(texts).split())


def _scripts(page: HtmlElement) -> str:
    return "\n".join(script.text or "" for script in page.iter("script"))


def _list_of_links() -> UnsupportedArticle:
    return UnsupportedArticle(
        "This page is a list of links, not an article. Give me the link of one article."
    )


def _short(title: str) -> str:
    return title if len(title) <= 60 else title[:59] + "…"
