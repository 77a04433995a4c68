"""What a message asks about that mentions the bot: the post that it replies to, and its links."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import Bot, Document, LinkPreviewOptions, Message

from bot.links import MAX_LINKS, find_links
from bot.one_off import File, Source, sources_in
from bot.questions import asks
from bot.replies import article_replies
from bot.small_talk import small_talk_reply
from bot.telegram_adapter.documents import Unreadable, content_of
from bot.telegram_adapter.messages import kind_of_media, links_behind_words

_OF_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog"})
"""Where the links lead with which channels praise themselves."""

_TO_WORDS = "#:~:"
"""Between the address of a page and the words on it that are to be marked."""

_ENDS_ASKING = ("?", "？", "؟")
_SENTENCE_END = re.compile(r"[.!…]\s")


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to read in a post. `media`: what else it shows or plays."""

    text: str = ""
    links: tuple[str, ...] = ()
    document: Document | None = None
    media: str | None = None

    async def sources(self) -> tuple[Source, ...]:
        """What an answer is looked for in, in order.

        Raises:
            Unreadable: there is something, but nothing to read.
        """
        sources = sources_in(self.text, self.links)
        if self.document:
            try:
                content = await content_of(self.document)
            except Unreadable:
                if not sources:
                    raise
            else:
                sources = (File(content, self.document.file_name or ""), *sources)
        if not sources and self.media:
            raise Unreadable(article_replies.NOT_READABLE[self.media])
        return sources


def content_in(message: Message) -> Content:
    """What there is to read in a message."""
    text = message.text or message.caption or ""
    links = (
        *find_links(text),
        *links_behind_words(message),
        *_on_buttons(message),
        *_shown(message.link_preview_options),
    )
    document = None if message.animation else message.document
    return Content(text, _pages(links), document, None if document else kind_of_media(message))


def content_replied_to(message: Message) -> Content:
    """What there is to read in what a message replies to; of another chat's message, which the bot
    does not get, what was quoted of it."""
    if message.reply_to_message:
        return content_in(message.reply_to_message)
    text = message.quote.text if message.quote else ""
    other = message.external_reply
    if other is None:
        return Content(text, _pages(find_links(text)))
    links = (*find_links(text), *_shown(other.link_preview_options))
    return Content(text, _pages(links), None if other.animation else other.document)


def post_asked(message: Message, text: str, bot: Bot) -> Content | None:
    """What a group's message asks about, beside the group's own articles: the post of somebody else
    that it replies to. None if it brings something itself, is another command than /summary, or
    the post has no answer in it.

    `text` is what it says to the bot.
    """
    own, replied = content_in(message), message.reply_to_message
    if own.links or own.document or message.forward_origin:
        return None
    if text.startswith("/") and not text.startswith("/summary"):
        return None
    if replied and replied.from_user and replied.from_user.id == bot.id:
        return None
    content = content_replied_to(message)
    if content.links or content.document or (content.text and not asks_only(content.text)):
        return content
    return None


def question_replied_to(message: Message) -> str:
    """What somebody asked in the message that this one replies to; "" if they asked nothing."""
    text = content_replied_to(message).text
    return text if asks(text) and asks_only(text) else ""


def asks_only(text: str) -> bool:
    """Whether a text is a question or small talk, in which there is no answer."""
    asks = text.rstrip().endswith(_ENDS_ASKING) and not _SENTENCE_END.search(text)
    return asks or small_talk_reply(text) is not None


def _on_buttons(message: Message) -> tuple[str, ...]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return tuple(button.url for row in rows for button in row if button.url)


def _shown(preview: LinkPreviewOptions | None) -> tuple[str, ...]:
    """The link of which a preview is shown, though the text may not have it."""
    return (preview.url,) if preview and isinstance(preview.url, str) else ()


def _pages(links: tuple[str, ...]) -> tuple[str, ...]:
    """The first links that lead to a page outside of Telegram."""
    whole = dict.fromkeys(link.partition(_TO_WORDS)[0] for link in links)
    pages = (link for link in whole if _host(link) not in {*_OF_TELEGRAM, ""})
    return tuple(pages)[:MAX_LINKS]


def _host(link: str) -> str:
    """The host of an address; "" if it has none, or is no address of the web."""
    try:
        parts = urlsplit(link)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
