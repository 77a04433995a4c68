"""Who is in a group, what becomes of the group, and what the bot hears of it."""

from typing import Any

import httpx
import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import GROUP, call, update_texts


def updates(http: httpx.Client, server: BotApiServer) -> list[tuple[str, Any]]:
    """The kinds of all updates, and what is in them."""
    result = call(http, server, "getUpdates", {})["result"]
    return [(kind, update[kind]) for update in result for kind in update if kind != "update_id"]


def status(http: httpx.Client, server: BotApiServer, user_id: int) -> str:
    member = call(http, server, "getChatMember", {"chat_id": GROUP, "user_id": user_id})
    return str(member["result"]["status"])


def test_whoever_acts_first_is_the_creator(server: BotApiServer, http: httpx.Client) -> None:
    server.say(GROUP, "/start", user_id=1)
    server.say(GROUP, "/start", user_id=2)

    assert [status(http, server, user) for user in (1, 2)] == ["creator", "member"]
    assert status(http, server, server.bot_id) == "member"


def test_members_change(server: BotApiServer, http: httpx.Client) -> None:
    server.create_group(GROUP, creator=1)
    server.promote(GROUP, 2)
    assert status(http, server, 2) == "administrator"
    server.demote(GROUP, 2)
    assert status(http, server, 2) == "member"
    server.leave(GROUP, 2)
    assert status(http, server, 2) == "left"
    server.remove(GROUP, 3)
    assert status(http, server, 3) == "kicked"
    with pytest.raises(ValueError, match="was removed"):
        server.say(GROUP, "/start", user_id=3)


def test_an_administrator_hears_of_members_if_it_asks_by_name(
    server: BotApiServer, http: httpx.Client
) -> None:
    server.create_group(GROUP, creator=1)
    server.promote(GROUP, 2)
    server.promote(GROUP, server.bot_id)
    server.promote(GROUP, 3)
    call(http, server, "getUpdates", {"allowed_updates": ["chat_member"]})
    server.promote(GROUP, 4)

    assert [kind for kind, _ in updates(http, server)] == ["my_chat_member", "chat_member"]


def test_an_administrator_hears_everything(server: BotApiServer, http: httpx.Client) -> None:
    server.say(GROUP, "just talk")
    server.promote(GROUP, server.bot_id)
    server.say(GROUP, "more talk")

    assert [value.get("text") for _, value in updates(http, server)] == [None, "more talk"]


def test_the_bot_comes_and_goes(server: BotApiServer, http: httpx.Client) -> None:
    server.create_group(GROUP, with_bot=False)
    server.say(GROUP, "/start")
    server.add_bot(GROUP)
    server.say(GROUP, "/start")
    server.remove_bot(GROUP)
    server.say(GROUP, "/start")

    added, joined, start, left, removed = updates(http, server)

    assert added[1]["new_chat_member"]["status"] == "member"
    assert joined[1]["new_chat_members"][0]["id"] == server.bot_id
    assert start[1]["text"] == "/start"
    assert left[1]["left_chat_member"]["id"] == server.bot_id
    assert removed[1]["old_chat_member"]["status"] == "member"
    assert removed[1]["new_chat_member"]["status"] == "kicked"


async def test_a_group_becomes_a_supergroup(
    server: BotApiServer, bot: Bot, http: httpx.Client
) -> None:
    for _ in range(3):
        server.say(GROUP, "/start", user_id=1)

    supergroup = server.upgrade(GROUP)

    joined, to, come_from = (await bot.get_updates())[-3:]
    assert joined.my_chat_member is not None
    assert joined.my_chat_member.chat.id == supergroup
    assert to.message is not None
    assert (to.message.chat.id, to.message.migrate_to_chat_id) == (GROUP, supergroup)
    assert come_from.message is not None
    assert come_from.message.message_id == 1, "a supergroup counts its own messages"
    assert (come_from.message.chat.id, come_from.message.migrate_from_chat_id) == (
        supergroup,
        GROUP,
    )
    assert come_from.message.sender_chat == come_from.message.chat
    refusal = call(http, server, "sendMessage", {"chat_id": GROUP, "text": "x"})
    assert refusal == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": supergroup},
    }
    assert (await bot.send_message(supergroup, "x")).message_id == 2
    with pytest.raises(ValueError, match="was upgraded"):
        server.say(GROUP, "/start")


def test_a_group_is_upgraded_once(server: BotApiServer) -> None:
    server.create_group(GROUP)
    server.upgrade(GROUP)
    with pytest.raises(ValueError, match="can't be upgraded"):
        server.upgrade(GROUP)


def test_nothing_happens_in_a_chat_that_is_not_there(
    server: BotApiServer, http: httpx.Client
) -> None:
    with pytest.raises(ValueError, match="no chat"):
        server.leave(GROUP, 1)
    assert update_texts(http, server) == []
