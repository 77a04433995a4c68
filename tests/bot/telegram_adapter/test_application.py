"""The whole bot over real HTTP, against the strict Bot API of the tests."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from telegram.ext import Application

from bot.dialogue import Dialogue
from bot.replies import answer_replies, chat_replies
from bot.replies.chat_replies import COMMANDS
from bot.replies.reply import Reply
from bot.settings import Settings
from bot.telegram_adapter.application import ALLOWED_UPDATES, build
from bot.telegram_adapter.dialogues import NewDialogue
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot_api import BadGateway, BotApiServer, DroppedConnection, RetryAfter
from tests.conftest import nothing_to_fetch

TOKEN = "123456:TEST-token-of-the-tests-0123456789abc"
ANN, BEN = 1001, 1002
GROUP = -2001


def settings(server: BotApiServer, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "TELEGRAM_BASE_URL": server.base_url,
            "TELEGRAM_BASE_FILE_URL": server.base_file_url,
            **more,
        }
    )


@contextmanager
def running(server: BotApiServer, new_dialogue: NewDialogue, **more: str) -> Iterator[None]:
    """The bot, polling the server from a thread of its own."""
    with polling(server, build(server.token, settings(server, **more), new_dialogue, lambda: 0)):
        yield


@contextmanager
def polling(
    server: BotApiServer, application: "Application[Any, Any, Any, Any, Any, Any]"
) -> Iterator[None]:
    """The application, from a thread of its own."""
    loop = asyncio.new_event_loop()

    def poll() -> None:
        asyncio.set_event_loop(loop)
        application.run_polling(allowed_updates=ALLOWED_UPDATES, stop_signals=None)

    thread = threading.Thread(target=poll, daemon=True)
    thread.start()
    try:
        server.wait_for_calls("deleteWebhook")
        while not application.running:
            time.sleep(0.01)
        yield
    finally:
        loop.call_soon_threadsafe(application.stop_running)
        thread.join(timeout=15)
        assert not thread.is_alive()


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


def test_answers_a_question_with_a_blockquote_and_its_sentence_number(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    assert "<blockquote>The photos, released by the North Korean state news agency" in answer.html
    assert "Sentence 2 of 13" in answer.text
    assert answer.parse_mode == "HTML"


def test_says_that_the_article_does_not_say(bot: BotApiServer) -> None:
    bot.say(ANN, "Which weather does Paris expect tomorrow?")
    (refusal,) = bot.wait_for_messages(ANN, 1)
    assert refusal.text == "The article does not say."
    assert [label for label, _ in refusal.buttons[0]] == ["More"]


def test_says_that_it_is_not_sure(bot: BotApiServer) -> None:
    bot.say(ANN, "Which missile is solid-fueled?")
    (unsure,) = bot.wait_for_messages(ANN, 1)
    assert unsure.text.startswith("I'm not sure that the article answers this.")
    assert "<blockquote>Pyongyang’s most recent solid-fueled" in unsure.html
    assert [label for label, _ in unsure.buttons[0]] == ["Context", "More"]


def test_answers_several_questions_in_one_message(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos? Where did the missiles land?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    assert answer.text.startswith("“Who released the photos?”\n\nThe photos, released by")
    assert "“Where did the missiles land?”\n\nThese missiles were positioned" in answer.text
    actions = dict(answer.buttons[0])
    assert list(actions) == ["Context of 2", "Context of 13", "More"]
    bot.press(ANN, answer.message_id, actions["Context of 13"])
    _, context = bot.wait_for_messages(ANN, 2)
    assert "<b>These missiles were positioned" in context.html


def test_shows_that_it_types_before_it_answers(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    bot.wait_for_messages(ANN, 1)
    methods = [call.method for call in bot.calls]
    assert methods.index("sendChatAction") < methods.index("sendMessage")


def test_buttons_show_context_and_more(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    actions = dict(answer.buttons[0])
    bot.press(ANN, answer.message_id, actions["Context"])
    _, context = bot.wait_for_messages(ANN, 2)
    assert "<b>The photos, released" in context.html
    bot.press(ANN, answer.message_id, actions["More"])
    *_, more = bot.wait_for_messages(ANN, 3)
    assert more.text.startswith("Further passages")
    assert len(bot.wait_for_calls("answerCallbackQuery", 2)) == 2


def test_a_button_of_an_earlier_question_says_so(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    (first,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Where did the missiles land?")
    bot.wait_for_messages(ANN, 2)
    bot.press(ANN, first.message_id, dict(first.buttons[0])["More"])
    *_, reply = bot.wait_for_messages(ANN, 3)
    assert reply.text == answer_replies.OLD_BUTTON.blocks[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_answered(bot: BotApiServer, command: str) -> None:
    bot.say(ANN, f"/{command}")
    (reply,) = bot.wait_for_messages(ANN, 1)
    assert "don't know" not in reply.text


def test_the_menu_of_commands_is_published(bot: BotApiServer) -> None:
    bot.wait_for_calls("setMyCommands")
    assert [command["command"] for command in bot.commands] == list(COMMANDS)


def test_chats_have_their_own_state(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    bot.wait_for_messages(ANN, 1)
    bot.say(BEN, "And when?")
    (reply,) = bot.wait_for_messages(BEN, 1)
    assert reply.text == "The article does not say."


def test_messages_of_a_chat_are_answered_in_order(bot: BotApiServer) -> None:
    asked = ["Who released the photos?", "Where did the missiles land?", "hello", "/privacy"] * 3
    for text in asked:
        bot.say(ANN, text)
    answers = [message.text[:10] for message in bot.wait_for_messages(ANN, len(asked))]
    assert answers == answers[:4] * 3
    assert len(set(answers)) == 4


class _Waiting:
    """A dialogue that blocks its thread until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def say(self, text: str) -> Reply:
        if text == "wait":
            assert self.go.wait(timeout=10)
        return Reply((text,))


