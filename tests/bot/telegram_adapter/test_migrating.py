"""A group becomes a supergroup, and keeps what it has."""

import threading
import time
from typing import Any

import pytest

from bot.dialogue import Dialogue
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from index.errors import StorageError
from index.keeping.library import Library
from index.loading import load_text
from tests.bot.dialogue.chats import WHO
from tests.bot.telegram_adapter.running import GROUP, running
from tests.bot.telegram_adapter.test_receiving import Held
from tests.conftest import nothing_to_fetch

SUPERGROUP = -1_000_000_002_001

FERRY = load_text("The ferry to Holm runs twice a day. A ticket costs three crowns.", title="Ferry")


def service_message(chat: int, kind: str, **about: int) -> dict[str, Any]:
    return {
        "message_id": 900, "date": 1_700_000_000, "chat": {"id": chat, "type": kind, "title": "G"},
        "from": {"id": 1001, "is_bot": False, "first_name": "Ann"}, **about,
    }  # fmt: skip


def tell_old(server: BotApiServer) -> None:
    server.send_raw("message", service_message(GROUP, "group", migrate_to_chat_id=SUPERGROUP))


def tell_new(server: BotApiServer) -> None:
    server.send_raw(
        "message", service_message(SUPERGROUP, "supergroup", migrate_from_chat_id=GROUP)
    )


@pytest.mark.parametrize(
    "told", [[tell_old], [tell_new], [tell_old, tell_new], [tell_new, tell_old]]
)
def test_a_supergroup_asks_what_the_group_was_given(
    server: BotApiServer, library: Library, new_dialogue: NewDialogue, told: list[Any]
) -> None:
    library.collection(f"telegram:{GROUP}").add(FERRY)
    with running(server, new_dialogue, move=library.move):
        server.say(GROUP, "/article")
        server.wait_for_messages(GROUP, 1)
        for tell in told:
            tell(server)
        while library.collection(f"telegram:{GROUP}").articles():
            time.sleep(0.01)
        server.say(SUPERGROUP, "/article", chat_type="supergroup")
        (reply,) = server.wait_for_messages(SUPERGROUP, 1)
        assert "“Ferry”" in reply.text
        # A button below a message from before comes from the chat as it was.
        server.say(GROUP, "/articles")
        assert "Ferry" in server.wait_for_messages(GROUP, 2)[-1].text
    assert library.collection(f"telegram:{GROUP}").articles() == ()
    assert len(library.collection(f"telegram:{SUPERGROUP}").articles()) == 1
    assert server.refusals == []


def test_a_store_that_fails_makes_no_noise_in_the_group(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(chat: str, new_chat: str) -> None:
        raise StorageError("The disk is full.")

    with running(server, new_dialogue, move=fail):
        tell_old(server)
        server.say(GROUP, "/article")
        server.wait_for_messages(GROUP, 1)
    assert len(server.sent_messages(GROUP)) == 1
    assert "The disk is full." in caplog.text


def test_a_question_that_is_being_answered_is_answered_in_the_new_group(
    server: BotApiServer, library: Library
) -> None:
    library.collection(f"telegram:{GROUP}").add(FERRY)
    Held.begun.clear()
    Held.go.clear()
    moved = threading.Event()

    def move(chat: str, new_chat: str) -> None:
        library.move(chat, new_chat)
        moved.set()

    def held(chat: str) -> Dialogue:
        return Held(library.collection(chat), nothing_to_fetch)

    with running(server, held, move=move):
        server.say(GROUP, f"@article_test_bot {WHO}")
        assert Held.begun.wait(60)
        supergroup = server.upgrade(GROUP)
        assert moved.wait(60)  # Of the message in the new group: the old one's turn is taken.
        Held.go.set()
        (answer,) = server.wait_for_messages(supergroup, 1)
        assert answer.reply_to is None
        server.say(supergroup, "/article@article_test_bot")
        assert "“Ferry”" in server.wait_for_messages(supergroup, 2)[1].text
