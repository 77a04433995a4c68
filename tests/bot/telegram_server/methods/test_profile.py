"""The bot's name and descriptions."""

from collections.abc import Callable

import pytest
from telegram import Bot

from bot.telegram_server.types import Json

REFUSED = [
    ("setMyName", {"name": "x" * 65}, "name is too long"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short description is too long"),
    ("setMyName", {"name": "x", "language_code": "deu"}, "invalid language code specified"),
    ("getMyDescription", {"language_code": "DE"}, "invalid language code specified"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


async def test_descriptions(bot: Bot) -> None:
    await bot.set_my_description("Answers from articles.")
    await bot.set_my_description("Antwortet aus Artikeln.", language_code="de")
    await bot.set_my_short_description("Answers.")

    assert (await bot.get_my_description()).description == "Answers from articles."
    assert (await bot.get_my_description("de")).description == "Antwortet aus Artikeln."
    assert (await bot.get_my_description("es")).description == "Answers from articles."
    assert (await bot.get_my_short_description()).short_description == "Answers."


async def test_names(bot: Bot) -> None:
    await bot.set_my_name("Artikelbot", language_code="de")

    assert (await bot.get_my_name()).name == "Article Bot"
    assert (await bot.get_my_name("de")).name == "Artikelbot"
