"""What opens a shared article in Telegram: a link to the bot, which starts it with the token."""

from textwrap import shorten
from urllib.parse import quote, urlencode

from telegram.helpers import create_deep_linked_url

from bot.replies.sharing_replies import LinkToShare, ShareLink

_LONGEST_TITLE = 100
"""Characters of a title that are sent along with a link."""


def deep_links(username: str) -> LinkToShare:
    """The links of the bot with that name."""

    def link(token: str, title: str) -> ShareLink:
        address = create_deep_linked_url(username, token)
        words = shorten(title, _LONGEST_TITLE, placeholder="…")
        # https://core.telegram.org/widgets/share
        query = urlencode({"url": address, "text": words}, quote_via=quote)
        return ShareLink(address, f"https://t.me/share/url?{query}")

    return link
