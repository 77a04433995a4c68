"""How the bot answers queries, such as the press of a button."""

from tests.bot_api.entities import utf16_length
from tests.bot_api.errors import QUERY_TOO_OLD, bad_request
from tests.bot_api.limits import MAX_CALLBACK_ANSWER_LENGTH
from tests.bot_api.methods.table import MethodTable
from tests.bot_api.parameters.request import Params
from tests.bot_api.state import BotState

methods = MethodTable()


@methods.register("answerCallbackQuery")
def answer_callback_query(state: BotState, params: Params) -> bool:
    query_id = params.text("callback_query_id")
    if query_id not in state.open_callback_queries:
        raise bad_request(QUERY_TOO_OLD)
    if utf16_length(params.text("text")) > MAX_CALLBACK_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    state.open_callback_queries.remove(query_id)
    return True
