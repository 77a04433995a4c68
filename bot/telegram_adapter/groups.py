"""Decides which messages of a group are meant for the bot."""

from telegram import Bot, Chat, Message, MessageEntity

from bot.replies.chat_replies import COMMANDS


def addressed_text(message: Message, bot: Bot) -> str | None:
    """The message's text without the mention of the bot; None if a group's message isn't for it.

    In a group the bot is addressed by a command, by its @name, or by a reply to it.
    """
    text = message.text or message.caption or ""
    if message.chat.type == Chat.PRIVATE:
        return text
    entities = message.parse_entities() | message.parse_caption_entities()
    for entity, name in entities.items():
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            command, _, addressee = name[1:].partition("@")
            to_us = addressee.lower() == (bot.username or "").lower()
            return text if to_us or (not addressee and command.lower() in COMMANDS) else None
        if _is_mention(entity, name, bot):
            return text.replace(name, "", 1).strip()
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == bot.id
    return text if to_us else None


def without_mention(message: Message, bot: Bot) -> str:
    """The message's text without the mention of the bot, if there is one."""
    text = message.text or message.caption or ""
    entities = message.parse_entities() | message.parse_caption_entities()
    names = (name for entity, name in entities.items() if _is_mention(entity, name, bot))
    return text.replace(next(names, ""), "", 1).strip()


def _is_mention(entity: MessageEntity, name: str, bot: Bot) -> bool:
    return entity.type == MessageEntity.MENTION and name.lower() == f"@{bot.username}".lower()
