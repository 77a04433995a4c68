"""How the bot answers queries, such as the press of a button."""

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import QUERY_TOO_OLD, bad_request
from bot.telegram_server.limits import MAX_CALLBACK_ANSWER_LENGTH
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState

methods = MethodTable()


@methods.register("answerCallbackQuery")
def answer_callback_query(state: BotState, params: Params) -> bool:
    """Answer the press of a button, once."""
    query_id = params.text("callback_query_id")
    if query_id not in state.open_callback_queries:
        raise bad_request(QUERY_TOO_OLD)
    if utf16_length(params.text("text")) > MAX_CALLBACK_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    state.open_callback_queries.remove(query_id)
    return True
