"""`user_id`: the person or the bot that a method is about."""

from bot.telegram_server.errors import bad_request
from bot.telegram_server.parameters.request import Params


def read_user_id(params: Params, name: str = "user_id") -> int:
    """The id that is given. Raises ApiError for what is none."""
    user_id = params.integer(name)
    if user_id <= 0:
        raise bad_request(f"invalid {name} specified")
    return user_id
