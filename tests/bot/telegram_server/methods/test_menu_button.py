"""The menu button."""

from collections.abc import Callable

import pytest
from telegram import Bot, MenuButton, MenuButtonCommands, MenuButtonDefault

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, GROUP

CANNOT_PARSE = "can't parse menu button: "

REFUSED = [
    ({"menu_button": [1]}, f"{CANNOT_PARSE}MenuButton must be an Object"),
    ({"menu_button": {"type": "x"}}, f"{CANNOT_PARSE}MenuButton has unsupported type"),
    ({"menu_button": {"text": "x"}}, f'{CANNOT_PARSE}Can\'t find field "type"'),
    ({"chat_id": GROUP}, "invalid chat_id specified"),
    ({"chat_id": 99}, "user not found"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("setChatMenuButton", params, description)


async def test_menu_buttons(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await bot.set_chat_menu_button(CHAT, MenuButtonDefault())

    assert (await bot.get_chat_menu_button()).type == MenuButton.COMMANDS
    assert (await bot.get_chat_menu_button(CHAT)).type == MenuButton.COMMANDS
