"""The numbers of what was done."""

from collections.abc import Sequence

from bot.dialogue import Dialogue
from bot.intents import Work
from bot.observing.statistics import Statistics
from bot.replies.reply import CANCELLED, KNOWN, NEW, UNSAVED, Load, LoadKind, Reply
from index.keeping.library import Library
from index.types import Verdict
from tests.bot.dialogue.chats import NOWHERE, UNSURE, WHERE, WHO
from tests.bot.telegram_adapter.test_limits import Clock


def load(*outcomes: str) -> Reply:
    return Reply(("Read.",), loads=tuple(Load(LoadKind.FILE, outcome) for outcome in outcomes))


def value(statistics: Statistics, name: str, **labels: str) -> float | None:
    return statistics.metrics.registry.get_sample_value(f"article_bot_{name}", labels)


def test_answers_are_counted_by_their_verdicts(dialogue: Dialogue) -> None:
    statistics = Statistics()
    for text in (f"{WHO} {WHERE}", UNSURE, NOWHERE, "hello"):
        statistics.count(dialogue.say(text))
    assert statistics.since_start.answers == {
        Verdict.ANSWERED: 2, Verdict.UNSURE: 1, Verdict.NOT_IN_ARTICLE: 1,
    }  # fmt: skip
    assert statistics.since_start.loads == 0


def test_articles_are_counted_that_were_read_whatever_became_of_them() -> None:
    statistics = Statistics()
    statistics.count(load(NEW, KNOWN, UNSAVED, CANCELLED, "FetchError"))
    assert statistics.since_start.loads == 3
    assert value(statistics, "loads_total", kind="file", outcome="FetchError") == 1


def test_each_day_begins_anew_and_the_whole_goes_on() -> None:
    clock = Clock()
    statistics = Statistics(clock)
    statistics.count(load(NEW))
    statistics.count_error(ValueError())
    assert (statistics.today.loads, statistics.today.errors) == (1, 1)
    clock.now += 24 * 60 * 60
    assert (statistics.today.loads, statistics.today.errors) == (0, 0)
    statistics.count(load(NEW))
    assert (statistics.today.loads, statistics.since_start.loads) == (1, 2)
    assert statistics.uptime == 24 * 60 * 60


def test_what_is_first_counted_after_midnight_is_of_the_new_day() -> None:
    clock = Clock()
    statistics = Statistics(clock)
    statistics.count(load(NEW, NEW))
    clock.now += 24 * 60 * 60
    statistics.count(load(NEW))
    assert (statistics.today.loads, statistics.since_start.loads) == (1, 3)


def test_errors_are_counted_by_their_class() -> None:
    statistics = Statistics()
    for error in (ValueError(), ValueError(), TimeoutError()):
        statistics.count_error(error)
    assert value(statistics, "errors_total", kind="ValueError") == 2
    assert statistics.since_start.errors == 3


def test_work_is_seen_while_it_waits_and_while_it_is_done() -> None:
    statistics = Statistics()

    def now() -> Sequence[float | None]:
        return [value(statistics, f"work_{state}", work="load") for state in ("pending", "running")]

    with statistics.pending(Work.LOAD):
        assert now() == [1, 0]
        with statistics.running(Work.LOAD):
            assert now() == [1, 1]
    assert now() == [0, 0]


def test_the_caches_are_measured(library: Library, dialogue: Dialogue) -> None:
    statistics = Statistics()
    statistics.watch_caches(library.caches)
    dialogue.say("The ferry is late. " * 40)

    def size(cache: str) -> list[float | None]:
        names = ("cache_articles", "cache_sentences", "cache_bytes")
        return [value(statistics, name, cache=cache) for name in names]

    assert size("kept") == [1, 40, 40 * library.embedder.encode_query("").nbytes]
    assert size("unsaved") == size("previews") == [0, 0, 0]