def test_a_slow_answer_holds_up_neither_the_loop_nor_other_chats(server: BotApiServer) -> None:
    dialogue = _Waiting()
    with running(server, lambda _chat: dialogue):  # type: ignore[arg-type,return-value]
        server.say(ANN, "wait")
        server.wait_for_calls("sendChatAction")
        server.say(BEN, "quick")
        assert server.wait_for_messages(BEN, 1)[0].text == "quick"
        assert server.sent_messages(ANN) == []
        dialogue.go.set()
        assert server.wait_for_messages(ANN, 1)[0].text == "wait"


def test_html_in_what_is_shown_is_escaped(bot: BotApiServer) -> None:
    text = "<b>Tags & ampersands</b> are shown as they stand. " * 20
    bot.say(ANN, text)
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Which tags and ampersands are shown as they stand?")
    *_, answer = bot.wait_for_messages(ANN, 2)
    assert "<b>Tags & ampersands</b> are shown as they stand." in answer.text
    assert "&lt;b&gt;Tags &amp; ampersands" in answer.html


def test_a_very_long_sentence_is_cut_into_several_messages(bot: BotApiServer) -> None:
    sentence = "The list of the exhibition names " + "a vase & a bowl, " * 400 + "and a cup."
    bot.send_document(ANN, "list.txt", sentence.encode())
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "What does the list of the exhibition name?")
    parts = bot.wait_for_messages(ANN, 5)[1:]
    shown = " ".join(part.text for part in parts)
    assert shown.count("a vase & a bowl") == 400


def test_a_text_document_becomes_the_article(bot: BotApiServer) -> None:
    bot.send_document(ANN, "cats.md", b"# Cats\n\nThe old cat sleeps on the stove.\n")
    (loaded,) = bot.wait_for_messages(ANN, 1)
    assert "“Cats”" in loaded.text
    bot.say(ANN, "Where does the old cat sleep?")
    *_, answer = bot.wait_for_messages(ANN, 2)
    assert "The old cat sleeps on the stove." in answer.text


def pdf(*lines: str) -> bytes:
    """A page with these lines, as a real PDF."""
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=12)
    for line in lines:
        made.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(made.output())


PAGE = (
    "<!doctype html><html lang=en><title>The ferry</title><article><h1>The ferry</h1>"
    + "<p>The ferry to Holm runs twice a day. A ticket costs three crowns, and children pay half."
    "</p>" * 3 + "</article></html>"
)


@pytest.mark.parametrize(
    ("name", "content", "question", "answer"),
    [
        ("ferry.pdf", pdf("The ferry to Holm runs twice a day."), "How often does the ferry to "
         "Holm run a day?", "page 1"),
        ("ferry.html", PAGE.encode(), "What does a ticket cost, and what do children pay?",
         "A ticket costs three crowns"),
    ],
)  # fmt: skip
def test_documents_of_other_kinds_become_the_article(
    bot: BotApiServer, name: str, content: bytes, question: str, answer: str
) -> None:
    bot.send_document(ANN, name, content)
    (loaded,) = bot.wait_for_messages(ANN, 1)
    assert "I have read" in loaded.text
    bot.say(ANN, question)
    assert answer in bot.wait_for_messages(ANN, 2)[-1].text


