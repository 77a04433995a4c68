"""The numbers of what was done."""

from bot.dialogue import Dialogue
from bot.intents import Work
from bot.replies.reply import Reply
from bot.telegram_adapter.statistics import Statistics
from index.types import Verdict
from tests.bot.dialogue.chats import NOWHERE, UNSURE, WHERE, WHO
from tests.bot.telegram_adapter.test_limits import Clock


def test_answers_are_counted_by_their_verdicts(dialogue: Dialogue) -> None:
    statistics = Statistics()
    for text in (f"{WHO} {WHERE}", UNSURE, NOWHERE, "hello"):
        statistics.count(Work.QUESTION, dialogue.say(text))
    assert statistics.since_start.answers == {
        Verdict.ANSWERED: 2, Verdict.UNSURE: 1, Verdict.NOT_IN_ARTICLE: 1,
    }  # fmt: skip
    assert statistics.since_start.loads == 0


def test_each_day_begins_anew_and_the_whole_goes_on() -> None:
    clock = Clock()
    statistics = Statistics(clock)
    statistics.count(Work.LOAD, Reply(("Read.",)))
    statistics.count_error()
    assert (statistics.today.loads, statistics.today.errors) == (1, 1)
    clock.now += 24 * 60 * 60
    assert (statistics.today.loads, statistics.today.errors) == (0, 0)
    statistics.count(Work.LOAD, Reply(("Read.",)))
    assert (statistics.today.loads, statistics.since_start.loads) == (1, 2)
    assert statistics.uptime == 24 * 60 * 60
