"""Buttons that ask whether an answer helped, and the word of thanks."""

from bot.replies.reply import Button, Reply
from bot.wording import _

HELPFUL, WRONG = "helpful", "wrong"
"""How the actions of the two buttons begin. The article, the question and the sentence follow."""


def feedback_buttons(
    article_id: str, question_key: str, sentence: int, chosen: str | None = None
) -> list[Button]:
    """Two buttons to say of a sentence whether it answers the question with this key.

    `chosen` is `HELPFUL` or `WRONG` if that was said already.
    """
    labels = {HELPFUL: _("👍 Helpful"), WRONG: _("👎 Wrong")}
    return [
        Button(
            _("{label} ✓", label=label) if kind == chosen else label,
            f"{kind}:{article_id}:{question_key}:{sentence}",
            begins_row=kind == HELPFUL,
        )
        for kind, label in labels.items()
    ]


def thanks(article_id: str, question_key: str, sentence: int, chosen: str) -> Reply:
    """The reply to one of these buttons: it shows that it was chosen."""
    buttons = feedback_buttons(article_id, question_key, sentence, chosen)
    return Reply((_("Thank you, that helps."),), tuple(buttons), relabels=True)
