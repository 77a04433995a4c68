"""Queries that the bot answers."""

from collections.abc import Callable

import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, MORE_MARKUP

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def test_refuses_an_unknown_callback_query(
    assert_refused: Callable[[str, Json, str], None],
) -> None:
    assert_refused("answerCallbackQuery", {"callback_query_id": "1"}, QUERY_TOO_OLD)


async def test_a_pressed_button(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    await bot.get_updates()
    sent = await bot.send_message(CHAT, "x", reply_markup=MORE_MARKUP)
    with pytest.raises(ValueError, match="no button 'less:1'"):
        server.press(CHAT, sent.message_id, "less:1")
    query_id = server.press(CHAT, sent.message_id, "more:1")

    update = (await bot.get_updates())[-1]
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query_id, "more:1")
    assert update.callback_query.message == sent

    assert await update.callback_query.answer()
    with pytest.raises(telegram.error.BadRequest, match="uery is too old"):
        await update.callback_query.answer()
