"""What the bot asks and shows about a chat."""

from collections.abc import Callable

import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT

REFUSED = [
    ("getChat", {"chat_id": 99}, "chat not found"),
    (
        "sendChatAction",
        {"chat_id": CHAT, "action": "thinking"},
        "wrong parameter action in request",
    ),
    ("sendChatAction", {"chat_id": 99, "action": "typing"}, "chat not found"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


def test_takes_a_chat_action(assert_accepted: Callable[[str, Json], None]) -> None:
    assert_accepted("sendChatAction", {"chat_id": CHAT, "action": "typing"})


async def test_a_chat(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")

    assert (await bot.get_chat(CHAT)).type == "private"
