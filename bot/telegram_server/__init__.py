"""A strict imitation of Telegram's Bot API, over real HTTP on this machine only.

A test, or whoever else has no token, plays the people; the bot calls the server as it would call
Telegram; then one reads what the bot has in the chat (`sent_messages`, `wait_for_inline_answer`)
and what it called (`calls`, `refusals`). The server has its own thread and event loop, so the bot
may run in the same process or in another one.

    with BotApiServer() as server:
        start_bot(server.token, server.base_url, server.base_file_url)
        server.say(42, "What colour is the sky?")
        (answer,) = server.wait_for_messages(42, 1)
        server.press(42, answer.message_id, answer.buttons[0][0][1])
        assert not server.refusals

People (`people`) write, forward and send media, edit and delete, press buttons and block the bot;
they make groups, whose first visitor is the creator unless `create_group` names another, promote
and remove members and the bot, and upgrade a group. In a chat without the bot they ask it as a
guest (`ask_as_guest`), and anywhere by inline mode (`ask_inline`, `choose_inline`).

What Telegram refuses is refused here with Telegram's code and words. They come from the source of
Telegram's own server (tdlib/telegram-bot-api as of version 10.0 of the Bot API, tdlib/td), from its
documentation and from reports.

Stricter than Telegram: malformed JSON in any parameter, a button without a text, an answer that
comes a second time, and the two rules of `html`. The words for these, and for names and
descriptions that are too long, are made up.

Webhooks: Telegram demands HTTPS on four ports. A webhook on this machine may have plain HTTP and
any port, as it may with a local server of Telegram's. Updates for any other address are never
delivered, but to the proxy that a test plays for it (`proxy_webhooks`); an update that is not taken
is repeated sooner than by Telegram, and all go one after the other.

Rate limits are kept where `BotApiServer(rate_limits=True)` asks for them; see `rate_limits`.

Not imitated: every method that is not in `methods` (Telegram knows them, this server answers
404); Markdown; the bot's media other than documents; results of inline mode other than articles,
and their cache; replies into another chat; channels, but for posts that are forwarded; guests in
private chats and in channels; restricted members; certificates of webhooks, and calls in the
response to one; expiry of updates and queries (use `stop_waiting`); entities and link previews
that Telegram finds by itself in a bot's text; the check that an `@username` exists; the pauses of
a few seconds that Telegram makes before some answers to getUpdates.
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
