"""Who the bot is."""

import pytest
import telegram
from telegram import Bot


async def test_the_bot_knows_itself_until_it_logs_out(bot: Bot) -> None:
    assert (bot.username, bot.can_read_all_group_messages) == ("article_test_bot", False)
    assert await bot.log_out()
    with pytest.raises(telegram.error.BadRequest, match="Logged out"):
        await bot.get_me()
