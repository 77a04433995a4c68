"""Replies about who may do what, and how much of it."""

from bot.replies.reply import Button, Reply
from bot.wording import _, n_

EVERYBODY = "everybody"
ADMINS = "admins"
"""Who may change a group's articles."""

NO_GROUP = Reply(
    (_("In a group, /members says who may change its articles. Here that is you alone."),)
)
FOR_ADMINS = Reply(
    (_("Only admins of this group may do that. One of them can let everybody: /members"),)
)
ADMINS_NOT_KNOWN = Reply(
    (_("That is for admins of this group, and I can't see now who they are. Please try again."),)
)

ONE_AT_A_TIME = Reply(
    (
        _(
            "One thing at a time, please: too much from here waits already, so I leave this out. "
            "Send it again in a while."
        ),
    )
)


def members(*, is_open: bool) -> Reply:
    """Who may change a group's articles, with a button to have it otherwise."""
    if is_open:
        who = _("Everybody in this group may give me articles, and choose, remove or forget them.")
        button = Button(_("Admins only"), f"members:{ADMINS}")
    else:
        who = _(
            "Only admins of this group may give me articles, and choose, remove or forget them. "
            "Everybody may ask."
        )
        button = Button(_("Let everybody"), f"members:{EVERYBODY}")
    return Reply((who,), (button,))


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
