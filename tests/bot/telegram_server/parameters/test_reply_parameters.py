"""Replies and quotes that are refused, and those that are taken."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, ReplyParameters

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, text_message


def quoting(quote: str, **parameters: Any) -> Json:
    return text_message(reply_parameters={"message_id": 1, "quote": quote} | parameters)


UNPARSED = "can't parse entities: Can't find end tag corresponding to start tag \"b\""

REFUSED = [
    (text_message(reply_parameters={"message_id": 999}), "message to be replied not found"),
    (text_message(reply_to_message_id=999), "message to be replied not found"),
    (quoting("The sky is green"), "QUOTE_TEXT_INVALID"),
    (quoting("the sky"), "QUOTE_TEXT_INVALID"),
    (quoting("<b>sky</b>", quote_parse_mode="HTML"), "QUOTE_TEXT_INVALID"),
    (quoting("Hello", message_id=2), "QUOTE_TEXT_INVALID"),
    (quoting("x" * 1025, message_id=5), "QUOTE_TEXT_INVALID"),
    (quoting("<b>x", quote_parse_mode="HTML"), UNPARSED),
    (quoting("sky", quote_position="near"), 'field "quote_position" must be a valid Number'),
    (quoting("sky", message_id=999), "message to be replied not found"),
    (text_message(reply_parameters={"quote": "sky"}), 'can\'t find field "message_id"'),
    (text_message(reply_parameters=[1]), "object expected as reply parameters"),
    (text_message(reply_parameters="{"), "can't parse reply parameters JSON object"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("sendMessage", params, description)


ACCEPTED = [
    quoting("The sky is blue."),
    quoting("<b>Hell</b>", quote_parse_mode="HTML", message_id=2),
    quoting("x", message_id=999, allow_sending_without_reply=True),
    quoting("x" * 1024, message_id=5),
    quoting("<b>" + "&lt;" * 1024 + "</b>", quote_parse_mode="HTML", message_id=6),
    quoting("is", quote_position=1000),
    quoting("<a href='https://e.org'>sky</a>", quote_parse_mode="HTML"),
]


@pytest.mark.parametrize("params", ACCEPTED)
def test_takes_what_telegram_takes(
    assert_accepted: Callable[[str, Json], None], params: Json
) -> None:
    assert_accepted("sendMessage", params)


@pytest.mark.parametrize(("expected", "position"), [(0, 5), (7, 8), (100, 11)])
async def test_a_quote_is_found_where_it_stands_nearest(
    server: BotApiServer, bot: Bot, expected: int, position: int
) -> None:
    message_id = server.say(CHAT, "😀😀 is is is")
    reply = ReplyParameters(message_id, quote="is", quote_position=expected)

    quote = (await bot.send_message(CHAT, "x", reply_parameters=reply)).quote

    assert quote is not None
    assert (quote.text, quote.position) == ("is", position)


async def test_a_quote_keeps_no_links(server: BotApiServer, bot: Bot) -> None:
    message_id = server.say(CHAT, "read this", links={"this": "https://e.org"})
    html = "<a href='https://e.org'>this</a>"
    reply = ReplyParameters(message_id, quote=html, quote_parse_mode="HTML")

    quote = (await bot.send_message(CHAT, "x", reply_parameters=reply)).quote

    assert quote is not None
    assert (quote.text, quote.entities) == ("this", ())