def test_a_forwarded_post_becomes_the_article(bot: BotApiServer) -> None:
    bot.say(ANN, "The old cat sleeps on the stove. " * 8, forwarded=True)
    assert "8 sentences" in bot.wait_for_messages(ANN, 1)[0].text
    bot.say(ANN, "Who released the photos?", forwarded=True)
    assert "I have read" not in bot.wait_for_messages(ANN, 2)[-1].text


def test_articles_are_switched_and_removed_by_buttons(bot: BotApiServer) -> None:
    for text in ("The old cat sleeps on the stove. ", "The ferry to Holm runs twice a day. "):
        bot.say(ANN, text * 20)
    bot.wait_for_messages(ANN, 2)
    bot.say(ANN, "/articles")
    listed = bot.wait_for_messages(ANN, 3)[-1]
    assert [[label for label, _ in row] for row in listed.buttons] == [
        ["Ask 1", "Remove 1"], ["Ask 2", "Remove 2"],
    ]  # fmt: skip
    bot.press(ANN, listed.message_id, listed.buttons[0][0][1])
    assert "You are asking your text now" in bot.wait_for_messages(ANN, 4)[-1].text
    bot.press(ANN, listed.message_id, listed.buttons[1][1][1])
    assert "is removed" in bot.wait_for_messages(ANN, 5)[-1].text


def test_forgetting_is_asked_once_and_done(bot: BotApiServer, library: Library) -> None:
    bot.say(ANN, "The old cat sleeps on the stove. " * 20)
    bot.say(ANN, "/forget")
    asked = bot.wait_for_messages(ANN, 2)[-1]
    assert len(library.collection(f"telegram:{ANN}").articles()) == 1
    bot.press(ANN, asked.message_id, asked.buttons[0][0][1])
    assert "Forgotten" in bot.wait_for_messages(ANN, 3)[-1].text
    assert library.collection(f"telegram:{ANN}").articles() == ()


def test_a_link_to_the_cited_sentence_is_sent(server: BotApiServer, library: Library) -> None:
    def fetch(url: str) -> Article:
        text = "The ferry to Holm runs twice a day."
        return replace(load_text(text, title="Ferry"), url=url, page_text=f"Menu\n{text}")

    with running(server, lambda chat: Dialogue(library.collection(chat), fetch)):
        server.say(ANN, "https://example.org/ferry?a=1&b=2")
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "How often does the ferry to Holm run a day?")
        html = server.wait_for_messages(ANN, 2)[-1].html
    assert '<a href="https://example.org/ferry?a=1&amp;b=2#:~:text=The%20ferry' in html
    assert server.refusals == []


def test_what_nobody_used_is_expired_at_start_and_then_gone_from_memory(
    server: BotApiServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_adapter.application.EXPIRY_INTERVAL", 0.05)
    old, later = threading.Event(), threading.Event()
    forgotten: list[int] = []

    def expire() -> int:
        if not old.is_set():
            return 0
        if forgotten:
            later.set()  # What follows the first time is done by now.
            return 0
        library.collection(f"telegram:{ANN}").forget()
        forgotten.append(ANN)
        return 1

    def new(chat: str) -> Dialogue:
        return Dialogue(library.collection(chat), nothing_to_fetch)

    with polling(server, build(server.token, settings(server), new, expire)):
        server.say(ANN, "The old cat sleeps on the stove. " * 20)
        assert "20 sentences" in server.wait_for_messages(ANN, 1)[0].text
        old.set()
        assert later.wait(10)
        server.say(ANN, "/article")
        assert "North Korea Weapons" in server.wait_for_messages(ANN, 2)[-1].text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.png", b"\x89PNG", "I read text only"),
        ("empty.txt", b"", "no text in it"),
        ("binary.txt", b"a\0b", "not a text that I can read"),
        ("broken.pdf", b"%PDF-1.7 and no more", "PDF"),
        ("login.html", b"<!doctype html><title>Log in</title><input type=password>", "page"),
    ],
)
def test_other_documents_get_a_friendly_no(
    bot: BotApiServer, name: str, content: bytes, said: str
) -> None:
    bot.send_document(ANN, name, content)
    assert said in bot.wait_for_messages(ANN, 1)[0].text


def test_a_huge_document_is_not_even_downloaded(bot: BotApiServer) -> None:
    bot.send_document(ANN, "huge.txt", b"x", file_size=20_900_000)
    assert "too large" in bot.wait_for_messages(ANN, 1)[0].text
    assert "getFile" not in [call.method for call in bot.calls]


