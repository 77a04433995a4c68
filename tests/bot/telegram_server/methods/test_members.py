"""What the bot asks about the members of a chat."""

from collections.abc import Callable

import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, GROUP

REFUSED = [
    ("getChatMember", {"chat_id": GROUP}, "invalid user_id specified"),
    ("getChatMember", {"chat_id": GROUP, "user_id": 999}, "PARTICIPANT_ID_INVALID"),
    ("getChatMember", {"chat_id": CHAT, "user_id": 999}, "member not found"),
    ("getChatMember", {"chat_id": 99, "user_id": 1}, "chat not found"),
    (
        "getChatAdministrators",
        {"chat_id": CHAT},
        "there are no administrators in the private chat",
    ),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


async def test_members(server: BotApiServer, bot: Bot) -> None:
    server.create_group(GROUP, creator=1)
    server.promote(GROUP, 2)
    server.say(GROUP, "/start", user_id=3)
    server.say(CHAT, "hello")

    assert isinstance(await bot.get_chat_member(GROUP, 1), telegram.ChatMemberOwner)
    assert isinstance(await bot.get_chat_member(GROUP, 2), telegram.ChatMemberAdministrator)
    assert isinstance(await bot.get_chat_member(GROUP, 3), telegram.ChatMemberMember)
    assert isinstance(await bot.get_chat_member(GROUP, CHAT), telegram.ChatMemberLeft)
    assert isinstance(await bot.get_chat_member(CHAT, bot.id), telegram.ChatMemberMember)
    administrators = await bot.get_chat_administrators(GROUP)
    assert [member.user.id for member in administrators] == [1, 2]
    assert await bot.get_chat_member_count(GROUP) == 4


async def test_outside_nobody_is_told(server: BotApiServer, bot: Bot) -> None:
    server.create_group(GROUP, creator=1, with_bot=False)

    assert (await bot.get_chat_member(GROUP, bot.id)).status == "left"
    with pytest.raises(telegram.error.Forbidden, match="bot is not a member of the group chat"):
        await bot.get_chat_member(GROUP, 1)
