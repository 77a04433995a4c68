"""How the bot gets its updates."""

import asyncio

import httpx
import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, call, update_texts


def test_updates_stay_until_confirmed(server: BotApiServer, http: httpx.Client) -> None:
    for text in "abcd":
        server.say(CHAT, text)
    first = call(http, server, "getUpdates", {})["result"][0]["update_id"]

    assert update_texts(http, server, limit=2) == ["a", "b"]
    assert update_texts(http, server, offset=first + 1) == ["b", "c", "d"]
    assert update_texts(http, server) == ["b", "c", "d"]
    assert update_texts(http, server, offset=-1) == ["d"]
    assert update_texts(http, server, offset=first + 4) == []


def test_allowed_updates_are_remembered(server: BotApiServer, http: httpx.Client) -> None:
    call(http, server, "getUpdates", {"allowed_updates": ["message"]})
    message_id = server.say(CHAT, "a")
    server.edit(CHAT, message_id, "b")
    assert len(call(http, server, "getUpdates", {})["result"]) == 1
    call(http, server, "getUpdates", {"allowed_updates": []})
    server.edit(CHAT, message_id, "c")
    assert len(call(http, server, "getUpdates", {})["result"]) == 2


async def test_long_poll_waits_for_an_update(server: BotApiServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert not poll.done()

    await asyncio.to_thread(server.say, CHAT, "hello")

    assert len(await asyncio.wait_for(poll, 2)) == 1


async def test_second_poller_ends_the_first(server: BotApiServer, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=5))

    with pytest.raises(
        telegram.error.Conflict,
        match="terminated by other getUpdates request; make sure that only one bot instance",
    ):
        await asyncio.wait_for(first, 2)
    server.say(CHAT, "hello")
    assert len(await asyncio.wait_for(second, 2)) == 1
    assert [call.response["error_code"] for call in server.refusals] == [409]


async def test_a_poller_that_went_away_is_forgotten(server: BotApiServer, bot: Bot) -> None:
    cancelled = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)

    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    server.say(CHAT, "hello")

    assert len(await asyncio.wait_for(poll, 2)) == 1
    assert not server.refusals


async def test_without_a_webhook_updates_are_pending(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "hello")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
