"""How the bot has its updates posted to an address of its own."""

import re
from urllib.parse import SplitResult, urlsplit

from bot.telegram_server.errors import CONFLICT_WITH_WEBHOOK, ApiError, bad_request
from bot.telegram_server.limits import MAX_SECRET_TOKEN_LENGTH, MAX_WEBHOOK_CONNECTIONS
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.allowed_updates import remember_allowed_updates
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json
from bot.telegram_server.webhook import Delivery, Webhook, is_loopback

SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
DEFAULT_CONNECTIONS = 40
PORTS = (80, 88, 443, 8443)

methods = MethodTable()


@methods.register("setWebhook")
def set_webhook(state: BotState, params: Params) -> bool:
    """Get updates by having them posted; an empty address ends that."""
    if not params.text("url"):
        return delete_webhook(state, params)
    webhook = _read_webhook(params)
    webhook.proxy = state.webhook_proxy
    remember_allowed_updates(state.updates, params)
    _end(state, params)
    state.updates.end_poll(CONFLICT_WITH_WEBHOOK)
    state.webhook = webhook
    state.delivery = Delivery(webhook, state.updates, state.changed)
    return True


@methods.register("deleteWebhook")
def delete_webhook(state: BotState, params: Params) -> bool:
    """Get updates by polling."""
    _end(state, params)
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
    webhook = state.webhook.as_json() if state.webhook else {}
    return info | webhook | ({"allowed_updates": allowed} if allowed else {})


def _end(state: BotState, params: Params) -> None:
    if state.delivery:
        state.delivery.stop()
    state.webhook = state.delivery = None
    if params.boolean("drop_pending_updates"):
        state.updates.pending.clear()


def _read_webhook(params: Params) -> Webhook:
    secret_token = params.text("secret_token")
    if "certificate" in params.uploads:
        raise ApiError(501, "Not Implemented: certificates of webhooks are not imitated")
    try:
        _check_address(urlsplit(params.text("url")))
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if len(secret_token) > MAX_SECRET_TOKEN_LENGTH:
        raise bad_request("secret token is too long")
    if not SECRET_TOKEN.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", DEFAULT_CONNECTIONS)
    connections = min(max(connections, 1), MAX_WEBHOOK_CONNECTIONS)
    return Webhook(params.text("url"), secret_token, connections, params.text("ip_address"))


def _check_address(url: SplitResult) -> None:
    if not url.hostname or url.scheme not in ("http", "https"):
        raise ValueError
    port = url.port or (443 if url.scheme == "https" else 80)
    if is_loopback(url.hostname):
        return
    if url.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
