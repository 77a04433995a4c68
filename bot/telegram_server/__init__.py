"""A strict imitation of Telegram's Bot API, over real HTTP on this machine only.

A test plays the people (`say`, `press`, `send_document`, `edit`), the bot under test calls the
server as it would call Telegram, and the test then reads what the bot has in the chat
(`sent_messages`) and what it called (`calls`, `refusals`). The server has its own thread and event
loop, so the bot may run in the same process or in another one.

    with BotApiServer() as server:
        start_bot(server.token, server.base_url, server.base_file_url)
        server.say(42, "What colour is the sky?")
        (answer,) = server.wait_for_messages(42, 1)
        server.press(42, answer.message_id, answer.buttons[0][0][1])
        assert not server.refusals

What Telegram refuses is refused here with Telegram's code and words. They come from the source of
Telegram's own server (tdlib/telegram-bot-api, tdlib/td), from its documentation and from reports.

Stricter than Telegram: malformed JSON in any parameter, a button without a text, and the two rules
of `html`. The words for these, and for descriptions that are too long, are made up.

Not imitated: every method that is not in `methods` (Telegram knows them, this server answers
404); webhooks; Markdown; inline mode; media other than documents; replies into another chat;
channels; rate limits (use `fail_next`); expiry of updates and callback queries; entities and link
previews that Telegram finds by itself in a bot's text; the check that an `@username` exists; the
pauses of a few seconds that Telegram makes before some answers to getUpdates.
"""

from bot.telegram_server.faults import (
    BadGateway,
    DroppedConnection,
    Refused,
    RetryAfter,
    Unanswered,
)
from bot.telegram_server.server import BotApiServer

__all__ = [
    "BadGateway",
    "BotApiServer",
    "DroppedConnection",
    "Refused",
    "RetryAfter",
    "Unanswered",
]
