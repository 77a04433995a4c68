"""What a message brings beside its text."""

from telegram import Message, MessageEntity

from bot.links import find_links

_KINDS = (
    ("photo", ("photo",)),
    ("video", ("video", "video_note", "animation", "story")),
    ("voice", ("voice", "audio")),
    ("sticker", ("sticker", "dice")),
    ("location", ("location", "venue")),
)
"""A kind of media -> the attributes of a message that has it."""


def links_of(message: Message) -> tuple[str, ...]:
    """The addresses that belong to a message beside those in its text.

    They stand behind words of it, or in a post of somebody else that it is a reply to.
    """
    links = links_behind_words(message)
    replied = message.reply_to_message
    text = message.text or message.caption or ""
    if links or find_links(text) or text.startswith("/") or replied is None:
        return links
    if replied.from_user and replied.from_user.is_bot:
        return ()
    return (*find_links(replied.text or replied.caption or ""), *links_behind_words(replied))


def actions_replied_to(message: Message) -> tuple[str, ...]:
    """The actions of the buttons below the message that a message is a reply to."""
    replied = message.reply_to_message
    rows = replied.reply_markup.inline_keyboard if replied and replied.reply_markup else ()
    return tuple(str(each.callback_data) for row in rows for each in row if each.callback_data)


def kind_of_media(message: Message) -> str | None:
    """The kind of what a message shows or plays; None if it is another or nothing."""
    return next(
        (kind for kind, names in _KINDS if any(getattr(message, name) for name in names)), None
    )


def links_behind_words(message: Message) -> tuple[str, ...]:
    """The addresses that stand behind words of a message."""
    entities = (*message.entities, *message.caption_entities)
    links = (each.url for each in entities if each.type == MessageEntity.TEXT_LINK)
    return tuple(link for link in links if link and link.startswith(("http://", "https://")))
