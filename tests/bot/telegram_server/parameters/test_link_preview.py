"""Link previews."""

from collections.abc import Callable

import httpx
import pytest

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, call, text_message


def previewing(options: object) -> Json:
    return text_message(link_preview_options=options)


REFUSED = [
    (previewing([1]), "object expected as link preview options"),
    (previewing({"is_disabled": "yes"}), 'field "is_disabled" must be of type Boolean'),
    (previewing({"url": [1]}), 'field "url" must be of type String'),
    (previewing("{"), "can't parse link preview options JSON object"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("sendMessage", params, description)


TAKEN: list[tuple[Json, Json | None]] = [
    ({"link_preview_options": {"is_disabled": True}}, {"is_disabled": True}),
    ({"link_preview_options": {"is_disabled": False}}, None),
    ({"link_preview_options": {"url": "https://e.org"}}, {"url": "https://e.org"}),
    ({"disable_web_page_preview": True}, {"is_disabled": True}),
]


@pytest.mark.parametrize(("params", "options"), TAKEN)
def test_they_come_back_with_the_message(
    server: BotApiServer, http: httpx.Client, params: Json, options: Json | None
) -> None:
    server.say(CHAT, "hello")

    sent = call(http, server, "sendMessage", text_message(**params))["result"]

    assert sent.get("link_preview_options") == options
    assert server.sent_messages(CHAT)[0].link_preview_options == options
