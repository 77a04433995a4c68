"""An edited question has its answer changed; a reply to an answer follows it up."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.replies.reply import Reply
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer, DroppedConnection
from index.errors import StorageError
from index.keeping.inbox import Answered, Inbox
from index.keeping.library import Library
from index.keeping.store import Store
from index.loading import load_text
from tests.bot.dialogue.chats import WHERE, WHO
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, running
from tests.bot.telegram_adapter.test_quoting import COSTS, FERRY, HOW_MUCH
from tests.conftest import nothing_to_fetch

LONG = "The list of the exhibition names " + "a vase & a bowl, " * 400 + "and a cup."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


def fail(*_: object) -> None:
    raise StorageError("The disk is full.")


def edits(server: BotApiServer) -> int:
    return sum(call.method == "editMessageText" for call in server.calls)


def test_an_edited_question_has_its_answer_changed_in_place(bot: BotApiServer) -> None:
    asked = bot.say(ANN, WHO)
    (before,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 2)
    bot.edit(ANN, asked, WHERE)
    bot.wait_for_calls("editMessageText")
    after, _ = bot.sent_messages(ANN)
    assert after.message_id == before.message_id
    assert "<blockquote>These missiles were positioned" in after.html
    assert after.buttons != before.buttons
    assert len(bot.sent_messages(ANN)) == 2


def test_its_buttons_are_those_of_the_new_answer(bot: BotApiServer) -> None:
    asked = bot.say(ANN, WHO)
    bot.wait_for_messages(ANN, 1)
    bot.edit(ANN, asked, WHERE)
    bot.wait_for_calls("editMessageText")
    (answer,) = bot.sent_messages(ANN)
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    bot.wait_for_calls("editMessageText", 2)
    (answer,) = bot.sent_messages(ANN)
    assert answer.html.startswith("<blockquote>These missiles were positioned")
    assert "<b>These missiles were positioned" in answer.html


def test_an_answer_that_has_grown_is_changed_and_grows_again(bot: BotApiServer) -> None:
    asked = bot.say(ANN, WHO)
    (answer,) = bot.wait_for_messages(ANN, 1)
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    bot.wait_for_calls("editMessageText")
    bot.edit(ANN, asked, WHERE)
    bot.wait_for_calls("editMessageText", 2)
    (answer,) = bot.sent_messages(ANN)
    bot.press(ANN, answer.message_id, dict(answer.buttons[0])["Context"])
    bot.wait_for_calls("editMessageText", 3)
    (answer,) = bot.sent_messages(ANN)
    assert "The photos, released" not in answer.text


def test_it_may_become_a_command(bot: BotApiServer) -> None:
    asked = bot.say(ANN, "/hlep")
    bot.wait_for_messages(ANN, 1)
    bot.edit(ANN, asked, "/help")
    bot.wait_for_calls("editMessageText")
    (reply,) = bot.sent_messages(ANN)
    assert "/summary" in reply.text


def test_it_may_be_edited_again_and_again(bot: BotApiServer) -> None:
    asked = bot.say(ANN, WHO)
    for number, text in enumerate([WHERE, "hello", WHO], start=1):
        bot.wait_for_messages(ANN, 1)
        bot.edit(ANN, asked, text)
        bot.wait_for_calls("editMessageText", number)
    (answer,) = bot.sent_messages(ANN)
    assert "Sentence 2" in answer.text


def test_an_edit_that_comes_before_the_answer_waits_for_it(
    server: BotApiServer, library: Library
) -> None:
    class Slow(Dialogue):
        def say(self, text: str, *_: object, **__: object) -> Reply:
            time.sleep(0.5)
            return super().say(text)

    with running(server, lambda chat: Slow(library.collection(chat), nothing_to_fetch)):
        asked = server.say(ANN, WHO)
        server.edit(ANN, asked, WHERE)
        server.wait_for_calls("editMessageText")
        (answer,) = server.sent_messages(ANN)
    assert "These missiles were positioned" in answer.text


def test_an_edit_that_says_the_same_changes_nothing(bot: BotApiServer) -> None:
    asked = bot.say(ANN, WHO)
    bot.wait_for_messages(ANN, 1)
    bot.edit(ANN, asked, WHO)
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 2)
    assert edits(bot) == 0


@pytest.mark.parametrize("text", [FERRY * 2, "https://example.org/ferry"], ids=["paste", "link"])
def test_an_article_that_is_edited_is_neither_read_again_nor_asked(
    server: BotApiServer, library: Library, text: str
) -> None:

    with running(
        server, lambda chat: Dialogue(library.collection(chat), lambda _: load_text(FERRY))
    ):
        sent = server.say(ANN, text)
        server.wait_for_messages(ANN, 1)
        server.edit(ANN, sent, f"{text} And it is fast.")
        server.say(ANN, "/articles")
        _, listed = server.wait_for_messages(ANN, 2)
    assert listed.text.count("sentences)") == 1
    assert edits(server) == 0


def test_a_question_that_becomes_an_article_is_read_once(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        asked = server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        server.edit(ANN, asked, FERRY * 2)
        assert "I have read" in server.wait_for_messages(ANN, 2)[1].text
        server.edit(ANN, asked, FERRY * 2)
        server.say(ANN, HOW_MUCH)
        answer = server.wait_for_messages(ANN, 3)[-1]
    assert (answer.reply_to, answer.quote) == (asked, COSTS)
    assert len(server.sent_messages(ANN)) == 3


def test_where_the_answer_has_several_messages_the_new_one_is_a_reply(bot: BotApiServer) -> None:
    bot.send_document(ANN, "list.txt", LONG.encode())
    bot.wait_for_messages(ANN, 1)
    asked = bot.say(ANN, "What does the list of the exhibition name?")
    bot.wait_for_messages(ANN, 5)
    bot.edit(ANN, asked, "hello")
    reply = bot.wait_for_messages(ANN, 6)[-1]
    assert reply.text.startswith("Hello!")
    assert reply.reply_to == asked
    bot.edit(ANN, asked, "thanks")
    bot.wait_for_calls("editMessageText")
    assert bot.sent_messages(ANN)[-1].text == "You're welcome."


def test_an_answer_without_room_is_replaced(bot: BotApiServer) -> None:
    bot.send_document(ANN, "list.txt", LONG.encode())
    bot.wait_for_messages(ANN, 1)
    asked = bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 2)
    bot.edit(ANN, asked, "What does the list of the exhibition name?")
    bot.wait_for_calls("deleteMessage")
    _, first, *_ = bot.sent_messages(ANN)
    assert first.text.startswith("I'm not sure")
    assert first.reply_to == asked


def test_an_answer_that_was_deleted_is_given_anew(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        asked = server.say(ANN, WHO)
        (answer,) = server.wait_for_messages(ANN, 1)
        server.delete(ANN, answer.message_id)
        server.edit(ANN, asked, WHERE)
        (new,) = server.wait_for_messages(ANN, 1)
    assert "These missiles were positioned" in new.text
    assert new.reply_to == asked


def test_an_answer_that_quotes_another_sentence_is_replaced(bot: BotApiServer) -> None:
    """What a message quotes natively can't be changed."""
    post = bot.say(ANN, FERRY, forwarded=True)
    bot.wait_for_messages(ANN, 1)
    asked = bot.say(ANN, HOW_MUCH)
    bot.wait_for_messages(ANN, 2)
    bot.edit(ANN, asked, "How often does the ferry to Holm run a day?")
    bot.wait_for_calls("deleteMessage")
    *_, answer = bot.sent_messages(ANN)
    assert (answer.reply_to, answer.quote) == (post, "The ferry to Holm runs twice a day.")
    assert len(bot.sent_messages(ANN)) == 2


