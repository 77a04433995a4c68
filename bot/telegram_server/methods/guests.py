"""How the bot answers where it is a guest: in chats that it is no member of."""

from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.inline_result import read_inline_result
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("answerGuestQuery")
def answer_guest_query(state: BotState, params: Params) -> Json:
    """Answer whoever mentioned the bot, once, with a message in that chat."""
    result = read_inline_result(params)
    query_id = params.text("guest_query_id")
    chat, question = state.guest_queries.find(query_id)
    state.guest_queries.close(query_id)
    answer = chat.add_message(state.user, result.content)
    answer.source, answer.parse_mode = result.source, result.parse_mode
    answer.reply_markup = result.reply_markup
    answer.link_preview_options = result.link_preview_options
    answer.reply_to, answer.thread_id = question.message_id, question.thread_id
    answer.origin = {"guest_bot_caller_user": question.sender}
    return {"inline_message_id": state.add_inline_message(chat, answer)}
