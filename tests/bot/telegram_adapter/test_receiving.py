"""Nothing that Telegram handed over is lost, nothing is answered twice, nothing makes deaf."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.rendering.plain_text import to_plain
from bot.replies import chat_replies
from bot.replies.reply import Reply
from bot.telegram_adapter import handlers, receiving
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_server import BotApiServer
from index.errors import StorageError
from index.keeping.inbox import Attempt, Inbox, Received
from index.keeping.library import Library
from index.keeping.store import FILE, Store
from tests.bot.dialogue.chats import WHO
from tests.bot.telegram_adapter.running import ANN, BEN, running
from tests.bot.telegram_adapter.test_application import start_command
from tests.conftest import nothing_to_fetch

UNREADABLE = {"message_id": 5, "text": "no chat, no date: a field that is missing here"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


def test_an_update_that_can_not_be_read_is_skipped_and_named_by_id_and_kind(
    bot: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        bot.send_raw("message", UNREADABLE)
        bot.say(ANN, "hello")
        bot.wait_for_messages(ANN, 1)
    [line] = [r.getMessage() for r in caplog.records if "can't be read" in r.getMessage()]
    assert "(message)" in line
    assert "a field that is missing" not in caplog.text
    polls = [call for call in bot.calls if call.method == "getUpdates"]
    assert len(polls) < 6  # It is not fetched again and again.


def test_what_is_nothing_for_the_bot_is_acknowledged(bot: BotApiServer) -> None:
    bot.send_raw("poll", {"id": "7"})
    bot.say(ANN, "hello")
    assert len(bot.wait_for_messages(ANN, 1)) == 1


def test_an_update_that_is_repeated_is_answered_once(
    server: BotApiServer, store: Store, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, store):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        server.repeat_update()
        server.say(BEN, "hello")
        server.wait_for_messages(BEN, 1)
    with running(server, new_dialogue, store):
        server.repeat_update(0)
        server.say(BEN, "thanks")
        server.wait_for_messages(BEN, 2)
    assert len(server.sent_messages(ANN)) == 1


class Slow(Dialogue):
    """Needs a while for every message."""

    def say(self, text: str, *_: object, **__: object) -> Reply:
        time.sleep(3)
        return super().say(text)


class Held(Dialogue):
    """Does not come to the end of a question."""

    begun = threading.Event()
    go = threading.Event()

    def say(self, text: str, *_: object, **__: object) -> Reply:
        if text == WHO:
            self.begun.set()
            self.go.wait(60)
        return super().say(text)


@pytest.fixture
def held(library: Library) -> Iterator[NewDialogue]:
    Held.begun.clear()
    Held.go.clear()
    yield lambda chat: Held(library.collection(chat), nothing_to_fetch)
    Held.go.set()


def test_what_is_not_answered_when_the_bot_is_stopped_is_answered_after_it(
    server: BotApiServer, store: Store, library: Library, new_dialogue: NewDialogue
) -> None:
    chats = range(1, 13)
    with running(server, lambda chat: Slow(library.collection(chat), nothing_to_fetch), store):
        for chat in chats:
            server.say(chat, "Who released the photos?")
        while len(store.inbox.waiting()) < len(chats):
            time.sleep(0.01)
    assert len(store.inbox.waiting()) > 0
    with running(server, new_dialogue, store):
        for chat in chats:
            assert "Sentence 2" in server.wait_for_messages(chat, 1)[0].text
    assert [len(server.sent_messages(chat)) for chat in chats] == [1] * 12
    assert store.inbox.waiting() == []


def test_an_update_that_is_repeated_is_not_done_before_it_is_answered(
    server: BotApiServer, store: Store, held: NewDialogue
) -> None:
    with running(server, held, store):
        server.say(ANN, WHO)
        assert Held.begun.wait(60)
        server.repeat_update()
        server.say(BEN, "hello")
        server.wait_for_messages(BEN, 1)
        assert store.inbox.waiting()[0].chat == str(ANN)


def test_an_answer_after_a_restart_does_not_take_the_place_of_an_earlier_one(
    server: BotApiServer, store: Store, held: NewDialogue, new_dialogue: NewDialogue
) -> None:
    with running(server, held, store):
        server.say(ANN, "hello")
        server.say(ANN, WHO)
        assert Held.begun.wait(60)
    assert len(server.sent_messages(ANN)) == 1
    with running(server, new_dialogue, store):
        first, second = server.wait_for_messages(ANN, 2)
    assert first.text.startswith("Hello")
    assert "Sentence 2" in second.text


def test_what_ends_the_process_again_and_again_is_given_up(
    server: BotApiServer, store: Store, held: NewDialogue, new_dialogue: NewDialogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(handlers, "_MAX_ATTEMPTS", 1)
    with running(server, held, store):
        server.say(ANN, WHO)
        assert Held.begun.wait(60)
    with running(server, new_dialogue, store):
        (reply,) = server.wait_for_messages(ANN, 1)
    assert reply.text == to_plain(chat_replies.APOLOGY)
    assert store.inbox.waiting() == []


def test_what_was_said_does_not_stay_in_the_inbox(
    server: BotApiServer, store: Store, library: Library, tmp_path: Path
) -> None:
    library.store = store
    with running(server, lambda chat: Dialogue(library.collection(chat), nothing_to_fetch), store):
        server.say(ANN, "Who hides the tangerines?")
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "/forget")
        (_, question) = server.wait_for_messages(ANN, 2)
        server.press(ANN, question.message_id, dict(question.buttons[0])["Forget everything"])
        server.wait_for_messages(ANN, 3)
    content = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert b"tangerines" not in content


def test_killed_in_the_middle_of_an_answer_it_answers_after_the_restart_once(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATA_DIR", str(tmp_path))
    chats = range(1, 9)
    with start_command(server) as process:
        server.wait_for_calls("deleteWebhook", timeout=120)
        for chat in chats:
            server.say(chat, "Which missile is liquid-fueled, and who released the photos?")
        server.wait_for_messages(1, 1, timeout=60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with start_command(server) as process:
        for chat in chats:
            assert "Hwasong-17" in server.wait_for_messages(chat, 1, timeout=120)[0].text
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert [len(server.sent_messages(chat)) for chat in chats] == [1] * len(chats)


def received(update_id: int) -> Received:
    return Received(update_id, "1", {"update_id": update_id})


def test_the_inbox_knows_what_waits_and_what_was_there(store: Store) -> None:
    inbox = store.inbox
    assert inbox.add([received(1), received(2)]) == [received(1), received(2)]
    assert inbox.add([received(2), received(3)]) == [received(3)]
    inbox.done([1, 3])
    assert inbox.waiting() == [received(2)]
    assert inbox.begin(2, 70) == Attempt(1, 70)
    assert inbox.begin(2, 90) == Attempt(2, 70)
    assert inbox.begin(1, 90) == Attempt(1, 90)
    assert inbox.waiting() == [received(2)]
    assert inbox.add([received(1), received(2), received(3)]) == []


def test_what_is_noted_beside_an_update_is_there_until_it_is_done(store: Store) -> None:
    inbox = store.inbox
    inbox.add([received(1), received(2)])
    inbox.done([2])
    inbox.note(1, "sent_as", "abc")
    inbox.note(2, "sent_as", "abc")
    [waiting] = inbox.waiting()
    assert waiting.payload == received(1).payload | {"sent_as": "abc"}


def test_ids_of_long_ago_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.inbox.add([received(1), received(2), received(3)])
    store.inbox.done([1])
    later = time.time() + 4 * 24 * 60 * 60
    monkeypatch.setattr("time.time", lambda: later)
    store.inbox.done([2])
    assert store.inbox.add([received(1), received(2)]) == [received(1)]
    assert store.inbox.waiting() == [received(1), received(3)]


class Full(Inbox):
    """Can't write."""

    def __init__(self) -> None:
        pass

    def add(self, updates: object) -> list[Received]:
        raise StorageError("The disk is full.")

    def done(self, update_ids: object, answers: object = ()) -> None:
        raise StorageError("The disk is full.")


