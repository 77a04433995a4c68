"""What the bot sets and reads about itself."""

from collections.abc import Callable

import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json


def command(name: str, description: str = "d") -> Json:
    return {"commands": [{"command": name, "description": description}]}


REFUSED = [
    ("setMyCommands", command(""), "command must be non-empty"),
    ("setMyCommands", command("x" * 33), "command length must not exceed 32"),
    ("setMyCommands", command("Ask"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", command("ask-me"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", command("ask", " "), "command description must be non-empty"),
    ("setMyCommands", command("ask", "x" * 257), "command description length must not exceed 256"),
    ("setMyCommands", {"commands": command("ask")["commands"] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short description is too long"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


def test_takes_a_command_that_just_fits(assert_accepted: Callable[[str, Json], None]) -> None:
    assert_accepted("setMyCommands", command("x" * 32, "x" * 256))


async def test_commands(server: BotApiServer, bot: Bot) -> None:
    await bot.set_my_commands([("ask", "Ask a question"), ("help", "Say what this is")])
    await bot.set_my_commands([("ask", "Frage stellen")], language_code="de")

    assert [command["command"] for command in server.commands] == ["ask", "help"]
    assert len(await bot.get_my_commands(language_code="de")) == 1


async def test_descriptions(bot: Bot) -> None:
    await bot.set_my_description("Answers from articles.")
    await bot.set_my_short_description("Answers.")

    assert (await bot.get_my_description()).description == "Answers from articles."
    assert (await bot.get_my_short_description()).short_description == "Answers."


async def test_the_bot_knows_itself_until_it_logs_out(bot: Bot) -> None:
    assert (bot.username, bot.can_read_all_group_messages) == ("article_test_bot", False)
    assert await bot.log_out()
    with pytest.raises(telegram.error.BadRequest, match="Logged out"):
        await bot.get_me()
