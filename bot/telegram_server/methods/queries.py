"""How the bot answers the press of a button."""

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import bad_request
from bot.telegram_server.limits import MAX_CALLBACK_ANSWER_LENGTH
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState

methods = MethodTable()


@methods.register("answerCallbackQuery")
def answer_callback_query(state: BotState, params: Params) -> bool:
    """Answer the press of a button, once."""
    query_id = params.text("callback_query_id")
    state.callback_queries.find(query_id)
    if utf16_length(params.text("text")) > MAX_CALLBACK_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    state.callback_queries.close(query_id)
    return True
