"""Guest mode: the bot answers once where it is no member, and can do nothing else there."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import telegram
from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import GROUP, MORE_MARKUP, call

ANN = 1001
QUESTION = "@article_test_bot what colour?"
RESULT = InlineQueryResultArticle(
    "1", "Answer", InputTextMessageContent("<b>Blue</b>.", parse_mode="HTML")
)


def answer(**result: Any) -> Json:
    content = {"message_text": "x"}
    form = {"type": "article", "id": "1", "title": "t", "input_message_content": content}
    return {"guest_query_id": "1", "result": form | result}


REFUSED = [
    (answer(), "query is too old and response timeout expired or query ID is invalid"),
    ({"guest_query_id": "1"}, "result isn't specified"),
    ({"guest_query_id": "1", "result": [1]}, "inline query result must be an object"),
    (answer(id=None), 'can\'t find field "id"'),
    (answer(title=""), "ARTICLE_TITLE_EMPTY"),
    (answer(input_message_content={"message_text": "x" * 4097}), "MESSAGE_TOO_LONG"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("answerGuestQuery", params, description)


async def test_a_guest_answers_once(server: BotApiServer, bot: Bot) -> None:
    server.create_group(GROUP, "supergroup", creator=7, with_bot=False)
    post = server.say(GROUP, "The sky is blue.", user_id=7)
    query_id = server.ask_as_guest(GROUP, QUESTION, user_id=ANN, reply_to=post)

    (update,) = await bot.get_updates()
    message = update.guest_message
    assert message is not None
    assert message.guest_query_id == query_id
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "The sky is blue."
    sent = await message.answer_guest_query(RESULT)

    (shown,) = server.sent_messages(GROUP)
    assert (shown.text, shown.html, shown.reply_to) == ("Blue.", "<b>Blue</b>.", message.message_id)
    assert shown.inline_message_id == sent.inline_message_id
    with pytest.raises(telegram.error.BadRequest, match="uery is too old"):
        await message.answer_guest_query(RESULT)


@pytest.mark.parametrize("chat_type", ["group", "supergroup"])
async def test_a_guest_can_do_nothing_else(server: BotApiServer, bot: Bot, chat_type: str) -> None:
    server.ask_as_guest(GROUP, QUESTION, chat_type=chat_type)
    refused = f"bot is not a member of the {chat_type} chat"

    with pytest.raises(telegram.error.Forbidden, match=refused):
        await bot.send_message(GROUP, "x")
    with pytest.raises(telegram.error.Forbidden, match=refused):
        await bot.send_chat_action(GROUP, "typing")
    with pytest.raises(telegram.error.Forbidden, match=refused):
        await bot.get_chat_administrators(GROUP)


async def test_an_answer_of_a_guest_is_edited_and_its_buttons_pressed(
    server: BotApiServer, bot: Bot, http: httpx.Client
) -> None:
    query_id = server.ask_as_guest(GROUP, QUESTION)
    sent = await bot.answer_guest_query(query_id, RESULT)
    edited = {"inline_message_id": sent.inline_message_id, "text": "Green."}

    keyboard = {"reply_markup": MORE_MARKUP.to_dict()}
    assert call(http, server, "editMessageText", edited | keyboard)["result"] is True
    (shown,) = server.sent_messages(GROUP)
    server.press(GROUP, shown.message_id, "more:1")

    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.message, query.inline_message_id) == (None, sent.inline_message_id)
    assert await bot.edit_message_reply_markup(inline_message_id=sent.inline_message_id)
    assert call(http, server, "editMessageText", edited)["description"].startswith(
        "Bad Request: message is not modified"
    )


async def test_a_reply_to_the_guest_asks_it_again(server: BotApiServer, bot: Bot) -> None:
    with pytest.raises(ValueError, match="nobody mentions"):
        server.ask_as_guest(GROUP, "and when?")
    await bot.answer_guest_query(server.ask_as_guest(GROUP, QUESTION), RESULT)
    (shown,) = server.sent_messages(GROUP)

    server.ask_as_guest(GROUP, "and when?", reply_to=shown.message_id)

    message = (await bot.get_updates())[-1].guest_message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.guest_bot_caller_user == message.from_user


def test_a_member_is_no_guest(server: BotApiServer) -> None:
    server.create_group(GROUP)
    with pytest.raises(ValueError, match="the bot is in chat"):
        server.ask_as_guest(GROUP, QUESTION)


def test_guest_mode_may_be_off(http: httpx.Client) -> None:
    with BotApiServer(guest_mode=False) as server:
        assert not call(http, server, "getMe", {})["result"]["supports_guest_queries"]
        with pytest.raises(ValueError, match="is off"):
            server.ask_as_guest(GROUP, QUESTION)
