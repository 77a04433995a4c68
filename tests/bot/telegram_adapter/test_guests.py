"""Mentions in chats where the bot is no member, over real HTTP against the strict test server."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.rendering.plain_text import to_plain
from bot.replies import article_replies, chat_replies, one_off_replies
from bot.replies.reply import Reply
from bot.telegram_adapter import guests
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BadGateway, BotApiServer, DroppedConnection, Refused
from bot.telegram_server.records import SentMessage
from index.errors import FetchError
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, BEN, running

CHAT = -1_001_000_000_077
BOT = "@article_test_bot"
LINK = "https://example.org/tax"
PAGE = (
    "The council of Dorn raised the property tax on Monday. Mayor Lena Ortiz said the money will "
    "pay for two schools. The new rate begins in January 2027. A vote on the budget comes in March."
)
POST = (
    "The harbour of Lund opened again on Friday. The ferry to Holm runs twice a day. A ticket "
    "costs three crowns. Captain Moor refuses to pay for the repairs."
)


def fetch(url: str) -> Article:
    if url != LINK:
        raise FetchError("There is no page at {url}.", url=url)
    return replace(load_text(PAGE, title="Tax"), url=url, site="Dorn News", page_text=PAGE)


@pytest.fixture
def web(library: Library) -> NewDialogue:
    return lambda chat: Dialogue(library.collection(chat), fetch)


@pytest.fixture
def server(server: BotApiServer) -> BotApiServer:
    server.create_group(CHAT, "supergroup", creator=BEN, with_bot=False)
    return server


@pytest.fixture
def bot(server: BotApiServer, web: NewDialogue) -> Iterator[BotApiServer]:
    with running(server, web):
        yield server
    assert server.refusals == []


def ask(server: BotApiServer, text: str, post: int | None = None, number: int = 1) -> SentMessage:
    """What Ann gets who mentions the bot, and maybe replies to a post."""
    server.ask_as_guest(CHAT, f"{BOT} {text}", user_id=ANN, reply_to=post)
    return server.wait_for_messages(CHAT, number)[number - 1]


def test_a_post_is_asked(bot: BotApiServer) -> None:
    answer = ask(bot, "what does a ticket cost?", bot.say(CHAT, POST, user_id=BEN))
    assert "<blockquote>A ticket costs three crowns.</blockquote>" in answer.html
    assert "Sentence 3 of 4" in answer.text
    assert answer.buttons == []


def test_a_page_behind_a_link_is_asked(bot: BotApiServer) -> None:
    post = bot.say(CHAT, f"Oh no, taxes! {LINK}", user_id=BEN)
    answer = ask(bot, "when does the new property tax rate begin?", post)
    assert answer.text.startswith("From “Tax” (Dorn News):")
    assert "<blockquote>The new rate begins in January 2027.</blockquote>" in answer.html
    assert [label for row in answer.buttons for label, _ in row] == ["Open at this sentence"]


def test_a_link_behind_words_is_found(bot: BotApiServer) -> None:
    post = bot.say(CHAT, "Read this", user_id=BEN, links={"this": LINK})
    assert "January 2027" in ask(bot, "when does the new property tax rate begin?", post).text


def test_a_link_in_the_question_is_asked(bot: BotApiServer) -> None:
    answer = ask(bot, f"when does the new property tax rate begin? {LINK}")
    assert "January 2027" in answer.text


def test_links_into_telegram_are_no_pages(bot: BotApiServer) -> None:
    post = bot.say(CHAT, "The ferry to Holm is red. https://t.me/ferries", user_id=BEN)
    assert "is red" in ask(bot, "which colour does the ferry to Holm have?", post).text


def test_a_caption_is_asked(bot: BotApiServer) -> None:
    post = bot.send_media(CHAT, "photo", POST, user_id=BEN)
    assert "three crowns" in ask(bot, "what does a ticket cost?", post).text


def test_a_picture_without_words_gets_a_word(bot: BotApiServer) -> None:
    post = bot.send_media(CHAT, "photo", user_id=BEN)
    answer = ask(bot, "what does a ticket cost?", post)
    assert answer.text == to_plain(article_replies.NOT_READABLE["photo"])


def test_a_document_is_asked(bot: BotApiServer) -> None:
    post = bot.send_document(CHAT, "tax-report.txt", PAGE.encode(), user_id=BEN)
    answer = ask(bot, "when does the new rate begin?", post)
    assert answer.text.startswith("From “Tax Report”:")
    assert "January 2027" in answer.text


def test_without_a_question_the_post_is_summed_up(bot: BotApiServer) -> None:
    answer = ask(bot, "", bot.say(CHAT, POST, user_id=BEN))
    assert answer.text.startswith("The post in short:")


def test_with_nothing_to_read_it_says_how_to_ask(bot: BotApiServer) -> None:
    assert ask(bot, "what does he say?").text == to_plain(one_off_replies.HOW_TO_ASK)


def test_a_page_that_can_not_be_read_is_told_of(bot: BotApiServer) -> None:
    gone = "https://example.org/gone"
    answer = ask(bot, "who built it?", bot.say(CHAT, gone, user_id=BEN))
    assert answer.text == f"There is no page at {gone}."


def test_a_long_answer_is_one_message(bot: BotApiServer) -> None:
    post = bot.say(CHAT, "The ferry is red & the sea < blue > the sky. " * 90, user_id=BEN)
    answer = ask(bot, "is the ferry red? is the sea blue? what is the sky? " * 2, post)
    assert answer.text
    assert len(bot.sent_messages(CHAT)) == 1


def test_it_is_said_in_the_language_of_who_asks(bot: BotApiServer) -> None:
    bot.set_language(ANN, "de")
    answer = ask(bot, "thanks", bot.say(CHAT, POST, user_id=BEN))
    assert answer.text == to_plain(replace(chat_replies.THANKS, language="de"))


def test_nothing_is_kept(server: BotApiServer, web: NewDialogue, library: Library) -> None:
    with running(server, web, library.store):
        ask(server, "what does a ticket cost?", server.say(CHAT, POST, user_id=BEN))
        ask(server, "what will pay for two schools?", server.say(CHAT, LINK, user_id=BEN), 2)
        # What comes later in the inbox is done when this is.
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    assert library.store.counts() == (0, 0)
    assert library.store.inbox.waiting() == []


def test_nothing_private_is_shown(bot: BotApiServer) -> None:
    bot.say(ANN, "The secret of Ann is a lighthouse. " * 30)
    bot.wait_for_messages(ANN, 1)
    answer = ask(bot, "what is the secret of Ann?", bot.say(CHAT, POST, user_id=BEN))
    assert answer.text == "The post does not say."
    assert ask(bot, "what is the secret of Ann?", None, 2).text == to_plain(
        one_off_replies.HOW_TO_ASK
    )


def test_a_reply_to_the_answer_asks_the_same_post(bot: BotApiServer) -> None:
    post = bot.say(CHAT, "Ada Moor built the harbour of Lund in 1902. It is deep.", user_id=BEN)
    answer = ask(bot, "who built the harbour of Lund?", post)
    bot.ask_as_guest(CHAT, "and when?", user_id=ANN, reply_to=answer.message_id)
    assert "1902" in bot.wait_for_messages(CHAT, 2)[1].text
    bot.ask_as_guest(CHAT, "is it deep?", user_id=BEN, reply_to=answer.message_id)
    assert "It is deep." in bot.wait_for_messages(CHAT, 3)[2].text


def test_an_answer_from_a_page_leads_back_to_it_after_a_restart(
    server: BotApiServer, web: NewDialogue
) -> None:
    with running(server, web):
        answer = ask(server, "when does the new rate begin?", server.say(CHAT, LINK, user_id=BEN))
    with running(server, web):
        server.ask_as_guest(CHAT, "what will pay for two schools?", reply_to=answer.message_id)
        assert "Mayor" in server.wait_for_messages(CHAT, 2)[1].text


def test_of_an_answer_that_is_forgotten_the_post_is_asked_for(bot: BotApiServer) -> None:
    hint = ask(bot, "hi")
    bot.ask_as_guest(CHAT, "what does a ticket cost?", reply_to=hint.message_id)
    assert bot.wait_for_messages(CHAT, 2)[1].text == to_plain(one_off_replies.ASK_THE_POST)


# What takes long, fails, or is broken off


class Slow(Dialogue):
    """Reads pages when it is told to."""

    go = threading.Event()

    def ask_about(self, *args: object, **kwargs: object) -> Reply:
        self.go.wait(60)
        return super().ask_about(*args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def slow(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewDialogue]:
    monkeypatch.setattr(guests, "ANSWERED_WITHIN", 0.05)
    Slow.go.clear()
    yield lambda chat: Slow(library.collection(chat), fetch)
    Slow.go.set()


def test_what_takes_long_is_answered_at_once_and_the_answer_edited_in(
    server: BotApiServer, slow: NewDialogue
) -> None:
    with running(server, slow):
        word = ask(server, "what does a ticket cost?", server.say(CHAT, POST, user_id=BEN))
        assert word.text == to_plain(one_off_replies.READING)
        Slow.go.set()
        server.wait_for_calls("editMessageText")
    (answer,) = server.sent_messages(CHAT)
    assert "A ticket costs three crowns." in answer.text
    assert server.refusals == []


def test_the_next_process_puts_the_answer_into_the_same_message(
    server: BotApiServer, slow: NewDialogue, web: NewDialogue, library: Library
) -> None:
    with running(server, slow, library.store):
        ask(server, "what does a ticket cost?", server.say(CHAT, POST, user_id=BEN))
    with running(server, web, library.store):
        server.wait_for_calls("editMessageText")
    (answer,) = server.sent_messages(CHAT)
    assert "A ticket costs three crowns." in answer.text
    assert library.store.inbox.waiting() == []


@pytest.mark.parametrize("fault", [BadGateway(), DroppedConnection(after_processing=True)], ids=str)
def test_a_connection_that_breaks_neither_loses_nor_doubles_the_answer(
    server: BotApiServer, web: NewDialogue, fault: BadGateway | DroppedConnection
) -> None:
    with running(server, web):
        server.fail_next("answerGuestQuery", fault)
        ask(server, "what does a ticket cost?", server.say(CHAT, POST, user_id=BEN))
        server.wait_for_calls("answerGuestQuery", 2)
    (answer,) = server.sent_messages(CHAT)
    assert "A ticket costs three crowns." in answer.text


def test_a_query_that_has_waited_too_long_is_logged_and_done(
    server: BotApiServer, web: NewDialogue, library: Library,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    with caplog.at_level("INFO"), running(server, web, library.store):
        server.fail_next("answerGuestQuery", Refused("Bad Request: query is too old"))
        server.ask_as_guest(CHAT, f"{BOT} hello")
        server.wait_for_calls("answerGuestQuery")
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    assert "query is too old" in caplog.text
    assert "Traceback" not in caplog.text
    assert library.store.inbox.waiting() == []


class Broken(Dialogue):
    def ask_about(self, *args: object, **kwargs: object) -> Reply:
        raise RuntimeError("a bug")


def test_a_bug_is_logged_and_apologised_for(
    server: BotApiServer, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    with running(server, lambda chat: Broken(library.collection(chat), fetch)):
        answer = ask(server, "who?", server.say(CHAT, POST, user_id=BEN))
        assert answer.text == to_plain(chat_replies.APOLOGY)
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    assert "a bug" in caplog.text
    assert len(server.sent_messages(CHAT)) == 1
    assert server.refusals == []


def test_whom_the_bot_is_not_for_is_no_guest_either(server: BotApiServer, web: NewDialogue) -> None:
    with running(server, web, ARTICLE_BOT_ALLOWED=f"{BEN}"):
        post = server.say(CHAT, POST, user_id=BEN)
        server.ask_as_guest(CHAT, f"{BOT} what does a ticket cost?", user_id=ANN, reply_to=post)
        server.ask_as_guest(CHAT, f"{BOT} who refuses to pay?", user_id=BEN, reply_to=post)
        (answer,) = server.wait_for_messages(CHAT, 1)
    assert "Captain Moor" in answer.text


def test_a_guest_who_asks_and_asks_hears_one_word_of_it(
    server: BotApiServer, web: NewDialogue
) -> None:
    with running(server, web, ARTICLE_BOT_QUESTIONS_PER_MINUTE="1"):
        post = server.say(CHAT, POST, user_id=BEN)
        assert "three crowns" in ask(server, "what does a ticket cost?", post).text
        assert "ask again in" in ask(server, "who refuses to pay?", post, number=2).text
        server.ask_as_guest(CHAT, f"{BOT} where is the harbour?", user_id=ANN, reply_to=post)
        server.ask_as_guest(CHAT, f"{BOT} who refuses to pay?", user_id=BEN, reply_to=post)
        assert "Captain Moor" in server.wait_for_messages(CHAT, 3)[2].text
