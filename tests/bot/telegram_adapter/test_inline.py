"""Inline mode, over real HTTP against the strict test server."""

import threading
import time
from collections.abc import Iterator

import pytest

from bot.dialogue import Dialogue
from bot.replies import inline_replies
from bot.replies.inline_replies import Offers
from bot.telegram_adapter.dialogue_pool import THREADS, NewDialogue
from bot.telegram_server import BotApiServer, Refused
from index.keeping.library import Library
from tests.bot.dialogue.chats import PASTED
from tests.bot.telegram_adapter.running import ANN, BEN, running
from tests.conftest import nothing_to_fetch

QUESTION = "Who built the lighthouse of Marrow Point?"


@pytest.fixture
def with_article(bot: BotApiServer) -> BotApiServer:
    bot.say(ANN, PASTED)
    bot.wait_for_messages(ANN, 1)
    return bot


def test_sentences_of_ones_own_article_are_offered(with_article: BotApiServer) -> None:
    answer = with_article.wait_for_inline_answer(with_article.ask_inline(ANN, QUESTION))
    first, *_ = answer.results
    assert first.title.startswith("The lighthouse of Marrow Point was built in 1871")
    assert first.description.startswith("Sentence 1 of")
    assert first.source.startswith("<blockquote>The lighthouse of Marrow Point")
    assert first.parse_mode == "HTML"
    assert answer.button is None
    assert 1 < len(answer.results) <= 5


def test_they_are_for_that_user_alone_and_shortly_cached(with_article: BotApiServer) -> None:
    answer = with_article.wait_for_inline_answer(with_article.ask_inline(ANN, QUESTION))
    assert answer.is_personal
    assert answer.cache_time == 10
    other = with_article.wait_for_inline_answer(with_article.ask_inline(BEN, QUESTION))
    assert other.results == []


def test_what_is_chosen_is_sent(with_article: BotApiServer) -> None:
    query = with_article.ask_inline(ANN, QUESTION)
    answer = with_article.wait_for_inline_answer(query)
    with_article.choose_inline(query, answer.results[0].id, BEN)
    assert with_article.refusals == []


def test_without_an_article_a_button_leads_to_the_private_chat(bot: BotApiServer) -> None:
    for question in (QUESTION, ""):
        answer = bot.wait_for_inline_answer(bot.ask_inline(ANN, question))
        assert answer.results == []
        assert answer.is_personal
        assert answer.button == {"text": inline_replies.NO_ARTICLE, "start_parameter": "article"}
    bot.say(ANN, "/start article")
    assert "Send me its link" in bot.wait_for_messages(ANN, 1)[0].text


def test_before_there_is_a_question_the_central_sentences_are_offered(
    with_article: BotApiServer,
) -> None:
    answer = with_article.wait_for_inline_answer(with_article.ask_inline(ANN, ""))
    assert len(answer.results) >= 3


def test_what_the_article_does_not_say_is_said(with_article: BotApiServer) -> None:
    query = with_article.ask_inline(ANN, "Which weather does Paris expect tomorrow?")
    answer = with_article.wait_for_inline_answer(query)
    assert answer.button
    assert answer.button["text"] == inline_replies.NOT_FOUND


def test_the_private_chat_goes_on_as_before(with_article: BotApiServer) -> None:
    with_article.say(ANN, "Who was the last keeper?")
    with_article.wait_for_messages(ANN, 2)
    with_article.wait_for_inline_answer(with_article.ask_inline(ANN, QUESTION))
    with_article.say(ANN, "And when?")
    assert "1988" in with_article.wait_for_messages(ANN, 3)[2].text


class Counted(Dialogue):
    """Notes what is asked, and answers when it is told to."""

    asked: list[str]
    go = threading.Event()

    def offers(self, text: str) -> Offers:
        self.asked.append(text)
        self.go.wait(60)
        return super().offers(text)


@pytest.fixture
def counted(library: Library) -> Iterator[NewDialogue]:
    Counted.asked = []
    Counted.go.clear()
    yield lambda chat: Counted(library.collection(chat), nothing_to_fetch)
    Counted.go.set()


def test_of_those_that_wait_only_the_newest_is_answered(
    server: BotApiServer, counted: NewDialogue
) -> None:
    busy = next(count for work, count in THREADS.items() if work.name == "QUESTION")
    with running(server, counted):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        for person in range(2001, 2001 + busy):  # All threads have something to do.
            server.ask_inline(person, "Who?")
        while len(Counted.asked) < busy:
            time.sleep(0.01)
        for end in range(5, len(QUESTION) + 1):
            last = server.ask_inline(ANN, QUESTION[:end])
        server.say(ANN, "hello")  # All of them have arrived when this is answered.
        server.wait_for_messages(ANN, 2)
        Counted.go.set()
        server.wait_for_inline_answer(last)
    assert Counted.asked[busy:] == [QUESTION]


def test_a_query_that_is_too_old_is_logged_alone(
    bot: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    bot.fail_next("answerInlineQuery", Refused("Bad Request: query is too old"))
    with caplog.at_level("INFO"):
        bot.ask_inline(ANN, QUESTION)
        bot.wait_for_calls("answerInlineQuery")
        bot.say(ANN, "hello")
        bot.wait_for_messages(ANN, 1)
    assert "Traceback" not in caplog.text
    bot.refusals.clear()


def test_queries_are_not_written_down(
    server: BotApiServer, new_dialogue: NewDialogue, library: Library
) -> None:
    added = []
    add = library.store.inbox.add
    library.store.inbox.add = lambda updates: added.extend(updates) or add(updates)  # type: ignore[assignment,func-returns-value]
    with running(server, new_dialogue, library.store):
        server.wait_for_inline_answer(server.ask_inline(ANN, QUESTION))
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    assert [list(each.payload) for each in added] == [["update_id", "message"]]
