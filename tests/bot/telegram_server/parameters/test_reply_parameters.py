"""Replies and quotes that are refused, and those that are taken."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import text_message


def quoting(quote: str, **parameters: Any) -> Json:
    return text_message(reply_parameters={"message_id": 1, "quote": quote} | parameters)


REFUSED = [
    (text_message(reply_parameters={"message_id": 999}), "message to be replied not found"),
    (text_message(reply_to_message_id=999), "message to be replied not found"),
    (quoting("The sky is green"), "QUOTE_TEXT_INVALID"),
    (quoting("the sky"), "QUOTE_TEXT_INVALID"),
    (quoting("<b>sky</b>", quote_parse_mode="HTML"), "QUOTE_TEXT_INVALID"),
    (quoting("Hello", message_id=2), "QUOTE_TEXT_INVALID"),
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
]


@pytest.mark.parametrize("params", ACCEPTED)
def test_takes_what_telegram_takes(
    assert_accepted: Callable[[str, Json], None], params: Json
) -> None:
    assert_accepted("sendMessage", params)
