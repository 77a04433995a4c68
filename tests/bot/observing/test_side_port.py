"""The port that tells whether the bot is alive and ready, and its numbers."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import STALE_AFTER
from bot.observing import Observed, readiness
from bot.observing.readiness import MODELS, STORE, TELEGRAM, StoreCheck, heard_lately
from bot.observing.side_port import side_port
from bot.settings import Address, SettingsError
from index.errors import StorageBusy
from tests.bot.observing.asking import ask, told

ANY_PORT = Address("127.0.0.1", 0)


@pytest.fixture
def observed() -> Observed:
    """A bot that is ready."""
    observed = Observed()
    for part in (MODELS, STORE, TELEGRAM):
        observed.readiness.check(part, lambda: "")
    return observed


@pytest.fixture
def port(observed: Observed) -> Iterator[int]:
    with side_port(ANY_PORT, observed) as port:
        yield port


def test_before_anything_is_there_the_process_is_alive_and_not_ready() -> None:
    with side_port(ANY_PORT, Observed()) as port:
        assert told(port, "/healthz") == (200, "ok\n")
        status, lacks = told(port, "/readyz")
    assert status == 503
    assert lacks == "models: not there yet\nstore: not there yet\ntelegram: not there yet\n"


def test_when_all_parts_are_ready_the_bot_is(port: int) -> None:
    assert told(port, "/readyz") == (200, "ok\n")


def test_each_part_that_is_not_ready_has_a_line(observed: Observed, port: int) -> None:
    observed.readiness.check(MODELS, lambda: "gone")
    observed.readiness.check(TELEGRAM, lambda: "silent")
    assert told(port, "/readyz") == (503, "models: gone\ntelegram: silent\n")
    assert 'article_bot_ready{part="models"} 0.0\n' in told(port, "/metrics")[1]
    assert 'article_bot_ready{part="store"} 1.0\n' in told(port, "/metrics")[1]


def test_a_bot_that_ends_is_not_ready(observed: Observed, port: int) -> None:
    observed.readiness.end()
    assert told(port, "/readyz") == (503, "bot: ending\n")


def test_a_store_is_not_ready_while_it_fails_and_its_files_are_not_named(
    observed: Observed, port: int
) -> None:
    errors = [StorageBusy("/data/articles.db: another program keeps it locked.")]

    def query() -> None:
        if errors:
            raise errors.pop()

    observed.readiness.check(STORE, StoreCheck(query))
    assert told(port, "/readyz") == (503, "store: no answer (StorageBusy)\n")
    assert told(port, "/readyz") == (200, "ok\n")


def test_a_store_that_hangs_is_asked_only_once(
    observed: Observed, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_STORE_PATIENCE", 0.01)
    asked, goes_on = [], threading.Event()

    def query() -> None:
        asked.append(1)
        goes_on.wait(60)

    observed.readiness.check(STORE, StoreCheck(query))
    assert told(port, "/readyz") == told(port, "/readyz") == (
        503, "store: no answer within 0 seconds\n",
    )  # fmt: skip
    assert len(asked) == 1
    goes_on.set()


@pytest.mark.parametrize(("ago", "says"), [(0, "ok\n"), (STALE_AFTER + 1, "within 60 seconds\n")])
def test_telegram_has_to_have_answered_lately(
    observed: Observed, port: int, monkeypatch: pytest.MonkeyPatch, ago: float, says: str
) -> None:
    monkeypatch.setattr(readiness.time, "time", lambda: 1_000_000.0)
    observed.readiness.check(TELEGRAM, heard_lately(lambda: 1_000_000.0 - ago))
    assert told(port, "/readyz")[1].endswith(says)


def test_a_bot_is_alive_as_long_as_its_loop_turns(
    observed: Observed, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    observed.readiness.runs_in(loop)
    assert told(port, "/healthz") == (200, "ok\n")
    goes_on = threading.Event()
    loop.call_soon_threadsafe(goes_on.wait, 60)
    monkeypatch.setattr(readiness, "_PATIENCE", 0.01)
    assert told(port, "/healthz") == (503, "The bot hangs.\n")
    goes_on.set()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert told(port, "/healthz")[0] == 503


def test_the_numbers_are_those_of_prometheus(port: int) -> None:
    response, text = ask(port, "/metrics?x=1")
    assert response.getheader("Content-Type", "").startswith("text/plain; version=")
    families = {family.name for family in text_string_to_metric_families(text)}
    assert {"article_bot_questions", "article_bot_build_info", "article_bot_ready"} <= families
    opened, text = ask(port, "/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert opened.getheader("Content-Type", "").startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


def test_head_has_no_text_and_nothing_else_is_there(port: int) -> None:
    response, text = ask(port, "/healthz", "HEAD")
    assert (response.status, response.getheader("Content-Length"), text) == (200, "3", "")
    assert told(port, "/")[0] == told(port, "/metrics/../secrets")[0] == 404
    assert ask(port, "/healthz", "POST")[0].status == 501


def test_who_says_nothing_keeps_nobody_waiting(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        assert told(port, "/healthz") == (200, "ok\n")


def test_a_port_that_is_taken_is_told(port: int) -> None:
    taken = Address("127.0.0.1", port)
    with (
        pytest.raises(SettingsError, match=f"Nothing can listen at 127.0.0.1:{port}: Address"),
        side_port(taken, Observed()),
    ):
        pass
