"""Replies about who may do what, and how much of it."""

from bot.replies.reply import Reply
from bot.wording import _, n_


def not_for_you(user_id: int) -> Reply:
    """The reply to somebody whom the bot does not work for."""
    return Reply(
        (
            _(
                "Sorry, I only work for people who were invited. Whoever runs me can invite you: "
                "your ID is {id}.",
                id=str(user_id),
            ),
        )
    )


def too_many_questions(seconds: int) -> Reply:
    """The reply to the first question that is more than one person may ask in a minute."""
    return Reply(
        (
            n_(
                "That is more than I can answer at once. Please ask again in {count} second.",
                "That is more than I can answer at once. Please ask again in {count} seconds.",
                seconds,
            ),
        )
    )


def too_many_loads(seconds: int) -> Reply:
    """The reply to the first article that is more than one person may send in a minute."""
    return Reply(
        (
            n_(
                "That is more than I can read at once. Please send it again in {count} second.",
                "That is more than I can read at once. Please send it again in {count} seconds.",
                seconds,
            ),
        )
    )
