"""How the bot answers inline queries: people type its name and a question in any chat."""

import re

from bot.telegram_server.errors import ApiError, bad_request, nested
from bot.telegram_server.inline import InlineAnswer
from bot.telegram_server.limits import (
    MAX_INLINE_CACHE_SECONDS,
    MAX_NEXT_OFFSET_BYTES,
    MAX_START_PARAMETER_LENGTH,
)
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.fields import optional_text, required_text
from bot.telegram_server.parameters.inline_result import check_inline_result, read_inline_results
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

DEFAULT_CACHE_SECONDS = 300
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]*")

methods = MethodTable()


@methods.register("answerInlineQuery")
def answer_inline_query(state: BotState, params: Params) -> bool:
    """Offer results for what a person typed, once."""
    button = _read_button(params)
    results = read_inline_results(params)
    _check_button(button)
    for result in results:
        check_inline_result(result)
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = params.text("next_offset")
    if len(next_offset.encode()) > MAX_NEXT_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = params.integer("cache_time", DEFAULT_CACHE_SECONDS)
    query_id = params.text("inline_query_id")
    query = state.inline_queries.find(query_id)
    state.inline_queries.close(query_id)
    state.inline_answers[query_id] = (
        query,
        InlineAnswer(
            query_id=query_id,
            results=results,
            button=button,
            cache_time=min(max(cache_time, 0), MAX_INLINE_CACHE_SECONDS),
            is_personal=params.boolean("is_personal"),
            next_offset=next_offset,
        ),
    )
    return True


def _read_button(params: Params) -> Json | None:
    button = params.get("button")
    if button is None:
        return None
    try:
        if not isinstance(button, dict):
            raise bad_request("InlineQueryResultsButton must be an Object")
        required_text(button, "text")
        if not {"start_parameter", "web_app"} & button.keys():
            raise bad_request("InlineQueryResultsButton must have exactly one optional field")
    except ApiError as error:
        raise nested("can't parse inline query results button", error) from None
    return button


def _check_button(button: Json | None) -> None:
    if button is None or "start_parameter" not in button:
        return
    parameter = optional_text(button, "start_parameter")
    if not parameter:
        raise bad_request("can't use empty start_parameter")
    if len(parameter.encode()) > MAX_START_PARAMETER_LENGTH:
        raise bad_request("too long start_parameter specified")
    if not START_PARAMETER.fullmatch(parameter):
        raise bad_request("unallowed characters in start_parameter are used")
    if not button["text"]:
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
