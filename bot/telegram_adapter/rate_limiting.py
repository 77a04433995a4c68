"""Telegram's limits on how many messages a bot may send."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.ext import AIORateLimiter

from index.stages import stage

_UNLIMITED = frozenset(
    {
        "sendChatAction",
        "answerCallbackQuery",
        "answerInlineQuery",
        "getChatMember",
        "getChatAdministrators",
    }
)
"""Calls that are no messages: waiting for their turn, they would take that of an answer."""


_STAGE = "telegram"
"""What limited calls take of an update, with the time for which they wait for their turn."""


class MessageRateLimiter(AIORateLimiter):
    """Limits messages to 30 a second, and to 20 a minute in a group; repeats those refused."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """As the base class does, but let what is no message pass at once, and only once."""
        if endpoint in _UNLIMITED:
            return await callback(*args, **kwargs)
        with stage(_STAGE):
            return await super().process_request(
                callback, args, kwargs, endpoint, data, rate_limit_args
            )
