"""Who may change the articles of a group."""

from collections.abc import Iterator

import pytest

from bot.rendering.plain_text import to_plain
from bot.replies import access_replies
from bot.telegram_adapter import admins
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BadGateway, BotApiServer, Refused
from index.keeping.library import Library
from tests.bot.dialogue.chats import WHO
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, TOKEN, running

OWNER = 1000

TEXT = "The old cat sleeps on the stove. It ate a fish. " * 15

MENTION = "@article_test_bot"

REFUSED = to_plain(access_replies.FOR_ADMINS)


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """With a group of an owner, of whom Ann is an admin and Ben a member."""
    with BotApiServer(token=TOKEN) as server:
        server.create_group(GROUP, creator=OWNER)
        server.promote(GROUP, ANN)
        yield server


def articles(library: Library) -> int:
    return len(library.collection(f"telegram:{GROUP}").articles())


def last(bot: BotApiServer, count: int) -> str:
    return bot.wait_for_messages(GROUP, count)[-1].text


@pytest.mark.parametrize("person", [OWNER, ANN])
def test_admins_load_and_forget(bot: BotApiServer, library: Library, person: int) -> None:
    bot.say(GROUP, f"{MENTION} {TEXT}", user_id=person)
    assert "I have read" in last(bot, 1)
    bot.say(GROUP, f"/forget{MENTION}", user_id=person)
    asked = bot.wait_for_messages(GROUP, 2)[-1]
    bot.press(GROUP, asked.message_id, asked.buttons[0][0][1], user_id=person)
    assert "Forgotten" in last(bot, 3)
    assert articles(library) == 0


def test_an_admin_who_writes_in_the_groups_name_is_one(bot: BotApiServer) -> None:
    bot.say(GROUP, f"{MENTION} {TEXT}", user_id=ANN, anonymously=True)
    assert "I have read" in last(bot, 1)
    assert "getChatMember" not in [call.method for call in bot.calls]


@pytest.mark.parametrize(
    "text", [f"{MENTION} {TEXT}", f"{MENTION} https://example.org/story", f"/forget{MENTION}"]
)
def test_a_member_may_not_and_is_told(bot: BotApiServer, library: Library, text: str) -> None:
    asked = bot.say(GROUP, text, user_id=BEN)
    (reply,) = bot.wait_for_messages(GROUP, 1)
    assert (reply.text, reply.reply_to) == (REFUSED, asked)
    assert articles(library) == 0


def test_a_members_document_is_not_even_downloaded(bot: BotApiServer) -> None:
    bot.send_document(
        GROUP, "cats.txt", b"The old cat sleeps.", caption=f"{MENTION} Who sleeps?", user_id=BEN
    )
    assert last(bot, 1) == REFUSED
    assert "getFile" not in [call.method for call in bot.calls]


def test_a_members_reply_to_the_bots_word_that_it_has_no_article_gives_it_none(
    bot: BotApiServer, library: Library
) -> None:
    bot.say(GROUP, f"/articles{MENTION}", user_id=BEN)
    (none,) = bot.wait_for_messages(GROUP, 1)
    bot.say(GROUP, "The cat sleeps. It ate.", user_id=BEN, reply_to=none.message_id)
    assert last(bot, 2) == REFUSED
    assert articles(library) == 0


def test_a_member_may_ask_and_look(bot: BotApiServer) -> None:
    bot.say(GROUP, f"{MENTION} {WHO}", user_id=BEN)
    (answer,) = bot.wait_for_messages(GROUP, 1)
    bot.press(GROUP, answer.message_id, dict(answer.buttons[0])["More"], user_id=BEN)
    assert "Further passages" in last(bot, 2)
    assert "getChatMember" not in [call.method for call in bot.calls]


def test_a_members_press_of_an_admins_button_does_nothing_and_only_they_are_told(
    bot: BotApiServer, library: Library
) -> None:
    bot.say(GROUP, f"{MENTION} {TEXT}", user_id=ANN)
    bot.say(GROUP, f"/articles{MENTION}", user_id=ANN)
    bot.say(GROUP, f"/forget{MENTION}", user_id=ANN)
    _, listed, forget = bot.wait_for_messages(GROUP, 3)
    pressed = [
        *((listed.message_id, action) for _, action in listed.buttons[0]),
        (forget.message_id, forget.buttons[0][0][1]),
    ]
    for number, (message, action) in enumerate(pressed, start=1):
        bot.press(GROUP, message, action, user_id=BEN)
        alert = bot.wait_for_calls("answerCallbackQuery", number)[-1]
        assert alert.params["text"] == REFUSED
    bot.say(GROUP, f"/article{MENTION}", user_id=BEN)
    bot.wait_for_messages(GROUP, 4)
    assert articles(library) == 1
    assert len(bot.sent_messages(GROUP)) == 4


