"""What people do, as the bot gets it."""

import httpx
import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, MORE_MARKUP, call, text_message, update_texts


def test_a_long_paste_comes_in_parts(server: BotApiServer, http: httpx.Client) -> None:
    text = "A sentence of words. 😀\n" * 400
    with pytest.raises(ValueError, match="paste"):
        server.say(CHAT, text)

    assert len(server.paste(CHAT, text)) == 3

    assert "\n".join(update_texts(http, server)) == text.strip()


async def test_a_person_edits(server: BotApiServer, bot: Bot) -> None:
    message_id = server.say(CHAT, "first")
    server.edit(CHAT, message_id, "second")

    update = (await bot.get_updates())[-1]
    assert update.edited_message is not None
    assert update.edited_message.message_id == message_id
    assert update.edited_message.text == "second"


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


def test_a_blocked_bot(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    server.block(CHAT)

    refusal = call(http, server, "sendMessage", text_message())

    assert refusal["description"] == "Forbidden: bot was blocked by the user"
