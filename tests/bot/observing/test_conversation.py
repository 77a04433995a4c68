"""The log of a whole conversation: what came of each update, and nothing that people said."""

import json
from contextlib import redirect_stderr
from io import StringIO
from typing import Any

import pytest

from bot.logs import log_to_stderr
from bot.observing import Observed
from bot.observing.statistics import Statistics
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.conftest import logging_restored
from tests.bot.observing.conversation import ANN, BREAKS, MARKED, QUESTIONS, play
from tests.bot.telegram_adapter.running import TOKEN

Event = dict[str, Any]


def log_of(index: ArticleIndex, embedder: Embedder, *, with_text: bool) -> str:
    """What is logged of the conversation."""
    library = Library(Store("sqlite://"), embedder, EvidenceReader(), lambda: index)
    with logging_restored(), redirect_stderr(StringIO()) as log:
        log_to_stderr(TOKEN, as_json=True, with_text=with_text)
        play(library, Observed(Statistics(with_text=with_text)))
        return log.getvalue()


@pytest.fixture(scope="module")
def log(index: ArticleIndex, embedder: Embedder) -> str:
    return log_of(index, embedder, with_text=False)


@pytest.fixture(scope="module")
def events(log: str) -> list[Event]:
    return [json.loads(line) for line in log.splitlines()]


def handled(events: list[Event]) -> list[Event]:
    return [event for event in events if event["event"] == "An update was handled"]


def test_each_line_is_an_event_and_none_has_the_words_of_people_or_the_token(
    log: str, events: list[Event]
) -> None:
    for event in events:
        assert {"time", "level", "logger", "event"} <= event.keys()
    assert [word for word in MARKED if word in log.lower()] == []
    assert TOKEN.partition(":")[2].lower() not in log.lower()


def test_what_came_of_each_update_is_told(events: list[Event]) -> None:
    told = handled(events)
    kinds = {event["kind"] for event in told}
    assert kinds == {
        "message", "edited_message", "callback_query", "inline_query", "guest_message",
    }  # fmt: skip
    loads = [load for event in told for load in event.get("loads", ())]
    assert loads == ["text: read", "file: read", "link: read", "link: FetchError"]
    assert {event["outcome"] for event in told} == {"done", "failed"}
    asked = next(event for event in told if event["work"] == "question")
    assert (asked["kind"], asked["verdicts"]) == ("message", ["answered"])


def test_the_stages_of_an_update_are_told(events: list[Event]) -> None:
    told = handled(events)
    link = next(event for event in told if event.get("loads") == ["link: read"])
    assert {
        "fetching", "extracting", "splitting", "embedding", "indexing", "keeping", "telegram",
    } <= link["stages"].keys()  # fmt: skip
    question = next(event for event in told if event["work"] == "question")
    assert {"finding", "reading", "answering", "telegram"} <= question["stages"].keys()


def test_an_id_joins_all_that_is_told_of_an_update_whichever_thread_it_was_in(
    events: list[Event],
) -> None:
    [failed] = [event for event in handled(events) if event["outcome"] == "failed"]
    joined = [e["event"] for e in events if e.get("update") == failed["update"]]
    assert joined == ["It breaks", "An update could not be handled", "An update was handled"]
    ids = [event["update"] for event in handled(events)]
    assert len(set(ids)) == len(ids)


def test_an_error_is_told_by_its_class_and_place(events: list[Event]) -> None:
    [error] = [event for event in events if "exception" in event]
    assert error["exception"].endswith("RuntimeError")
    assert "conversation.py" in error["exception"]


def test_what_telegram_refuses_is_told_without_what_it_quotes(events: list[Event]) -> None:
    refused = [e["event"] for e in events if e["logger"] == "bot.telegram_adapter.sending"]
    assert refused == ["Telegram does not take a message: Bad request: can't parse …"]


def test_if_it_is_asked_for_the_questions_are_there_and_the_token_still_is_not(
    index: ArticleIndex, embedder: Embedder
) -> None:
    log = log_of(index, embedder, with_text=True)
    events: list[Event] = [json.loads(line) for line in log.splitlines()]
    asked = {question: event for event in events for question in event.get("questions", ())}
    assert set(QUESTIONS) <= asked.keys()
    assert asked[QUESTIONS[0]]["sentences"][0][0] == 1
    assert f"can't answer {BREAKS} with <token>" in log
    assert str(ANN) not in log
    assert TOKEN.partition(":")[2].lower() not in log.lower()
