"""Messages, buttons and documents over real HTTP, against the strict test server."""

import pytest
from fpdf import FPDF

from bot.replies import answer_replies, chat_replies
from bot.replies.chat_replies import COMMANDS
from bot.replies.reply import Reply
from bot.telegram_server import BotApiServer
from index.keeping.library import Library
from tests.bot.telegram_adapter.running import ANN, TOKEN, running


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
    bot.wait_for_calls("editMessageText")
    (grown,) = bot.sent_messages(ANN)
    assert grown.text.startswith(answer.text)
    assert "<b>These missiles were positioned" in grown.html
    assert [label for label, _ in grown.buttons[0]] == ["Context of 2", "More"]


def test_two_buttons_that_are_pressed_at_once_both_extend_the_message(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos? Where did the missiles land?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    actions = dict(answer.buttons[0])
    bot.press(ANN, answer.message_id, actions["Context of 13"])
    bot.press(ANN, answer.message_id, actions["Context of 2"])
    bot.wait_for_calls("editMessageText", 2)
    (grown,) = bot.sent_messages(ANN)
    assert "<b>These missiles were positioned" in grown.html
    assert "<b>The photos, released" in grown.html
    assert [label for label, _ in grown.buttons[0]] == ["More"]


def test_buttons_show_context_and_more(bot: BotApiServer) -> None:
    bot.say(ANN, "Who released the photos?")
    (answer,) = bot.wait_for_messages(ANN, 1)
    actions = dict(answer.buttons[0])
    bot.press(ANN, answer.message_id, actions["Context"])
    bot.wait_for_calls("editMessageText")
    (grown,) = bot.sent_messages(ANN)
    assert grown.html.startswith("<blockquote>The photos, released by the North Korean")
    assert "<blockquote expandable>" in grown.html
    assert "<b>The photos, released" in grown.html
    assert [label for label, _ in grown.buttons[0]] == ["More"]
    bot.press(ANN, answer.message_id, actions["More"])
    *_, more = bot.wait_for_messages(ANN, 2)
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
    assert (
        "You are asking “The old cat sleeps on the stove…” now"
        in bot.wait_for_messages(ANN, 4)[-1].text
    )
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


class _Broken:
    def say(self, text: str, **_: object) -> Reply:
        raise RuntimeError("a bug")


def test_a_bug_is_logged_and_apologised_for(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    with running(server, lambda _chat: _Broken()):  # type: ignore[arg-type,return-value]
        server.say(ANN, "Who released the photos?")
        assert server.wait_for_messages(ANN, 1)[0].text == chat_replies.APOLOGY.blocks[0]
    assert "a bug" in caplog.text
    assert TOKEN not in caplog.text
