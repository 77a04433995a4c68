"""The lists of commands, by scope and by language."""

from collections.abc import Callable

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
)

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, GROUP


def command(name: str, description: str = "d") -> Json:
    return {"commands": [{"command": name, "description": description}]}


def scoped(**scope: object) -> Json:
    return command("ask") | {"scope": scope}


CANNOT_PARSE = "can't parse BotCommandScope: "

REFUSED = [
    (command(""), "command must be non-empty"),
    ({"commands": {}}, "expected an Array of BotCommand"),
    ({"commands": [1]}, "can't parse BotCommand: expected an Object"),
    ({"commands": [{"command": "x"}]}, "can't parse BotCommand: Can't find field \"description\""),
    (command("x" * 33), "command length must not exceed 32"),
    (command("Ask"), "BOT_COMMAND_INVALID"),
    (command("ask-me"), "BOT_COMMAND_INVALID"),
    (command("ask", " "), "command description must be non-empty"),
    (command("ask", "x" * 257), "command description length must not exceed 256"),
    ({"commands": command("ask")["commands"] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    (command("ask") | {"language_code": "english"}, "invalid language code specified"),
    (scoped(type="x"), f"{CANNOT_PARSE}Unsupported type specified"),
    (scoped(), f'{CANNOT_PARSE}Can\'t find field "type"'),
    (scoped(type="chat"), f'{CANNOT_PARSE}Can\'t find field "chat_id"'),
    (scoped(type="chat", chat_id=99), "chat not found"),
    (
        scoped(type="chat_member", chat_id=GROUP, user_id=0),
        f"{CANNOT_PARSE}Invalid user_id specified",
    ),
    (
        scoped(type="chat_administrators", chat_id=CHAT),
        "can't use specified scope in private chats",
    ),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("setMyCommands", params, description)


def test_takes_a_command_that_just_fits(assert_accepted: Callable[[str, Json], None]) -> None:
    assert_accepted("setMyCommands", command("x" * 32, "x" * 256))


async def test_commands_by_language(server: BotApiServer, bot: Bot) -> None:
    await bot.set_my_commands([("ask", "Ask a question"), ("help", "Say what this is")])
    await bot.set_my_commands([("ask", "Frage stellen")], language_code="de")

    assert [command["command"] for command in server.commands] == ["ask", "help"]
    assert len(await bot.get_my_commands(language_code="de")) == 1
    await bot.delete_my_commands(language_code="de")
    assert await bot.get_my_commands(language_code="de") == ()
    assert len(await bot.get_my_commands()) == 2


async def test_commands_by_scope(server: BotApiServer, bot: Bot) -> None:
    server.create_group(GROUP, creator=1)
    scopes = [
        BotCommandScopeAllGroupChats(),
        BotCommandScopeChatAdministrators(GROUP),
        BotCommandScopeChatMember(GROUP, 1),
    ]
    for number, scope in enumerate(scopes):
        await bot.set_my_commands([(f"command{number}", "d")], scope)

    for number, scope in enumerate(scopes):
        (shown,) = await bot.get_my_commands(scope)
        assert shown.command == f"command{number}"
    assert server.commands == []
