"""Which messages of a group are answered."""

import pytest

from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import GROUP, TOKEN, running


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