def test_an_admin_opens_the_group_and_closes_it_by_a_button(
    bot: BotApiServer, library: Library
) -> None:
    bot.say(GROUP, f"/members{MENTION}", user_id=BEN)
    (closed,) = bot.wait_for_messages(GROUP, 1)
    [[(_, to_everybody)]] = closed.buttons
    bot.press(GROUP, closed.message_id, to_everybody, user_id=BEN)
    bot.wait_for_calls("answerCallbackQuery")
    bot.press(GROUP, closed.message_id, to_everybody, user_id=ANN)
    bot.wait_for_calls("editMessageText")
    (opened,) = bot.sent_messages(GROUP)
    assert opened.text.startswith("Everybody in this group may")
    bot.say(GROUP, f"{MENTION} {TEXT}", user_id=BEN)
    assert "I have read" in last(bot, 2)
    [[(_, to_admins)]] = opened.buttons
    bot.press(GROUP, opened.message_id, to_admins, user_id=BEN)  # Only admins decide.
    bot.wait_for_calls("answerCallbackQuery", 3)
    bot.press(GROUP, opened.message_id, to_admins, user_id=OWNER)
    bot.wait_for_calls("editMessageText", 2)
    bot.say(GROUP, f"/forget{MENTION}", user_id=BEN)
    assert last(bot, 3) == REFUSED
    assert articles(library) == 1


def test_telegram_is_asked_once_in_five_minutes(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(server, new_dialogue):
        for _ in range(3):
            server.say(GROUP, f"/forget{MENTION}", user_id=BEN)
        server.wait_for_messages(GROUP, 3)
        assert len(server.wait_for_calls("getChatMember")) == 1
    monkeypatch.setattr(admins, "REMEMBERED_SECONDS", 0.0)
    with running(server, new_dialogue):
        server.say(GROUP, f"/forget{MENTION}", user_id=ANN)
        assert "Shall I forget" in last(server, 4)
        server.demote(GROUP, ANN)
        server.say(GROUP, f"/forget{MENTION}", user_id=ANN)
        assert last(server, 5) == REFUSED


def test_where_telegram_does_not_tell_of_a_member_it_tells_of_the_admins(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    server.fail_next("getChatMember", Refused("Bad Request: CHAT_ADMIN_REQUIRED"), times=2)
    with running(server, new_dialogue):
        server.say(GROUP, f"/forget{MENTION}", user_id=ANN)
        assert "Shall I forget" in last(server, 1)
        server.say(GROUP, f"/forget{MENTION}", user_id=BEN)
        assert last(server, 2) == REFUSED


def test_while_telegram_does_not_tell_who_is_an_admin_nobody_is(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    server.fail_next("getChatMember", BadGateway())
    with running(server, new_dialogue):
        server.say(GROUP, f"/forget{MENTION}", user_id=ANN)
        assert last(server, 1) == to_plain(access_replies.ADMINS_NOT_KNOWN)
        server.say(GROUP, f"/forget{MENTION}", user_id=ANN)
        assert "Shall I forget" in last(server, 2)


def test_alone_with_the_bot_everybody_may_everything(bot: BotApiServer) -> None:
    bot.say(BEN, TEXT)
    bot.say(BEN, "/forget")
    assert "Shall I forget" in bot.wait_for_messages(BEN, 2)[-1].text
    assert "getChatMember" not in [call.method for call in bot.calls]


def test_a_group_sees_nothing_of_a_private_chat(bot: BotApiServer) -> None:
    bot.say(ANN, TEXT)
    bot.say(ANN, "Where does the old cat sleep?")
    bot.wait_for_messages(ANN, 2)
    texts = ["/articles", "/article", "/more", "/all What is on the stove?", "/summary", "/privacy"]
    for text in texts:
        bot.say(GROUP, text, user_id=ANN)
    said = "".join(reply.text for reply in bot.wait_for_messages(GROUP, len(texts)))
    assert "cat" not in said
    assert "Everybody in the group can ask about them." in said
