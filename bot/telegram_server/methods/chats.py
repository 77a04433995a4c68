"""What a bot asks and shows about a chat as a whole."""

from bot.telegram_server.errors import bad_request
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.chat_id import Access, find_chat
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

CHAT_ACTIONS = {
    "cancel",
    "choose_sticker",
    "find_location",
    "pick_up_location",
    "record_audio",
    "record_video",
    "record_video_note",
    "record_voice",
    "typing",
    "upload_audio",
    "upload_document",
    "upload_photo",
    "upload_video",
    "upload_video_note",
    "upload_voice",
}

methods = MethodTable()


@methods.register("getChat")
def get_chat(state: BotState, params: Params) -> Json:
    """A chat, as far as the bot may know it."""
    return find_chat(state, params).as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


@methods.register("sendChatAction")
def send_chat_action(state: BotState, params: Params) -> bool:
    """Show that the bot is busy ("typing...")."""
    if params.text("action").lower() not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    find_chat(state, params, Access.WRITE)
    return True
