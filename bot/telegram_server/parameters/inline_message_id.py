"""`inline_message_id`: a message that stands in a chat by inline mode, or as a guest's answer."""

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.errors import bad_request
from bot.telegram_server.inline import is_inline_message_id
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState


def find_inline_message(state: BotState, params: Params) -> tuple[Chat, Message]:
    """The message and the chat it is in. Raises ApiError."""
    message_id = params.text("inline_message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    if not is_inline_message_id(message_id):
        raise bad_request("invalid inline message identifier specified")
    if message_id not in state.inline_messages:
        raise bad_request("MESSAGE_ID_INVALID")
    return state.inline_messages[message_id]
