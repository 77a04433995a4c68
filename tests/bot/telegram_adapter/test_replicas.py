"""Several bots behind one webhook are one bot."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.telegram_adapter import loading, receiving, replicas
from bot.telegram_adapter.application import Service
from bot.telegram_adapter.webhook_address import WebhookAddress
from bot.telegram_server import BotApiServer
from index.article_index import ArticleIndex
from index.errors import StorageError
from index.keeping.inbox import Inbox, Received
from index.keeping.library import Library
from index.keeping.store import Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.types import Article, Embedder
from tests.bot.telegram_adapter.balancing import Balancer, balancing
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, free_port, serving, settings
from tests.bot.telegram_adapter.test_guests import CHAT, POST, ask
from tests.bot.telegram_adapter.test_migrating import FERRY, SUPERGROUP, tell_new, tell_old
from tests.conftest import nothing_to_fetch
from tests.index.keeping.cutting import cut_all

WHO = "Who released the photos?"
CATS = "The old cat sleeps on the stove. It ate a fish on Monday. " * 15
LINK = "https://example.org/ferry"


@dataclass
class Bots:
    """Bots in threads of their own, each with a library of its own."""

    server: BotApiServer
    balancer: Balancer
    libraries: list[Library]
    services: list[ExitStack]

    def holding(self, chat: int) -> list[int]:
        """The bots that have something of a chat in memory."""
        return [
            number
            for number, library in enumerate(self.libraries)
            if library.cache.of_chat(f"telegram:{chat}")
        ]


StartBots = Callable[..., Bots]


@pytest.fixture
def start(
    server: BotApiServer,
    database: str,
    index: ArticleIndex,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StartBots]:
    """Starts so many bots with one database."""
    monkeypatch.setattr(replicas, "LOOK_INTERVAL", 0.1)
    monkeypatch.setattr(receiving, "TAKEN_OVER_AFTER", 0.1)
    stack = ExitStack()

    def start(
        count: int,
        fetch: Callable[[str], Article] = nothing_to_fetch,
        new: type[Dialogue] = Dialogue,
    ) -> Bots:
        ports = [free_port() for _ in range(count)]
        balancer = stack.enter_context(balancing(ports))
        bots = Bots(server, balancer, [], [])
        for port in ports:
            library = Library(Store(database), embedder, EvidenceReader(), lambda: index)
            address = WebhookAddress(
                f"http://127.0.0.1:{balancer.server_port}/hook", "127.0.0.1", port
            )
            service = Service(
                server.token,
                settings(server),
                library.store,
                lambda chat, library=library: new(library.collection(chat), fetch),
                library.expire,
                library.move,
                address,
                drop=library.drop,
            )
            running = stack.enter_context(ExitStack())
            running.callback(library.store.close)
            running.enter_context(serving(server, service, "setWebhook"))
            bots.libraries.append(library)
            bots.services.append(running)
        server.wait_for_calls("setWebhook", count)
        return bots

    with stack:
        yield start
    # By edits, an answer of before is looked for.
    assert {call.method for call in server.refusals} <= {"editMessageText"}


def wait_until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.01)


def test_each_question_is_answered_once_and_in_order(start: StartBots) -> None:
    bots = start(3)
    asked = [WHO, "Where did the missiles land?", "hello", "/privacy"] * 3
    chats = range(1001, 1006)
    for text in asked:
        for chat in chats:
            bots.server.say(chat, text)
    for chat in chats:
        answers = [each.text[:10] for each in bots.server.wait_for_messages(chat, len(asked))]
        assert answers == answers[:4] * 3
        assert len(set(answers)) == 4
    assert len(bots.balancer.taken) == 3
    [library, *_] = bots.libraries
    wait_until(lambda: library.store.inbox.waiting() == [])
    assert [len(bots.server.sent_messages(chat)) for chat in chats] == [len(asked)] * 5


def test_a_chat_goes_on_with_another_bot_when_one_is_stopped(start: StartBots) -> None:
    bots = start(2)
    bots.server.say(ANN, CATS)
    assert "I have read" in bots.server.wait_for_messages(ANN, 1)[0].text
    [first] = bots.holding(ANN)
    bots.services[first].close()
    bots.server.say(ANN, "What sleeps on the stove?")
    assert "old cat sleeps" in bots.server.wait_for_messages(ANN, 2)[1].text
    bots.server.say(ANN, "When did it eat a fish?")
    assert "Monday" in bots.server.wait_for_messages(ANN, 3)[2].text
    assert 1 - first in bots.holding(ANN)


def test_a_text_that_comes_in_parts_is_joined_whoever_gets_them(start: StartBots) -> None:
    bots = start(2)
    text = "The ferry to Holm runs twice a day. A ticket costs three crowns. " * 150
    assert len(bots.server.paste(ANN, text)) == 3
    (reply,) = bots.server.wait_for_messages(ANN, 1)
    assert "300 sentences" in reply.text
    assert len(bots.balancer.taken) == 2
    bots.server.say(ANN, "hello")
    assert len(bots.server.wait_for_messages(ANN, 2)) == 2


def test_a_button_below_a_message_of_one_bot_may_come_to_the_other(start: StartBots) -> None:
    bots = start(2)
    bots.server.say(ANN, f"{CATS} Is that an article?")  # The bot asks, and keeps the text in mind.
    (question,) = bots.server.wait_for_messages(ANN, 1)
    bots.server.say(1009, "hello")  # The next one is the other bot's.
    bots.server.wait_for_messages(1009, 1)
    bots.server.press(ANN, question.message_id, question.buttons[0][0][1])
    assert "I have read" in bots.server.wait_for_messages(ANN, 2)[1].text


def test_a_load_is_stopped_whoever_gets_the_button(
    start: StartBots, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def fetch(url: str) -> Article:
        assert go.wait(30)
        return load_text("The ferry to Holm runs twice a day.", title="Ferry")

    monkeypatch.setattr(loading, "SHOWN_AFTER", 0.05)
    bots = start(2, fetch)
    server = bots.server
    server.create_group(GROUP, creator=ANN)
    server.promote(GROUP, server.bot_id)
    server.say(GROUP, f"@article_test_bot {LINK}", user_id=ANN)
    (shown,) = server.wait_for_messages(GROUP, 1)
    server.say(1009, "hello")
    server.wait_for_messages(1009, 1)
    before = bots.balancer.taken.copy()
    server.press(GROUP, shown.message_id, dict(shown.buttons[0])["Stop"], user_id=ANN)
    server.wait_for_calls("answerCallbackQuery")
    assert (bots.balancer.taken - before).total() == 1
    go.set()
    wait_until(lambda: "stopped" in server.sent_messages(GROUP)[0].text)


def test_what_is_forgotten_is_in_nobodys_memory(start: StartBots) -> None:
    bots = start(2)
    server = bots.server
    server.say(ANN, CATS)
    server.wait_for_messages(ANN, 1)
    for question in ("What sleeps on the stove?", "What did the cat eat?"):  # One for each.
        server.wait_for_inline_answer(server.ask_inline(ANN, question))
    server.say(ANN, "/forget")
    (_, question) = server.wait_for_messages(ANN, 2)
    server.press(ANN, question.message_id, dict(question.buttons[0])["Forget everything"])
    server.wait_for_messages(ANN, 3)
    wait_until(lambda: bots.holding(ANN) == [])
    assert server.sent_messages(ANN)[2].text.startswith("Forgotten.")
    query = server.ask_inline(ANN, "What sleeps on the stove?")
    assert "cat" not in str(server.wait_for_inline_answer(query))


def test_an_idle_chat_is_left_to_whoever_gets_its_next_message(
    start: StartBots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "IDLE_SECONDS", 0.2)
    bots = start(2)
    holders = set()
    bots.server.say(ANN, CATS)
    for count in range(1, 8):
        bots.server.wait_for_messages(ANN, count)
        holders.update(bots.holding(ANN))
        if len(holders) == 2:
            break
        wait_until(lambda: bots.holding(ANN) == [])
        bots.server.say(ANN, "What sleeps on the stove?")
    assert holders == {0, 1}


class Held(Dialogue):
    """Does not come to the end of a question, in the bot that gets it first."""

    first: threading.Event
    go: threading.Event
    gone: threading.Event

    def say(self, text: str, *arguments: object, **named: object) -> Reply:
        if text != WHO or self.first.is_set():
            return super().say(text, *arguments, **named)  # type: ignore[arg-type]
        self.first.set()
        self.go.wait(30)
        try:
            return super().say(text, *arguments, **named)  # type: ignore[arg-type]
        finally:
            self.gone.set()


@contextmanager
def held() -> Iterator[type[Held]]:
    Held.first, Held.go, Held.gone = (threading.Event() for _ in range(3))
    yield Held
    Held.go.set()
    assert Held.gone.wait(30)


def test_who_loses_the_database_breaks_off_and_the_answer_comes_once(
    start: StartBots, database: str
) -> None:
    with held() as dialogue:
        bots = start(2, new=dialogue)
        bots.server.say(ANN, WHO)
        assert Held.first.wait(30)
        bots.server.say(ANN, "hello")
        cut_all(database)
        first, second = bots.server.wait_for_messages(ANN, 2)
    assert "Sentence 2" in first.text
    assert second.text.startswith("Hello")
    bots.server.say(ANN, "/privacy")
    assert len(bots.server.wait_for_messages(ANN, 3)) == 3


def test_a_guest_is_answered_once_and_may_ask_on(start: StartBots) -> None:
    bots = start(2)
    server = bots.server
    server.create_group(CHAT, "supergroup", creator=BEN, with_bot=False)
    post = server.say(CHAT, POST, user_id=BEN)
    answer = ask(server, "what does a ticket cost?", post)
    assert "three crowns" in answer.text
    server.say(ANN, "hello")  # The next one is the other bot's.
    server.wait_for_messages(ANN, 1)
    # It is about the same post, which only who has answered remembers.
    again = ask(server, "who refuses to pay?", answer.message_id, number=2)
    assert "Captain Moor" in again.text
    assert len(server.sent_messages(CHAT)) == 2


def test_a_group_that_becomes_a_supergroup_keeps_what_it_has(start: StartBots) -> None:
    bots = start(2)
    server = bots.server
    bots.libraries[0].collection(f"telegram:{GROUP}").add(FERRY)
    server.say(GROUP, "/article")
    assert "“Ferry”" in server.wait_for_messages(GROUP, 1)[0].text
    tell_old(server)
    tell_new(server)
    server.say(SUPERGROUP, "/article", chat_type="supergroup")
    assert "“Ferry”" in server.wait_for_messages(SUPERGROUP, 1)[0].text


def test_what_can_not_be_written_down_is_handled_when_it_can_be(
    start: StartBots, monkeypatch: pytest.MonkeyPatch
) -> None:
    bots = start(2)
    failing = threading.Event()
    add = Inbox.add

    def add_or_fail(inbox: Inbox, updates: Sequence[Received]) -> list[Received]:
        if failing.is_set():
            raise StorageError("The database is away.")
        return add(inbox, updates)

    monkeypatch.setattr(Inbox, "add", add_or_fail)
    failing.set()
    bots.server.say(ANN, "hello")
    wait_until(lambda: bots.balancer.taken.total() > 2)
    assert bots.server.sent_messages(ANN) == []
    failing.clear()
    assert bots.server.wait_for_messages(ANN, 1)[0].text.startswith("Hello")