@pytest.mark.parametrize(
    "text", ["/article", "/help@article_test_bot", "@article_test_bot who released the photos?"]
)
def test_a_group_is_answered_when_it_addresses_the_bot(bot: BotApiServer, text: str) -> None:
    asked = bot.say(GROUP, text)
    (reply,) = bot.wait_for_messages(GROUP, 1)
    assert reply.reply_to == asked


def test_a_reply_to_the_bot_addresses_it(bot: BotApiServer) -> None:
    bot.say(GROUP, "/article")
    (first,) = bot.wait_for_messages(GROUP, 1)
    bot.say(GROUP, "Who released the photos?", reply_to=first.message_id)
    assert "Sentence 2" in bot.wait_for_messages(GROUP, 2)[1].text


def test_a_group_is_left_alone_otherwise(new_dialogue: NewDialogue) -> None:
    with (
        BotApiServer(token=TOKEN, privacy_mode=False) as server,
        running(server, new_dialogue),
    ):
        server.say(GROUP, "Who released the photos?")
        server.say(GROUP, "/help@another_bot")
        server.say(GROUP, "/weather")
        server.say(GROUP, "@another_bot who released the photos?")
        server.say(GROUP, "/article")
        (reply,) = server.wait_for_messages(GROUP, 1)
        assert reply.text.startswith("You are asking")
        assert len(server.sent_messages(GROUP)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        RetryAfter(1),
        BadGateway(),
        DroppedConnection(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_an_answer_survives_a_fault_of_the_server(
    bot: BotApiServer, fault: RetryAfter | BadGateway | DroppedConnection
) -> None:
    bot.fail_next("sendMessage", fault)
    bot.say(ANN, "Who released the photos?")
    assert "Sentence 2" in bot.wait_for_messages(ANN, 1)[0].text


@pytest.mark.parametrize("method", ["sendChatAction", "answerCallbackQuery", "getUpdates"])
def test_other_calls_may_fail(bot: BotApiServer, method: str) -> None:
    bot.say(ANN, "Who released the photos?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    bot.fail_next(method, BadGateway())
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    assert "<b>The photos, released" in bot.wait_for_messages(ANN, 2)[1].html


class _Broken:
    def say(self, text: str) -> Reply:
        raise RuntimeError("a bug")


def test_a_bug_is_logged_and_apologised_for(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    with running(server, lambda _chat: _Broken()):  # type: ignore[arg-type,return-value]
        server.say(ANN, "Who released the photos?")
        assert server.wait_for_messages(ANN, 1)[0].text == chat_replies.APOLOGY.blocks[0]
    assert "a bug" in caplog.text
    assert TOKEN not in caplog.text


def test_a_chat_that_blocked_the_bot_does_no_harm(bot: BotApiServer) -> None:
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "Who released the photos?")
    bot.say(BEN, "hello")
    assert bot.wait_for_messages(BEN, 1)


def test_the_heartbeat_follows_the_poll(
    server: BotApiServer, new_dialogue: NewDialogue, tmp_path: Path
) -> None:
    heartbeat = tmp_path / "heartbeat"
    with running(server, new_dialogue, ARTICLE_BOT_HEARTBEAT_FILE=str(heartbeat)):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        assert heartbeat.exists()


# The command itself, in a process of its own, with the real model.


def start_command(server: BotApiServer, token: str = TOKEN) -> subprocess.Popen[str]:
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_BASE_URL": server.base_url,
        "TELEGRAM_BASE_FILE_URL": server.base_file_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "telegram"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_answers_and_ends_on_sigterm(server: BotApiServer) -> None:
    with start_command(server) as process:
        server.wait_for_calls("deleteWebhook", timeout=120)
        server.say(ANN, "Which missile is liquid-fueled?")
        (answer,) = server.wait_for_messages(ANN, 1, timeout=60)
        assert "They were accompanied by the Hwasong-17, a liquid-fueled ICBM." in answer.text
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert TOKEN not in log
    assert "Traceback" not in log


def test_the_command_ends_on_sigterm_while_it_still_starts(server: BotApiServer) -> None:
    with start_command(server) as process:
        time.sleep(2)  # the interpreter is up, the model is not
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_a_refused_token_gets_one_clear_line(server: BotApiServer) -> None:
    wrong = "654321:WRONG-token-of-the-tests-0123456789abc"
    with start_command(server, wrong) as process:
        _, log = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Error: Telegram refuses the token." in log
    assert wrong not in log
    assert "Traceback" not in log
