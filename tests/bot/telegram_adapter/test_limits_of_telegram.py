"""Telegram's limits that hold for all of the bot's messages together, and for what it lets pop up.

Those of single messages are tested with what makes them: `test_telegram_html`, `test_quoting`,
`test_inline`, `test_profile`, `test_deep_links`.
"""

from dataclasses import replace

import pytest

from bot.rendering.plain_text import to_plain
from bot.rendering.telegram_html import utf16_length
from bot.replies import access_replies
from bot.replies.reply import Reply
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from bot.telegram_server.limits import MAX_CALLBACK_ANSWER_LENGTH
from bot.wording import LANGUAGES
from tests.bot.telegram_adapter.running import TOKEN, running

CHATS = range(1, 41)

ALERTS = [
    access_replies.FOR_ADMINS,
    access_replies.ADMINS_NOT_KNOWN,
    access_replies.too_many_questions(59),
    access_replies.too_many_loads(59),
]


def test_many_chats_at_once_are_all_answered_once_within_what_a_bot_may_send(
    new_dialogue: NewDialogue,
) -> None:
    with BotApiServer(token=TOKEN, rate_limits=True) as server:
        with running(server, new_dialogue):
            for chat in CHATS:
                server.say(chat, "/help")
            for chat in CHATS:
                assert len(server.wait_for_messages(chat, 1)) == 1
        # The library's limiter lets a burst pass beyond 30 in a second; what is refused for it is
        # sent later.
        assert {call.response["error_code"] for call in server.refusals} <= {429}
        assert len(server.refusals) < len(CHATS) / 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reply", ALERTS)
def test_what_pops_up_fits(reply: Reply, language: str) -> None:
    assert utf16_length(to_plain(replace(reply, language=language))) <= MAX_CALLBACK_ANSWER_LENGTH
