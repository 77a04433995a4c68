"""In groups where the bot is a member, a mention in a reply asks that very post."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.telegram_server import BotApiServer
from index.errors import FetchError
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, TOKEN, running

BOT = "@article_test_bot"
LINK = "https://example.org/ferry"
POST = "The ferry to Holm is red. It runs twice a day. A ticket costs three crowns. Ada steers it."


def fetch(url: str) -> Article:
    if url != LINK:
        raise FetchError("There is no page at {url}.", url=url)
    text = "The old ferry sank in 1902. The new ferry to Holm has a bell of brass."
    return replace(load_text(text, title="Ferry"), url=url)


@pytest.fixture
def bot(library: Library) -> Iterator[BotApiServer]:
    """A group whose posts the bot sees only where it is mentioned."""
    with (
        BotApiServer(token=TOKEN) as server,
        running(server, lambda chat: Dialogue(library.collection(chat), fetch), library.store),
    ):
        yield server
    assert server.refusals == []


def ask(bot: BotApiServer, text: str, post: int, number: int = 1) -> str:
    bot.say(GROUP, text, reply_to=post, user_id=ANN)
    return bot.wait_for_messages(GROUP, number)[number - 1].text


def test_a_post_is_asked_and_the_groups_article_stays(bot: BotApiServer, library: Library) -> None:
    post = bot.say(GROUP, POST, user_id=BEN)
    assert "A ticket costs three crowns." in ask(bot, f"{BOT} what does a ticket cost?", post)
    bot.say(GROUP, f"{BOT} who released the photos?")
    assert "Sentence 2 of 13" in bot.wait_for_messages(GROUP, 2)[1].text
    assert library.collection(f"telegram:{GROUP}").articles() == ()


def test_a_page_is_asked_and_not_kept(bot: BotApiServer, library: Library) -> None:
    post = bot.say(GROUP, f"Look! {LINK}", user_id=BEN)
    answer = ask(bot, f"{BOT} which bell does the new ferry have?", post)
    assert answer.startswith("From “Ferry”:")
    assert "a bell of brass" in answer
    assert library.store.counts() == (0, 0)


def test_a_page_that_can_not_be_read_is_told_of(bot: BotApiServer) -> None:
    post = bot.say(GROUP, "https://example.org/gone", user_id=BEN)
    assert ask(bot, f"{BOT} who?", post) == "There is no page at https://example.org/gone."


def test_a_document_is_asked(bot: BotApiServer) -> None:
    post = bot.send_document(GROUP, "ferry.txt", POST.encode(), user_id=BEN)
    assert "three crowns" in ask(bot, f"{BOT} what does a ticket cost?", post)


@pytest.mark.parametrize("text", [BOT, f"/summary{BOT}"])
def test_a_post_is_summed_up(bot: BotApiServer, text: str) -> None:
    assert ask(bot, text, bot.say(GROUP, POST, user_id=BEN)).startswith("The post in short:")


def test_other_commands_are_about_the_groups_article(bot: BotApiServer) -> None:
    assert ask(bot, "/article", bot.say(GROUP, POST, user_id=BEN)).startswith("You are asking")


def test_an_admins_link_beside_the_mention_becomes_the_groups_article(
    bot: BotApiServer, library: Library
) -> None:
    post = bot.say(GROUP, POST, user_id=BEN)
    bot.promote(GROUP, ANN)
    assert "I have read “Ferry”" in ask(bot, f"{BOT} {LINK}", post)
    assert len(library.collection(f"telegram:{GROUP}").articles()) == 1


@pytest.mark.parametrize("text", [BOT, f"{BOT} who released the photos?"])
def test_a_question_of_somebody_else_is_asked_of_the_groups_article(
    bot: BotApiServer, text: str
) -> None:
    post = bot.say(GROUP, "Who released the photos?", user_id=BEN)
    assert "Sentence 2 of 13" in ask(bot, text, post)


def test_a_reply_to_the_answer_asks_the_same_post(bot: BotApiServer) -> None:
    ask(bot, f"{BOT} what does a ticket cost?", bot.say(GROUP, POST, user_id=BEN))
    (answer,) = bot.sent_messages(GROUP)
    assert "Ada steers it." in ask(bot, "who steers it?", answer.message_id, 2)


def test_in_a_private_chat_a_reply_to_a_link_loads_it(bot: BotApiServer) -> None:
    bot.say(ANN, LINK)
    bot.wait_for_messages(ANN, 1)
    post = bot.say(ANN, f"Look! {LINK}")
    bot.wait_for_messages(ANN, 2)
    bot.say(ANN, "Which bell does the new ferry have?", reply_to=post)
    assert "I know “Ferry” already" in bot.wait_for_messages(ANN, 3)[2].text
