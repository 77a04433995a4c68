"""Removes the parts of a web page's tree that are not its article, before text is extracted.

The rules are general: they go by the names that makers of pages give to these parts (class, id,
role, ARIA label), by what can't be seen, and by parts that consist of nothing but links.
"""

import re
from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

_NAMES = (
    # comments and their forms
    r"comments?|commentlist|comment-?form|disqus|livefyre|spot-?im|akismet",
    # cookie banners, newsletter boxes
    r"cookies?|consent|gdpr|onetrust|didomi|usercentrics|newsletters?|mailing-?list|mailchimp",
    # related stories, read more
    r"related|relatedposts|yarpp|recommendations?|read-?(?:more|next|also)|see-also"
    r"|recirc(?:ulation)?|more-(?:stories|news|from|on|like|articles|posts)|up-next"
    r"|also-(?:like|read)|outbrain|taboola|zergnet|revcontent|trending|popular-posts"
    r"|most-(?:read|popular|viewed)|top-stories|editors?-picks?"
    r"|(?:latest|recent)-(?:news|posts|stories|box)",
    # the frame of the page
    r"breadcrumbs?|pagination|skip-links?|site-(?:header|footer|nav)|tag-(?:list|cloud|links)"
    r"|post-tags|author-(?:bio|box|info|card)|about-(?:the-)?author|print-(?:only|header|footer)",
    # what is seen only on pointing at it, or only told to those who can't see
    r"(?:tooltip|popover|rollover|hover-?card)(?:-\w+)?-(?:block|content|text|body)"
    r"|screen-reader(?:-text)?|sr-only|visually-?hidden|off-?screen",
)
_LOOSE_NAMES = (
    r"shares?|sharing|sharedaddy|addtoany|addthis|socials?|sociable|follow-us",
    r"subscribe|subscription|sign-?up|opt-?in|email-(?:capture|form)|cta|call-to-action",
    r"ads?|adverts?|advertisements?|sponsored|dfp|promos?|recommended|reprints?",
    r"modal|popup|lightbox|toolbar|sidebar|masthead",
)
"""Names that parts of an article have too, such as has-sidebar, with-ads, cta-theme."""

_LITTLE = 400
"""Characters of prose. A share bar or an advertisement has fewer."""


def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[-\s])(?:{'|'.join(names)})(?:[-\s]|$)")


_NAMED, _LOOSELY_NAMED = _named(_NAMES), _named(_LOOSE_NAMES)
_WORDS_OF_A_NAME = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]+")

_PRUNED = (
    *("div", "section", "aside", "ul", "ol", "dl", "p", "h2", "h3", "h4", "h5", "h6", "table"),
    *("form", "footer", "header", "article", "figure", "span", "details", "li", "center"),
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FRAME_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary"}
)
_PROSE = XPath("descendant::text()[not(ancestor::a or ancestor::script or ancestor::style)]")
_MOST = 0.4
"""Share of a page's prose from which on a part is the article, whatever its name is."""

_CAPTION_WORDS = 5
_CREDIT = re.compile(
    r"(?:©|copyright|photo|image|credit|getty|source)\b[\w\s]{0,20}:", re.IGNORECASE
)

_EMBEDDED = re.compile(r"\b(?:twitter-tweet|twitter-quote|instagram-media|bluesky-embed)\b")


def prune(page: HtmlElement) -> None:
    """Remove what is not the article, in place."""
    _free_embedded(page)
    _keep_one_article(page)
    most = _MOST * _prose(page)
    for part in list(page.iter(*_PRUNED)):
        if part.getparent() is not None and _is_frame(part) and not _is_article(part, most):
            part.drop_tree()
    for part in list(page.iter("ul", "ol")):
        if part.getparent() is not None and _is_list_of_links(part):
            part.drop_tree()
    _keep_captions(page)


def _is_frame(part: HtmlElement) -> bool:
    return (
        (part.get("role") or "").lower() in _FRAME_ROLES
        or (part.get("aria-hidden") or "").lower() == "true"
        or _UNSEEN.search(part.get("style") or "") is not None
        or any(map(_NAMED.search, _names(part)))
        or (any(map(_LOOSELY_NAMED.search, _names(part))) and _prose(part) < _LITTLE)
    )


def _names(part: HtmlElement) -> Iterator[str]:
    """The words of class, id and label, with hyphens: `NewsletterBox` becomes newsletter-box."""
    for attribute in ("class", "id", "aria-label", "data-component", "data-module"):
        if value := part.get(attribute):
            yield _WORDS_OF_A_NAME.sub("-", value[:500]).lower()


def _is_article(part: HtmlElement, most: float) -> bool:
    return part.find(".//h1") is not None or _prose(part) > most


def _prose(part: HtmlElement) -> int:
    """The number of characters of the part's text that are not in links."""
    return sum(len(text.strip()) for text in _PROSE(part))


def _is_list_of_links(part: HtmlElement) -> bool:
    items = part.findall("li")
    return len(items) > 1 and all(_is_link(item) for item in items)


def _is_link(part: HtmlElement) -> bool:
    """Whether nearly all of its text is in links."""
    words = "".join(part.itertext()).strip()
    linked = sum(len("".join(link.itertext()).strip()) for link in part.iter("a"))
    return not words or linked >= 0.9 * len(words)


def _free_embedded(page: HtmlElement) -> None:
    """Clear the names around embedded posts, which belong to the article but look like share
    bars."""
    for quote in page.iter("blockquote"):
        if _EMBEDDED.search(quote.get("class") or ""):
            quote.attrib.pop("class")
            for around in list(quote.iterancestors("div", "figure", "section"))[:3]:
                if not around.findall(".//p") or len(list(around.iter("p"))) <= 3:
                    around.attrib.clear()
                    around.tag = "div"


def _keep_captions(page: HtmlElement) -> None:
    """Keep the caption of each picture as a paragraph after it."""
    for figure in list(page.iter("figure")):
        for caption in figure.findall(".//figcaption"):
            words = caption.text_content().strip()
            if len(words.split()) >= _CAPTION_WORDS and not _CREDIT.match(words):
                paragraph = page.makeelement("p")
                paragraph.text = words
                figure.addnext(paragraph)  # takes the tail with it
                paragraph.tail, figure.tail = figure.tail, None


def _keep_one_article(page: HtmlElement) -> None:
    """Keep the article under the page's main heading, and drop those beside it."""
    heading = page.find(".//h1")
    article = next(heading.iterancestors("article"), None) if heading is not None else None
    if article is not None and article.getparent() is not None:
        for other in article.getparent().findall("article"):
            if other is not article and other.find(".//h1") is None:
                other.drop_tree()
