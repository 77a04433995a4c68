"""Inline mode: what may be offered, and what becomes of what is chosen."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import telegram
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, GROUP, MORE_MARKUP, call

ANN = 1001


def article(result_id: str = "1", text: str = "x", **fields: Any) -> Json:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {
        "type": "article",
        "id": result_id,
        "title": "Title",
        "input_message_content": content,
    } | fields


def answer(*results: Json, **params: Any) -> Json:
    return {"inline_query_id": "1", "results": list(results)} | params


CANNOT_PARSE = "can't parse inline query result: "
CANNOT_PARSE_BUTTON = "can't parse inline query results button: "
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

REFUSED = [
    (answer(article()), TOO_OLD),
    (answer(*[article(str(n)) for n in range(51)]), "too many inline query results specified"),
    (answer() | {"results": {"a": 1}}, "expected an Array of inline query results"),
    (answer(article(), article()), "RESULT_ID_DUPLICATE"),
    (answer(article("")), "RESULT_ID_EMPTY"),
    (answer(article("é" * 33)), "RESULT_ID_INVALID"),
    (answer(article(title="")), "ARTICLE_TITLE_EMPTY"),
    (answer(article(title=None)), f'{CANNOT_PARSE}Can\'t find field "title"'),
    (answer({"type": "article"}), f'{CANNOT_PARSE}Can\'t find field "id"'),
    (answer(article(text="")), f"{CANNOT_PARSE}Input message content is not specified"),
    (
        answer(article(input_message_content=None)),
        f'{CANNOT_PARSE}Can\'t find field "message_text"',
    ),
    (
        answer(article(text="<b>x")),
        f"{CANNOT_PARSE}Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (answer(article(text=" ")), "text must be non-empty"),
    (answer(article(text="x" * 4097)), "MESSAGE_TOO_LONG"),
    (
        answer(article(reply_markup={"inline_keyboard": [[{"text": "x"}]]})),
        f"{CANNOT_PARSE}Can't parse inline keyboard button: Text buttons are unallowed in the"
        " inline keyboard",
    ),
    (
        answer(article(type="poem")),
        f'{CANNOT_PARSE}type "poem" is unsupported for the inline query result',
    ),
    (answer(next_offset="x" * 65), "NEXT_OFFSET_INVALID"),
    (
        answer(button={"text": "Start"}),
        f"{CANNOT_PARSE_BUTTON}InlineQueryResultsButton must have exactly one optional field",
    ),
    (answer(button={"start_parameter": "x"}), f'{CANNOT_PARSE_BUTTON}Can\'t find field "text"'),
    (
        answer(button={"text": "Start", "start_parameter": ""}),
        "can't use empty start_parameter",
    ),
    (
        answer(button={"text": "Start", "start_parameter": "x" * 65}),
        "too long start_parameter specified",
    ),
    (
        answer(button={"text": "Start", "start_parameter": "a b"}),
        "unallowed characters in start_parameter are used",
    ),
    (answer(button={"text": "", "start_parameter": "x"}), "SWITCH_PM_TEXT_EMPTY"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("answerInlineQuery", params, description)


FITTING = [
    answer(*[article(str(n)) for n in range(50)]),
    answer(article("x" * 64, "x" * 4096), next_offset="x" * 64),
    answer(button={"text": "Start", "start_parameter": "x" * 64}),
    answer(),
]


@pytest.mark.parametrize("params", FITTING)
def test_takes_what_just_fits(server: BotApiServer, http: httpx.Client, params: Json) -> None:
    query_id = server.ask_inline(ANN, "what?")
    params = params | {"inline_query_id": query_id}
    assert call(http, server, "answerInlineQuery", params)["ok"]


async def offered(server: BotApiServer, bot: Bot, **fields: Any) -> str:
    """The id of a query to which the bot has offered one result, "1"."""
    query_id = server.ask_inline(ANN, "what colour?", "20")
    query = (await bot.get_updates())[-1].inline_query
    assert query is not None
    assert (query.id, query.query, query.offset) == (query_id, "what colour?", "20")
    content = InputTextMessageContent("It is <b>blue</b>.", parse_mode="HTML")
    await query.answer(
        [InlineQueryResultArticle("1", "Blue", content, **fields)],
        cache_time=10,
        is_personal=True,
        button=InlineQueryResultsButton("Open the chat", start_parameter="x"),
    )
    return query_id


async def test_an_inline_query_is_answered_once(server: BotApiServer, bot: Bot) -> None:
    query_id = await offered(server, bot)

    answer = server.wait_for_inline_answer(query_id)

    assert [(result.id, result.title) for result in answer.results] == [("1", "Blue")]
    assert (answer.cache_time, answer.is_personal) == (10, True)
    assert answer.button == {"text": "Open the chat", "start_parameter": "x"}
    with pytest.raises(telegram.error.BadRequest, match="uery is too old"):
        await bot.answer_inline_query(query_id, [])


async def test_a_chosen_result_is_a_message_of_the_person(server: BotApiServer, bot: Bot) -> None:
    query_id = await offered(server, bot)
    server.say(GROUP, "/start")

    server.choose_inline(query_id, "1", GROUP)

    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.from_user is not None
    assert message.via_bot is not None
    assert (message.from_user.id, message.via_bot.id) == (ANN, bot.id)
    assert message.text_html == "It is <b>blue</b>."
    with pytest.raises(ValueError, match="no result"):
        server.choose_inline(query_id, "2", GROUP)


async def test_the_bot_edits_what_was_chosen(bot: Bot, http: httpx.Client) -> None:
    with BotApiServer(bot.token, inline_feedback=True) as server:
        server.create_group(GROUP, with_bot=False)
        query_id = server.ask_inline(ANN, "what colour?")
        result = article(reply_markup=MORE_MARKUP.to_dict())
        call(http, server, "answerInlineQuery", answer(result, inline_query_id=query_id))
        message_id = server.choose_inline(query_id, "1", GROUP)
        server.press(GROUP, message_id, "more:1", user_id=ANN)

        chosen, pressed = call(http, server, "getUpdates", {})["result"][-2:]
        edited = {
            "inline_message_id": chosen["chosen_inline_result"]["inline_message_id"],
            "text": "y",
        }

        assert "message" not in pressed["callback_query"]
        assert pressed["callback_query"]["inline_message_id"] == edited["inline_message_id"]
        assert call(http, server, "editMessageText", edited)["result"] is True
        assert [message.text for message in server.sent_messages(GROUP)] == ["y"]


NOT_FOUND = [
    ({}, "message identifier is not specified"),
    ({"inline_message_id": "x"}, "invalid inline message identifier specified"),
    ({"inline_message_id": "A" * 32}, "MESSAGE_ID_INVALID"),
]


@pytest.mark.parametrize(("params", "description"), NOT_FOUND)
def test_refuses_to_edit_what_is_not_there(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("editMessageText", {"text": "y"} | params, description)


def test_inline_mode_may_be_off(http: httpx.Client) -> None:
    with BotApiServer(inline_mode=False) as server:
        assert not call(http, server, "getMe", {})["result"]["supports_inline_queries"]
        with pytest.raises(ValueError, match="is off"):
            server.ask_inline(CHAT, "what?")
