"""The bot itself: who it is, and its leave from the server."""

from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("getMe")
def get_me(state: BotState, params: Params) -> Json:
    """The bot as a User."""
    return state.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy_mode,
        "supports_inline_queries": state.inline_mode,
        "supports_guest_queries": state.guest_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@methods.register("logOut")
def log_out(state: BotState, params: Params) -> bool:
    """Leave this server: from now on it refuses all calls."""
    state.is_logged_out = True
    return True


@methods.register("close")
def close(state: BotState, params: Params) -> bool:
    """Leave this server for another one; here, nothing happens."""
    return True
