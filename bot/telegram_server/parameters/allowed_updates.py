"""`allowed_updates`: the types of update that the bot wants from now on."""

from bot.telegram_server.errors import bad_request
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.updates import UpdateQueue


def remember_allowed_updates(updates: UpdateQueue, params: Params) -> None:
    """Nothing changes if the parameter is not there. Raises ApiError."""
    allowed = params.get("allowed_updates")
    if allowed is None:
        return
    if not isinstance(allowed, list) or not all(isinstance(name, str) for name in allowed):
        raise bad_request("can't parse allowed updates JSON object")
    updates.allowed_updates = allowed
