"""Messages that the bot sends, edits and deletes."""

from collections.abc import Callable

import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import (
    CHAT,
    GROUP,
    MORE_KEYBOARD,
    MORE_MARKUP,
    html_message,
    text_message,
)

# The bot's message as it is.
UNCHANGED = html_message("<b>Hello</b>") | {"message_id": 2}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)

REFUSED = [
    ("sendMessage", {"chat_id": CHAT}, "message text is empty"),
    ("sendMessage", text_message(""), "message text is empty"),
    ("sendMessage", text_message(" \n"), "text must be non-empty"),
    ("sendMessage", text_message("x" * 4097), "message is too long"),
    ("sendMessage", text_message("😀" * 2049), "message is too long"),
    ("sendMessage", html_message("<b>" + "x" * 4097 + "</b>"), "message is too long"),
    ("sendDocument", {"chat_id": CHAT, "caption": "x" * 1025}, "message caption is too long"),
    ("editMessageText", UNCHANGED | {"reply_markup": MORE_KEYBOARD}, NOT_MODIFIED),
    ("editMessageText", UNCHANGED | {"message_id": 999}, "message to edit not found"),
    ("editMessageText", UNCHANGED | {"message_id": 1}, "message can't be edited"),
    ("editMessageText", UNCHANGED | {"message_id": 3}, "there is no text in the message to edit"),
    ("editMessageText", UNCHANGED | {"message_id": ""}, "message to edit not found"),
    ("editMessageText", UNCHANGED | {"text": ""}, "message text is empty"),
    ("editMessageText", UNCHANGED | {"text": "x" * 4097}, "MESSAGE_TOO_LONG"),
    (
        "editMessageReplyMarkup",
        {"chat_id": CHAT, "message_id": 2, "reply_markup": MORE_KEYBOARD},
        NOT_MODIFIED,
    ),
    ("editMessageReplyMarkup", {"chat_id": CHAT, "message_id": 999}, "message to edit not found"),
    ("deleteMessage", {"chat_id": CHAT, "message_id": 999}, "message to delete not found"),
    ("deleteMessage", {"chat_id": CHAT}, "message identifier is not specified"),
    ("deleteMessage", {"message_id": 2}, "chat identifier is not specified"),
    ("deleteMessage", {"chat_id": GROUP, "message_id": 4}, "message can't be deleted"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


ACCEPTED = [
    ("sendMessage", text_message("x" * 4096)),
    ("sendMessage", text_message("😀" * 2048)),
    ("sendMessage", html_message("<b>" + "&lt;" * 4096 + "</b>")),
]


@pytest.mark.parametrize(("method", "params"), ACCEPTED)
def test_takes_what_just_fits(
    assert_accepted: Callable[[str, Json], None], method: str, params: Json
) -> None:
    assert_accepted(method, params)


async def test_the_bot_edits_and_deletes(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    sent = await bot.send_message(CHAT, "x", reply_markup=MORE_MARKUP)
    await sent.edit_text("<i>y</i>", parse_mode="HTML", reply_markup=MORE_MARKUP)
    assert server.sent_messages(CHAT)[0].html == "<i>y</i>"
    await sent.edit_reply_markup(None)
    assert server.sent_messages(CHAT)[0].buttons == []
    await sent.delete()
    assert server.sent_messages(CHAT) == []


async def test_an_administrator_deletes_messages_of_others(server: BotApiServer, bot: Bot) -> None:
    message_id = server.say(GROUP, "/start")
    server.promote(GROUP, server.bot_id)
    assert await bot.delete_message(GROUP, message_id)
