"""Replies about sharing: a link to an article, its end, and what a link opens."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.replies.phrases import named, quoted
from bot.replies.reply import Button, Reply
from bot.wording import Text, _
from index.types import Article


@dataclass(frozen=True, slots=True)
class ShareLink:
    """What opens a shared article: an address, or words to say to the bot.

    `pass_on` is an address at which people choose whom to send it to, where there is such a thing.
    """

    address: str
    pass_on: str | None = None


LinkToShare = Callable[[str, str], ShareLink]
"""A token and the article's title -> what opens it."""

OPENS_NOTHING = Reply(
    (
        _(
            "That link does not open an article, or not any more. Ask whoever gave it to you for "
            "a new one."
        ),
        _("/help tells what I can do."),
    )
)
NOT_KEPT = Reply(
    (_("I have not kept this article, so I can't share it. Please send it once more."),)
)


def start_command(token: str, title: str) -> ShareLink:
    """The command that opens a shared article, for where there are no addresses."""
    return ShareLink(f"/start {token}")


def shared(article: Article, link: ShareLink) -> Reply:
    """The reply with what opens an article, and a button to end it."""
    buttons = [Button(_("End sharing"), f"unshare:{article.id}")]
    if link.pass_on:
        buttons.insert(0, Button(_("Share"), "", link.pass_on))
    return Reply(
        (
            _("This opens {title} in another person's chat:", title=named(article)),
            link.address,
            _(
                "Only the article is passed on, with no question and no name. /unshare ends it; "
                "whoever has opened it by then keeps a copy."
            ),
        ),
        tuple(buttons),
    )


def everybodys(article: Article) -> Reply:
    """The reply to the wish to share the article that the bot comes with."""
    return Reply(
        (
            _(
                "Everybody who talks to me can ask {title} already. Send me an article of your "
                "own, and I make a link to it.",
                title=named(article),
            ),
        )
    )


def ended(title: str) -> Reply:
    """The reply after the sharing of an article has ended."""
    return Reply(
        (
            _(
                "The link to {title} opens nothing any more. Whoever has opened it before keeps "
                "a copy.",
                title=_titled(title),
            ),
        ),
        spends=True,
    )


def not_shared(title: str) -> Reply:
    """The reply to the wish to end what was not shared."""
    return Reply((_("There is no link to {title}.", title=_titled(title)),), spends=True)


def _titled(title: str) -> Text:
    return quoted(title) if title else _("your text")
