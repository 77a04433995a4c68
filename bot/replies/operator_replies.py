"""Replies to the people who run the bot."""

from collections.abc import Mapping
from typing import Protocol

from bot.replies.reply import Reply
from bot.wording import Text, _, n_, together
from index.types import Verdict

_MINUTES_OF_AN_HOUR = 60
_HOURS_OF_A_DAY = 24


class Tally(Protocol):
    """What was done in some time."""

    @property
    def answers(self) -> Mapping[Verdict, int]:
        """The numbers of answers by their verdicts."""

    @property
    def loads(self) -> int:
        """The number of articles."""

    @property
    def errors(self) -> int:
        """The number of errors, in the bot or on the way to Telegram."""


def stats(
    version: str,
    *,
    uptime: float,
    megabytes: int | None,
    kept: tuple[int, int] | None,
    waiting: int,
    today: Tally,
    since_start: Tally,
) -> Reply:
    """The reply that tells how the bot is.

    `uptime`: in seconds; `kept`: the numbers of chats and of articles. What is None is not known.
    """
    lines = [_("Version {version}, up for {time}.", version=version, time=_duration(uptime))]
    if megabytes is not None:
        lines.append(_("Memory: {megabytes} MB", megabytes=megabytes))
    if kept is not None:
        lines.append(_("Chats: {chats}, articles: {articles}", chats=kept[0], articles=kept[1]))
    lines.append(_("Messages that wait: {count}", count=waiting))
    return Reply(
        (
            together("\n", lines),
            together("\n", (_("Today (UTC)"), *_done(today))),
            together("\n", (_("Since the start"), *_done(since_start))),
        )
    )


def _done(tally: Tally) -> tuple[Text, ...]:
    answers = tally.answers
    return (
        _(
            "Questions: {all} (answered: {answered}, unsure: {unsure}, not in the article: {no})",
            all=sum(answers.values()),
            answered=answers.get(Verdict.ANSWERED, 0),
            unsure=answers.get(Verdict.UNSURE, 0),
            no=answers.get(Verdict.NOT_IN_ARTICLE, 0),
        ),
        _("Articles read: {loads}, errors: {errors}", loads=tally.loads, errors=tally.errors),
    )


def _duration(seconds: float) -> Text:
    """The largest units of a time."""
    minutes = int(seconds // 60)
    hours, days = minutes // _MINUTES_OF_AN_HOUR, minutes // (_MINUTES_OF_AN_HOUR * _HOURS_OF_A_DAY)
    if days:
        return n_("{count} day", "{count} days", days)
    if hours:
        return n_("{count} hour", "{count} hours", hours)
    return n_("{count} minute", "{count} minutes", minutes)
