"""Buttons that people press, and bots that they block."""

import httpx
import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, MORE_MARKUP, call, text_message


async def test_a_button_that_is_gone_can_only_be_forced(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    sent = await bot.send_message(CHAT, "x", reply_markup=MORE_MARKUP)
    await sent.edit_text("y")
    with pytest.raises(ValueError, match="no button"):
        server.press(CHAT, sent.message_id, "more:1")
    await sent.delete()

    server.press(CHAT, sent.message_id, "more:1", force=True)

    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_an_answer_that_comes_too_late(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    sent = await bot.send_message(CHAT, "x", reply_markup=MORE_MARKUP)
    query_id = server.press(CHAT, sent.message_id, "more:1")

    server.stop_waiting()

    with pytest.raises(telegram.error.BadRequest, match="uery is too old"):
        await bot.answer_callback_query(query_id)


async def test_a_blocked_bot(server: BotApiServer, bot: Bot, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    server.block(CHAT)

    refusal = call(http, server, "sendMessage", text_message())

    assert refusal["description"] == "Forbidden: bot was blocked by the user"
    update = (await bot.get_updates())[-1].my_chat_member
    assert update is not None
    assert update.new_chat_member.status == "kicked"
