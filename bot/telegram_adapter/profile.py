"""How the bot looks in Telegram before anything is said: its commands, descriptions and menu."""

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    MenuButtonCommands,
)

from bot.replies.chat_replies import (
    COMMANDS,
    DESCRIPTION,
    GROUP_COMMANDS,
    PRIVATE_COMMANDS,
    SHORT_DESCRIPTION,
)
from bot.wording import ENGLISH, LANGUAGES, said


async def publish(bot: Bot) -> None:
    """Tell Telegram the bot's commands and descriptions, in all languages.

    Raises:
        TelegramError: Telegram does not take one of them.
    """
    for language in LANGUAGES:
        # What stands under no language is for all that have none of their own.
        code = None if language == ENGLISH else language
        everywhere = _commands(language, private=False)
        await bot.set_my_commands(everywhere, BotCommandScopeDefault(), code)
        await bot.set_my_commands(everywhere, BotCommandScopeAllGroupChats(), code)
        private = _commands(language, private=True)
        await bot.set_my_commands(private, BotCommandScopeAllPrivateChats(), code)
        await bot.set_my_description(said(DESCRIPTION, language), code)
        await bot.set_my_short_description(said(SHORT_DESCRIPTION, language), code)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


def _commands(language: str, *, private: bool) -> list[BotCommand]:
    return [
        BotCommand(name, said(about, language))
        for name, about in COMMANDS.items()
        if name not in (GROUP_COMMANDS if private else PRIVATE_COMMANDS)
    ]
