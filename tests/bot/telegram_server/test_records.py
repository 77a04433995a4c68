"""What a test reads of the bot's messages and calls."""

import httpx
import pytest

from bot.telegram_server import BotApiServer
from tests.bot.telegram_server.calling import CHAT, call, text_message


def test_waiting_in_vain_says_what_was_refused(server: BotApiServer, http: httpx.Client) -> None:
    server.say(CHAT, "hello")
    call(http, server, "sendMessage", text_message(""))

    with pytest.raises(AssertionError, match="Bad Request: message text is empty"):
        server.wait_for_messages(CHAT, 1, timeout=0.01)
