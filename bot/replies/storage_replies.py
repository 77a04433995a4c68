"""Replies about the store: it fails, or has not erased everything yet. None names a file of it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.replies.phrases import named, quoted
from bot.replies.reply import Reply, joined
from bot.wording import Text, _, together
from index.errors import (
    ArticleDamaged,
    StorageBusy,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageReadOnly,
)
from index.types import Article

_WHY = {
    StorageFull: _("My disk is full: I can't write anything down until there is room on it."),
    StorageReadOnly: _("I can't write anything down: my memory may only be read just now."),
    StorageBusy: _("Another program keeps my memory locked. Please try again in a moment."),
    StorageDamaged: _("What is kept is damaged. Whoever runs me finds more about it in my log."),
}
_CAN_NOT = _("I can't get at what is kept just now. Please try again later.")


def why(error: StorageError) -> Text:
    """What an error of the store means for a chat."""
    if isinstance(error, ArticleDamaged):
        return damaged(str(error.values["title"]))
    return _WHY.get(type(error), _CAN_NOT)


def damaged(title: str) -> Text:
    """Words for an article that can't be read any more."""
    if not title:
        return _(
            "What I kept of one of your articles is damaged, so I can't ask it any more. Send it "
            "to me again, or remove it: /articles."
        )
    return _(
        "What I kept of {title} is damaged, so I can't ask it any more. Send it to me again, or "
        "remove it: /articles.",
        title=quoted(title),
    )


def with_damaged(reply: Reply, titles: Sequence[str], asked: Article) -> Reply:
    """Say first that articles can't be read any more, and which one is `asked` now."""
    notes = [*map(damaged, titles), _("You are asking {title}.", title=named(asked))]
    return joined(Reply(tuple(notes)), reply)


def with_unread(reply: Reply, error: StorageError, asked: Article) -> Reply:
    """Say first why the chat's articles can't be read, and which one is `asked` instead."""
    notes = why(error), _("You are asking {title}.", title=named(asked))
    return joined(Reply(notes), reply)


def not_removed(error: StorageError) -> Reply:
    """The reply where an article could not be removed."""
    return Reply((together(" ", (_("I could not remove it."), why(error))),))


def not_forgotten(error: StorageError) -> Reply:
    """The reply where what is kept of a chat could not be forgotten."""
    return Reply((together(" ", (_("I could not forget what is kept."), why(error))),))


def with_traces(reply: Reply) -> Reply:
    """Add to a reply that something is gone that its words may still be in the files."""
    traces = _(
        "Another program is reading my database just now, so its files may still have those words. "
        "I erase them as soon as it has finished, also after a restart."
    )
    return replace(reply, blocks=(*reply.blocks, traces))
