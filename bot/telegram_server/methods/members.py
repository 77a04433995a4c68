"""What a bot asks about those who are in a chat."""

from bot.telegram_server.chats import Chat
from bot.telegram_server.errors import bad_request
from bot.telegram_server.members import Member
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.chat_id import Access, find_chat
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.parameters.user_id import read_user_id
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("getChatMember")
def get_chat_member(state: BotState, params: Params) -> Json:
    """What a person or the bot itself is in a chat; who was never there has left."""
    user_id = read_user_id(params)
    access = Access.READ if user_id == state.bot_id else Access.READ_MEMBERS
    chat = find_chat(state, params, access)
    if chat.type == "private":
        return _member_of_private_chat(state, chat, user_id).as_json()
    if user_id in chat.members:
        return chat.members[user_id].as_json()
    if user_id == state.bot_id:
        return Member(state.user, "left").as_json()
    if not _is_known(state, user_id):
        raise bad_request("PARTICIPANT_ID_INVALID")
    return Member(state.person(user_id), "left").as_json()


def _member_of_private_chat(state: BotState, chat: Chat, user_id: int) -> Member:
    if user_id == state.bot_id:
        return Member(state.user, "member")
    if user_id == chat.id:
        return Member(state.person(user_id), "member")
    raise bad_request("member not found")


def _is_known(state: BotState, user_id: int) -> bool:
    """Whether the bot has met them anywhere."""
    return user_id in state.chats or any(user_id in chat.members for chat in state.chats.values())


@methods.register("getChatAdministrators")
def get_chat_administrators(state: BotState, params: Params) -> list[Json]:
    """The creator and the administrators of a group; of bots, the bot itself alone."""
    chat = find_chat(state, params, Access.READ_MEMBERS)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member.as_json() for member in chat.administrators()]


@methods.register("getChatMemberCount")
def get_chat_member_count(state: BotState, params: Params) -> int:
    """How many people and bots are in a chat."""
    chat = find_chat(state, params, Access.READ_MEMBERS)
    if chat.type == "private":
        return 2
    return sum(chat.has(user_id) for user_id in chat.members)
