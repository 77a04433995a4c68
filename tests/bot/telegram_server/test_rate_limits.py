"""How often the bot may send."""

import httpx
import pytest

from bot.telegram_server import BotApiServer
from bot.telegram_server.errors import ApiError
from bot.telegram_server.rate_limits import RateLimits
from tests.bot.telegram_server.calling import CHAT, GROUP, call, text_message


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refused_for(limits: RateLimits, chat_id: int, method: str = "sendMessage") -> int:
    """Seconds to wait; 0 if the call is taken."""
    try:
        limits.count(method, chat_id)
    except ApiError as error:
        return error.parameters["retry_after"]
    return 0


# The chats that the bot sends to, how often it may at once, and how long it then has to wait.
LIMITS = [(range(1, 32), 30, 1), ([CHAT] * 11, 10, 10), ([GROUP] * 21, 20, 60)]


@pytest.mark.parametrize(("chats", "allowed", "seconds"), LIMITS)
def test_limits(chats: list[int], allowed: int, seconds: int) -> None:
    clock = Clock()
    limits = RateLimits(clock)

    assert [refused_for(limits, chat) for chat in chats] == [0] * allowed + [seconds]
    clock.now += seconds
    assert refused_for(limits, chats[0]) == 0


def test_what_sends_nothing_is_not_counted() -> None:
    limits = RateLimits(Clock())
    assert [refused_for(limits, CHAT, "answerCallbackQuery") for _ in range(100)] == [0] * 100


def test_a_server_with_limits(http: httpx.Client) -> None:
    with BotApiServer(rate_limits=True) as server:
        server.say(CHAT, "hello")
        for _ in range(10):
            assert call(http, server, "sendMessage", text_message())["ok"]

        refusal = call(http, server, "sendMessage", text_message())

    assert refusal["error_code"] == 429
    assert refusal["description"].startswith("Too Many Requests: retry after ")
    assert 1 <= refusal["parameters"]["retry_after"] <= 10
