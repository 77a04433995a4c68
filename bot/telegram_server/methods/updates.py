"""How the bot gets its updates: the long poll, and webhooks, of which there is none."""

import asyncio

from bot.telegram_server.errors import CONFLICT, ApiError, bad_request
from bot.telegram_server.limits import MAX_POLL_SECONDS, MAX_UPDATES
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json
from bot.telegram_server.updates import Poll, UpdateQueue

methods = MethodTable()


@methods.register("getUpdates")
async def get_updates(state: BotState, params: Params) -> list[Json]:
    """The updates that wait; if there are none, those that come while the call waits."""
    limit = min(max(params.integer("limit", MAX_UPDATES), 1), MAX_UPDATES)
    timeout = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    with state.changed:
        _remember_allowed_updates(state.updates, params)
        state.updates.confirm(params.integer("offset"))
        if state.updates.pending or timeout == 0:
            return state.updates.pending[:limit]
        poll = state.updates.start_poll()
    await _wait_for_updates(state, poll, timeout)
    with state.changed:
        return state.updates.pending[:limit]


def _remember_allowed_updates(updates: UpdateQueue, params: Params) -> None:
    allowed = params.get("allowed_updates")
    if allowed is None or allowed == "":
        return
    if not isinstance(allowed, list) or not all(isinstance(name, str) for name in allowed):
        raise bad_request("can't parse allowed updates JSON object")
    updates.allowed_updates = allowed


async def _wait_for_updates(state: BotState, poll: Poll, timeout: int) -> None:
    try:
        async with asyncio.timeout(timeout):
            if await poll.ended_by_other:
                raise ApiError(409, CONFLICT)
    except TimeoutError:
        pass
    finally:
        with state.changed:
            state.updates.forget_poll(poll)


@methods.register("deleteWebhook")
def delete_webhook(state: BotState, params: Params) -> bool:
    """Get updates by polling."""
    if params.boolean("drop_pending_updates"):
        state.updates.pending.clear()
    return True


@methods.register("getWebhookInfo")
def get_webhook_info(state: BotState, params: Params) -> Json:
    """How updates come, and how many wait."""
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.pending),
    }
    allowed = state.updates.allowed_updates
    return info | ({"allowed_updates": allowed} if allowed else {})
