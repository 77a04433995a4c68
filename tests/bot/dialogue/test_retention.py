"""What a chat uses does not expire, whatever it uses it for."""

import time
from collections.abc import Callable, Iterator

import pytest

from bot.dialogue import Dialogue
from bot.one_off import Post
from index.article_index import ArticleIndex
from index.keeping.library import Library, Limits
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import HARBOUR, PASTED
from tests.conftest import nothing_to_fetch

DAY = 24 * 60 * 60
DAYS = 30


@pytest.fixture
def library(index: ArticleIndex, embedder: Embedder) -> Iterator[Library]:
    """One that forgets what nobody used for a month."""
    store = Store("sqlite://")
    yield Library(store, embedder, EvidenceReader(), lambda: index, Limits(days=DAYS))
    store.close()


@pytest.fixture
def dialogue(library: Library, monkeypatch: pytest.MonkeyPatch) -> Dialogue:
    """A chat that was given two articles long ago, but is not yet to be forgotten."""
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    dialogue.say(PASTED)
    dialogue.say(HARBOUR)
    pass_days(library, monkeypatch, DAYS - 1)
    return Dialogue(library.collection("chat"), nothing_to_fetch)


def pass_days(library: Library, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + days * DAY)
    library.expire()


@pytest.mark.parametrize(
    "use",
    [
        lambda d: d.say("/all Who built it?"),
        lambda d: d.say("/summary"),
        lambda d: d.say("/articles"),
        lambda d: d.say("/article"),
        lambda d: d.say("/context 2"),
        lambda d: d.say("/more"),
        lambda d: d.say("Who built the harbour?"),
        lambda d: d.press("articles:0"),
        lambda d: d.press(f"context:{d._asking.index.article.id}:2"),
        lambda d: d.offers("Who built the harbour?"),
    ],
)
def test_what_is_used_in_any_way_does_not_expire(
    use: Callable[[Dialogue], object],
    dialogue: Dialogue,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(dialogue)
    pass_days(library, monkeypatch, DAYS - 1)
    assert len(library.collection("chat").articles()) == 2


def test_asking_of_a_post_is_no_use_of_what_is_kept(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogue.ask_about("Who built the harbour?", [Post(HARBOUR)])
    pass_days(library, monkeypatch, DAYS - 1)
    assert library.collection("chat").articles() == ()


def test_what_is_used_is_noted_once_an_hour(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr(library.store, "mark_used", noted.append)
    now = time.monotonic()
    for minutes in (0, 1, 59, 61, 62, 122):
        monkeypatch.setattr(
            "index.keeping.collection.time.monotonic", lambda m=minutes: now + 60 * m
        )
        dialogue.say("/summary")
    assert noted == ["chat"] * 3


def test_a_chat_of_which_nothing_is_kept_is_not_kept_either(library: Library) -> None:
    Dialogue(library.collection("new"), nothing_to_fetch).say("/help")
    assert library.store.counts() == (0, 0)
