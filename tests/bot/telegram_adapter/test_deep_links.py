"""A shared article is opened by a link to the bot, over real HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.replies import sharing_replies
from bot.telegram_adapter.deep_links import deep_links
from bot.telegram_server import BotApiServer
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP

TOKEN = "x" * 22
FERRY = "The ferry to Holm\n\n" + "The ferry to Holm runs twice a day. It is red. " * 15


def payload_of(link: str) -> str:
    """What Telegram makes the bot's client say when the link is tapped."""
    address = urlsplit(link)
    assert (address.scheme, address.netloc) == ("https", "t.me")
    assert address.path == "/article_test_bot"
    return parse_qs(address.query)["start"][0]


def share(bot: BotApiServer, chat: int) -> list[str]:
    """The lines of the reply to /share, after the chat was given the ferry."""
    bot.say(chat, FERRY)
    bot.wait_for_messages(chat, 1)
    bot.say(chat, "/share")
    return bot.wait_for_messages(chat, 2)[-1].text.split("\n\n")


def test_whoever_taps_the_link_asks_the_article(bot: BotApiServer) -> None:
    named, link, _ = share(bot, ANN)
    assert named == "This opens “The ferry to Holm” in another person's chat:"
    bot.say(BEN, f"/start {payload_of(link)}")
    (opened,) = bot.wait_for_messages(BEN, 1)
    assert opened.text.startswith("I have read “The ferry to Holm”. Ask me about it.")
    assert "31 sentences" in opened.text
    bot.say(BEN, "How often does the ferry to Holm run a day?")
    assert "twice a day" in bot.wait_for_messages(BEN, 2)[-1].text


def test_a_button_passes_the_link_on_and_another_ends_it(bot: BotApiServer) -> None:
    _, link, _ = share(bot, ANN)
    shared = bot.sent_messages(ANN)[-1]
    markup = [call for call in bot.calls if call.method == "sendMessage"][-1].params["reply_markup"]
    pass_on, end = markup["inline_keyboard"][0]
    assert pass_on["text"] == "Share"
    assert urlsplit(pass_on["url"])[:3] == ("https", "t.me", "/share/url")
    assert parse_qs(urlsplit(pass_on["url"]).query) == {
        "url": [link], "text": ["The ferry to Holm"]
    }  # fmt: skip
    bot.press(ANN, shared.message_id, end["callback_data"])
    assert "opens nothing any more" in bot.wait_for_messages(ANN, 3)[-1].text
    bot.wait_for_calls("editMessageReplyMarkup")
    bot.say(BEN, f"/start {payload_of(link)}")
    (refusal,) = bot.wait_for_messages(BEN, 1)
    assert refusal.text == "\n\n".join(map(str, sharing_replies.OPENS_NOTHING.blocks))


def test_a_group_shares_and_opens_as_well(bot: BotApiServer) -> None:
    bot.say(GROUP, "/share")
    assert "Everybody who talks to me" in bot.wait_for_messages(GROUP, 1)[-1].text
    _, link, _ = share(bot, ANN)
    bot.say(GROUP, f"/start@article_test_bot {payload_of(link)}")
    assert "I have read “The ferry to Holm”" in bot.wait_for_messages(GROUP, 2)[-1].text


@pytest.mark.parametrize("title", ["", "A title", "Заголовок " * 40, "100 % & more? #1"])
def test_an_address_is_one_that_telegram_takes(title: str) -> None:
    link = deep_links("article_bot")(TOKEN, title)
    assert link.address == f"https://t.me/article_bot?start={TOKEN}"
    assert link.pass_on is not None
    assert link.pass_on.isascii()
    assert len(link.pass_on) < 2048
    assert not set(link.pass_on) & set(' +"<>')
    [url] = parse_qs(urlsplit(link.pass_on).query)["url"]
    assert url == link.address
