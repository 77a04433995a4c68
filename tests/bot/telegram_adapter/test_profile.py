"""How the bot looks before anything is said."""

from typing import Any

import pytest

from bot.replies.chat_replies import (
    COMMANDS,
    DESCRIPTION,
    GROUP_COMMANDS,
    PRIVATE_COMMANDS,
    SHORT_DESCRIPTION,
)
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BadGateway, BotApiServer
from bot.wording import ENGLISH, LANGUAGES, said
from tests.bot.telegram_adapter.running import ANN, running


def sent(bot: BotApiServer, method: str) -> dict[tuple[str, str], Any]:
    """What was sent, by scope and language."""
    found = [each.params for each in bot.calls if each.method == method]
    return {
        (params.get("scope", {}).get("type", ""), params.get("language_code", "")): params
        for params in found
    }


def test_commands_and_descriptions_are_published_in_every_language(bot: BotApiServer) -> None:
    bot.wait_for_calls("setChatMenuButton")
    commands = sent(bot, "setMyCommands")
    described, short = sent(bot, "setMyDescription"), sent(bot, "setMyShortDescription")
    for language in LANGUAGES:
        code = "" if language == ENGLISH else language
        private = commands["all_private_chats", code]["commands"]
        assert {each["command"]: each["description"] for each in private} == {
            name: said(about, language)
            for name, about in COMMANDS.items()
            if name not in GROUP_COMMANDS
        }
        for scope in ("default", "all_group_chats"):
            in_groups = [each["command"] for each in commands[scope, code]["commands"]]
            assert in_groups == [name for name in COMMANDS if name not in PRIVATE_COMMANDS]
        assert described["", code]["description"] == said(DESCRIPTION, language)
        assert short["", code]["short_description"] == said(SHORT_DESCRIPTION, language)


def test_a_bot_that_can_not_show_its_profile_works(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("setMyCommands", BadGateway(), times=4)
    with running(server, new_dialogue):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
    assert "could not be set" in caplog.text