MESSAGE = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "hello"}


async def test_a_full_disk_makes_nobody_deaf() -> None:
    receiver = Receiver(Full())
    update = {"update_id": 9, "message": MESSAGE}
    assert await receiver.receive([update]) == [update]
    assert await receiver.receive([update]) == [{"update_id": 9}]
    await receiver.done(9)


async def hand_on(chat: str) -> None:
    """To nobody."""


async def test_what_others_might_answer_is_not_taken_unless_it_is_written_down() -> None:
    receiver = Receiver(Full())
    receiver.hand_on = hand_on
    with pytest.raises(StorageError):
        await receiver.receive([{"update_id": 9, "message": MESSAGE}])
    assert receiver.waiting_count == 0


async def test_what_another_process_has_done_meanwhile_is_not_begun(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "TAKEN_OVER_AFTER", 0.0)
    receiver = Receiver(store.inbox)
    receiver.hand_on = hand_on
    await receiver.receive([{"update_id": 9, "message": MESSAGE}])
    assert await receiver.begin(9, 3) == Attempt(1, 3)
    assert await receiver.begin(9, 5) == Attempt(2, 3)
    begin = store.inbox.begin

    def begin_while_another_ends(update_id: int, last_message: int) -> Attempt:
        attempt = begin(update_id, last_message)
        store.inbox.done([update_id])
        return attempt

    monkeypatch.setattr(store.inbox, "begin", begin_while_another_ends)
    assert await receiver.begin(9, 7) is None


async def test_what_is_let_go_is_taken_again_unless_it_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver(store.inbox)
    await receiver.receive([{"update_id": number, "message": MESSAGE} for number in (9, 10)])
    assert await receiver.waiting() == []
    with monkeypatch.context() as patch:
        patch.setattr(store.inbox, "done", Full().done)
        await receiver.done(9)  # It can't be marked.
    receiver.let_go()
    assert [each.update_id for each in await receiver.waiting("1")] == [10]
    await receiver.mark()
    assert [each.update_id for each in store.inbox.waiting()] == [10]
    assert receiver.waiting_count == 0
