"""The strict test server, with the bot at it."""

from collections.abc import Iterator

import pytest

from bot.dialogue import Dialogue
from bot.telegram_adapter import loading
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from index.keeping.library import Library
from tests.bot.telegram_adapter.running import TOKEN, running
from tests.conftest import nothing_to_fetch


@pytest.fixture(autouse=True)
def no_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is; the tests of it set a time of their own."""
    monkeypatch.setattr(loading, "SHOWN_AFTER", 3600.0)


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer(token=TOKEN) as server:
        yield server


@pytest.fixture
def new_dialogue(library: Library) -> NewDialogue:
    return lambda chat: Dialogue(library.collection(chat), nothing_to_fetch)


@pytest.fixture
def bot(server: BotApiServer, new_dialogue: NewDialogue) -> Iterator[BotApiServer]:
    """The server with the bot at it; at the end, nothing may have been refused."""
    with running(server, new_dialogue):
        yield server
    assert server.refusals == []
