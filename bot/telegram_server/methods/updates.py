"""How the bot gets its updates by a long poll."""

import asyncio

from bot.telegram_server.errors import CONFLICT_OF_POLL, ApiError
from bot.telegram_server.limits import MAX_POLL_SECONDS, MAX_UPDATES
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.allowed_updates import remember_allowed_updates
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json
from bot.telegram_server.updates import Poll

methods = MethodTable()


@methods.register("getUpdates")
async def get_updates(state: BotState, params: Params) -> list[Json]:
    """The updates that wait; if there are none, those that come while the call waits."""
    limit = min(max(params.integer("limit", MAX_UPDATES), 1), MAX_UPDATES)
    timeout = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    with state.changed:
        if state.webhook:
            raise ApiError(409, CONFLICT_OF_POLL)
        remember_allowed_updates(state.updates, params)
        state.updates.confirm(params.integer("offset"))
        state.changed.notify_all()  # For those who wait until the bot has taken what they did.
        if state.updates.pending or timeout == 0:
            return state.updates.pending[:limit]
        poll = state.updates.start_poll()
    await _wait_for_updates(state, poll, timeout)
    with state.changed:
        return state.updates.pending[:limit]


async def _wait_for_updates(state: BotState, poll: Poll, timeout: int) -> None:
    try:
        async with asyncio.timeout(timeout):
            if conflict := await poll.ended:
                raise ApiError(409, conflict)
    except TimeoutError:
        pass
    finally:
        with state.changed:
            state.updates.forget_poll(poll)
