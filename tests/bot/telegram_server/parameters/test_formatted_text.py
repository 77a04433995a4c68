"""Texts in a form that is refused."""

from collections.abc import Callable

import pytest

from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import html_message

REFUSED = [
    (html_message("<b>x") | {"parse_mode": "Markdown"}, "unsupported parse_mode"),
    (
        html_message("é<b>x"),
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (html_message("é</b>"), "can't parse entities: Unexpected end tag at byte offset 2"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("sendMessage", params, description)
