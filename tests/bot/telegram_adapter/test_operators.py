"""What only those who run the bot may ask."""

from importlib.metadata import version
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.observing import memory
from bot.rendering.plain_text import to_plain
from bot.replies import chat_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from index.errors import StorageError
from index.keeping.library import Library
from index.keeping.store import Store
from tests.bot.dialogue.chats import NOWHERE, UNSURE, WHO
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, running
from tests.conftest import nothing_to_fetch

OPERATOR = {"ARTICLE_BOT_OPERATORS": str(ANN)}


def test_an_operator_sees_how_the_bot_is(server: BotApiServer, new_dialogue: NewDialogue) -> None:
    with running(server, new_dialogue, **OPERATOR):
        for text in (WHO, UNSURE, NOWHERE):
            server.say(BEN, text)
        server.send_document(BEN, "cats.txt", b"The old cat sleeps on the stove.")
        server.wait_for_messages(BEN, 4)
        server.say(ANN, "/stats")
        (stats,) = server.wait_for_messages(ANN, 1)
    lines = stats.text.splitlines()
    assert lines[0] == f"Version {version('article-bot')}, up for 0 minutes."
    assert "Chats: 0, articles: 0" in lines
    assert "Messages that wait: 0" in lines
    done = [
        "Questions: 3 (answered: 1, unsure: 1, not in the article: 1)",
        "Articles read: 1, errors: 0",
    ]
    assert lines[-7:] == ["Today (UTC)", *done, "", "Since the start", *done]
    assert any(line.startswith("Memory: ") for line in lines)
    assert server.refusals == []


def test_nobody_else_knows_the_command(server: BotApiServer, new_dialogue: NewDialogue) -> None:
    with running(server, new_dialogue, **OPERATOR):
        server.say(BEN, "/stats")
        (unknown,) = server.wait_for_messages(BEN, 1)
        server.say(BEN, "/help")
        help_ = server.wait_for_messages(BEN, 2)[-1]
        server.say(GROUP, "/stats@article_test_bot", user_id=ANN)
        (in_group,) = server.wait_for_messages(GROUP, 1)
    assert unknown.text == in_group.text == to_plain(chat_replies.UNKNOWN_COMMAND)
    assert "stats" not in help_.text


def test_what_can_not_be_known_is_left_out(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: Store) -> tuple[int, int]:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(Store, "counts", fail)
    monkeypatch.setattr(memory, "PROC", Path("/no/such/folder"))
    with running(server, new_dialogue, **OPERATOR):
        server.say(ANN, "/stats")
        (stats,) = server.wait_for_messages(ANN, 1)
    assert stats.text.splitlines()[1] == "Messages that wait: 0"


class Broken(Dialogue):
    """Can't answer."""

    def say(self, text: str, *_: object, **__: object) -> Reply:
        raise RuntimeError("a bug")


def test_errors_are_counted(server: BotApiServer, library: Library) -> None:
    def broken(chat: str) -> Dialogue:
        return Broken(library.collection(chat), nothing_to_fetch)

    with running(server, broken, **OPERATOR):
        server.say(BEN, WHO)
        server.wait_for_messages(BEN, 1)
        server.say(ANN, "/stats")
        assert "errors: 1" in server.wait_for_messages(ANN, 1)[0].text
