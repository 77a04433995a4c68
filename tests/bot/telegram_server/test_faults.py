"""Calls and downloads that fail as planned."""

from datetime import timedelta

import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BadGateway, BotApiServer, DroppedConnection, RetryAfter
from bot.telegram_server.faults import Fault
from tests.bot.telegram_server.calling import CHAT

# The fault, what python-telegram-bot makes of it, and the messages sent by such a call.
FAULTS = [
    (RetryAfter(7), telegram.error.RetryAfter, 0),
    (BadGateway(), telegram.error.NetworkError, 0),
    (DroppedConnection(), telegram.error.NetworkError, 0),
    (DroppedConnection(after_processing=True), telegram.error.NetworkError, 1),
]


@pytest.mark.parametrize(("fault", "error", "messages"), FAULTS)
async def test_faults(
    server: BotApiServer,
    bot: Bot,
    fault: Fault,
    error: type[Exception],
    messages: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Else python-telegram-bot warns whenever it makes a RetryAfter.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    server.say(CHAT, "hello")
    server.fail_next("sendMessage", fault, times=2)

    for _ in range(2):
        with pytest.raises(error) as raised:
            await bot.send_message(CHAT, "x")
    if isinstance(raised.value, telegram.error.RetryAfter):
        assert raised.value.retry_after == timedelta(seconds=7)
    await bot.send_message(CHAT, "y")

    assert [m.text for m in server.sent_messages(CHAT)] == ["x"] * (2 * messages) + ["y"]
    assert [c.fault for c in server.calls if c.method == "sendMessage"] == [fault, fault, None]
    assert not server.refusals


async def test_a_failed_download(server: BotApiServer, bot: Bot) -> None:
    server.send_document(CHAT, "a.txt", b"a")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    file = await message.document.get_file()
    server.fail_next("downloadFile", DroppedConnection())

    with pytest.raises(telegram.error.NetworkError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == b"a"
