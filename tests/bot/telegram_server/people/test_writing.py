"""What people send, as the bot gets it."""

import httpx
import pytest
import telegram
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.media import MEDIA_KINDS, WITHOUT_CAPTION, MediaKind
from bot.telegram_server.origins import FromChannel, FromUser, Origin
from tests.bot.telegram_server.calling import CHAT, GROUP, call, text_message, update_texts


async def last_message(bot: Bot) -> telegram.Message:
    message = (await bot.get_updates())[-1].effective_message
    assert message is not None
    return message


def test_a_long_paste_comes_in_parts(server: BotApiServer, http: httpx.Client) -> None:
    text = "A sentence of words. 😀\n" * 400
    with pytest.raises(ValueError, match="paste"):
        server.say(CHAT, text)

    assert len(server.paste(CHAT, text)) == 3

    assert "\n".join(update_texts(http, server)) == text.strip()


async def test_a_person_edits(server: BotApiServer, bot: Bot) -> None:
    message_id = server.say(CHAT, "first")
    server.edit(CHAT, message_id, "second")

    update = (await bot.get_updates())[-1]
    assert update.edited_message is not None
    assert update.edited_message.message_id == message_id
    assert update.edited_message.text == "second"


def test_a_person_deletes(server: BotApiServer, http: httpx.Client) -> None:
    message_id = server.say(CHAT, "first")
    server.delete(CHAT, message_id)

    reply = text_message(reply_parameters={"message_id": message_id})

    assert len(update_texts(http, server)) == 1, "the bot is told nothing of it"
    assert call(http, server, "sendMessage", reply)["description"] == (
        "Bad Request: message to be replied not found"
    )


async def test_words_that_lead_somewhere(server: BotApiServer, bot: Bot) -> None:
    server.say(CHAT, "Read this article, 😀 please", links={"this article": "https://e.org/a"})

    message = await last_message(bot)

    assert message.parse_entities() == {message.entities[0]: "this article"}
    assert message.entities[0].url == "https://e.org/a"


ORIGINS = [
    (True, {"type": "hidden_user", "sender_user_name": "Someone"}),
    (FromUser(7), {"type": "user"}),
    (FromChannel("News", "news", message_id=12), {"type": "channel", "message_id": 12}),
]


@pytest.mark.parametrize(("forwarded", "expected"), ORIGINS)
async def test_forwards(
    server: BotApiServer, bot: Bot, forwarded: bool | Origin, expected: dict[str, object]
) -> None:
    server.say(CHAT, "Grass is green.", forwarded=forwarded)

    origin = (await last_message(bot)).forward_origin

    assert origin is not None
    assert expected.items() <= origin.to_dict().items()
    if isinstance(origin, telegram.MessageOriginChannel):
        assert origin.chat.username == "news"


@pytest.mark.parametrize("kind", MEDIA_KINDS)
async def test_media(server: BotApiServer, bot: Bot, kind: MediaKind) -> None:
    caption = None if kind in WITHOUT_CAPTION else "What is this?"
    server.send_media(CHAT, kind, caption)

    message = await last_message(bot)

    assert getattr(message, kind)
    assert (message.text, message.caption) == (None, caption)


def test_a_sticker_has_no_caption(server: BotApiServer) -> None:
    with pytest.raises(ValueError, match="no caption"):
        server.send_media(CHAT, "sticker", "What is this?")


async def test_languages_of_people(server: BotApiServer, bot: Bot) -> None:
    server.set_language(7, "de")
    server.set_language(8, None)
    for user_id in (6, 7, 8):
        server.say(user_id, "hello")

    languages = [
        update.effective_user.language_code
        for update in await bot.get_updates()
        if update.effective_user
    ]

    assert languages == ["en", "de", None]


async def test_an_administrator_writes_as_the_group(server: BotApiServer, bot: Bot) -> None:
    server.say(GROUP, "/start", user_id=1)
    with pytest.raises(ValueError, match="only administrators"):
        server.say(GROUP, "/start", user_id=2, anonymously=True)

    server.say(GROUP, "/start", user_id=1, anonymously=True)

    message = await last_message(bot)
    assert message.from_user is not None
    assert message.from_user.username == "GroupAnonymousBot"
    assert message.sender_chat == message.chat
    assert server.sent_messages(GROUP) == []