def test_an_answer_that_quotes_the_same_sentence_is_changed(bot: BotApiServer) -> None:
    post = bot.say(ANN, FERRY, forwarded=True)
    bot.wait_for_messages(ANN, 1)
    asked = bot.say(ANN, HOW_MUCH)
    before = bot.wait_for_messages(ANN, 2)[1]
    bot.edit(ANN, asked, HOW_MUCH.replace("crowns", "crownz"))
    bot.wait_for_calls("editMessageText")
    after = bot.sent_messages(ANN)[1]
    assert (after.message_id, after.reply_to, after.quote) == (before.message_id, post, COSTS)
    assert "I read “crownz” as “crowns”." in after.text


def test_an_edit_after_a_restart_changes_the_answer(
    server: BotApiServer, store: Store, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, store):
        asked = server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
    server.edit(ANN, asked, WHERE)
    with running(server, new_dialogue, store):
        server.wait_for_calls("editMessageText")
        (answer,) = server.sent_messages(ANN)
    assert "These missiles were positioned" in answer.text


def test_an_edit_of_which_nobody_knows_whether_it_was_answered_is_answered_once(
    server: BotApiServer, store: Store, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends between the answer and the note that there is one."""
    with running(server, new_dialogue, store):
        asked = server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        while store.inbox.waiting():
            time.sleep(0.01)
        answered = threading.Event()
        monkeypatch.setattr(store.inbox, "done", lambda *_: (answered.set(), fail()))
        server.edit(ANN, asked, WHERE)
        assert answered.wait(60)
    monkeypatch.undo()
    assert len(store.inbox.waiting()) == 1
    with running(server, new_dialogue, store):
        server.say(ANN, "hello")
        answer, _ = server.wait_for_messages(ANN, 2)
    assert "These missiles were positioned" in answer.text
    assert store.inbox.waiting() == []


def test_a_connection_that_is_lost_does_not_double_the_new_answer(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        asked = server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        server.fail_next("editMessageText", DroppedConnection(after_processing=True))
        server.edit(ANN, asked, WHERE)
        server.say(ANN, "hello")
        answer, _ = server.wait_for_messages(ANN, 2)
    assert "These missiles were positioned" in answer.text


def test_in_a_group_the_answer_is_changed_too(bot: BotApiServer) -> None:
    asked = bot.say(GROUP, f"@article_test_bot {WHO}")
    bot.wait_for_messages(GROUP, 1)
    bot.edit(GROUP, asked, f"@article_test_bot {WHERE}")
    bot.wait_for_calls("editMessageText")
    (answer,) = bot.sent_messages(GROUP)
    assert "These missiles were positioned" in answer.text
    assert answer.reply_to == asked


def test_a_question_about_a_post_has_its_answer_changed_too(bot: BotApiServer) -> None:
    post = bot.say(GROUP, FERRY)
    asked = bot.say(GROUP, f"@article_test_bot {HOW_MUCH}", reply_to=post)
    (before,) = bot.wait_for_messages(GROUP, 1)
    assert COSTS in before.text
    often = "How often does the ferry to Holm run a day?"
    bot.edit(GROUP, asked, f"@article_test_bot {often}")
    bot.wait_for_calls("editMessageText")
    (after,) = bot.sent_messages(GROUP)
    assert "The ferry to Holm runs twice a day." in after.text


def test_what_was_answered_is_known_for_three_days(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answered("telegram:1", 7, "key", 8, "5:17")
    store.inbox.done([1], [answer, Answered("telegram:1", 9, "key", None)])
    assert store.inbox.answer_to("telegram:1", 7) == answer
    assert store.inbox.answer_to("telegram:2", 7) is None
    changed = Answered("telegram:1", 7, "other", 10)
    store.inbox.done([2], [changed])
    assert store.inbox.answer_to("telegram:1", 7) == changed
    later = time.time() + 4 * 24 * 60 * 60
    monkeypatch.setattr("time.time", lambda: later)
    store.inbox.done([3])
    assert store.inbox.answer_to("telegram:1", 7) is None


def test_what_was_answered_is_forgotten_with_the_chat(store: Store) -> None:
    store.inbox.done([1], [Answered("telegram:1", 7, "key", 8), Answered("telegram:2", 7, "k", 8)])
    store.forget("telegram:1")
    assert store.inbox.answer_to("telegram:1", 7) is None
    assert store.inbox.answer_to("telegram:2", 7) is not None


def test_a_store_that_fails_has_no_answers_and_harms_none(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox, "answer_to", fail)
    with running(server, new_dialogue):
        asked = server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        server.edit(ANN, asked, WHERE)
        server.say(ANN, "hello")
        assert len(server.wait_for_messages(ANN, 2)) == 2


# Replies to the bot's answers


def test_a_reply_to_an_older_answer_follows_that_one_up(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    (first,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, WHERE)
    bot.wait_for_messages(ANN, 2)
    bot.say(ANN, "And when?", reply_to=first.message_id)
    assert "Sentence 2 of 13" in bot.wait_for_messages(ANN, 3)[2].text


def test_so_it_does_after_a_restart(server: BotApiServer, library: Library) -> None:
    def new(chat: str) -> Dialogue:
        return Dialogue(library.collection(chat), nothing_to_fetch)

    with running(server, new):
        server.say(ANN, WHO)
        (first,) = server.wait_for_messages(ANN, 1)
        server.say(ANN, WHERE)
        server.wait_for_messages(ANN, 2)
    with running(server, new):
        server.say(ANN, "And when?", reply_to=first.message_id)
        assert "Sentence 2 of 13" in server.wait_for_messages(ANN, 3)[2].text


def test_so_it_does_where_the_answer_has_grown(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    (first,) = bot.wait_for_messages(ANN, 1)
    bot.press(ANN, first.message_id, dict(first.buttons[0])["Context"])
    bot.wait_for_calls("editMessageText")
    bot.say(ANN, WHERE)
    bot.wait_for_messages(ANN, 2)
    bot.say(ANN, "And when?", reply_to=first.message_id)
    assert "Sentence 2 of 13" in bot.wait_for_messages(ANN, 3)[2].text


def test_anybody_in_a_group_may_reply(bot: BotApiServer) -> None:
    bot.say(GROUP, f"@article_test_bot {WHO}", user_id=ANN)
    (first,) = bot.wait_for_messages(GROUP, 1)
    bot.say(GROUP, f"@article_test_bot {WHERE}", user_id=ANN)
    bot.wait_for_messages(GROUP, 2)
    asked = bot.say(GROUP, "And when?", reply_to=first.message_id, user_id=BEN)
    answer = bot.wait_for_messages(GROUP, 3)[2]
    assert "Sentence 2 of 13" in answer.text
    assert answer.reply_to == asked


def test_a_reply_that_is_edited_follows_up_the_same_answer(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    (first,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, WHERE)
    asked = bot.say(ANN, "And whn?", reply_to=first.message_id)
    bot.wait_for_messages(ANN, 3)
    bot.edit(ANN, asked, "And when?")
    bot.wait_for_calls("editMessageText")
    assert "Sentence 2 of 13" in bot.sent_messages(ANN)[2].text
