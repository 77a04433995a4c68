"""Who the bot works for, and how much."""

import pytest

from bot.rendering.plain_text import to_plain
from bot.replies import access_replies
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from tests.bot.dialogue.chats import WHERE, WHO
from tests.bot.telegram_adapter.running import ANN, BEN, GROUP, running
from tests.bot.telegram_adapter.test_migrating import SUPERGROUP, tell_old

EVA = 1003


def test_a_stranger_hears_once_that_the_bot_is_not_for_them(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"), running(server, new_dialogue, ARTICLE_BOT_ALLOWED=str(ANN)):
        for text in (WHO, "/start", "/help"):
            server.say(BEN, text)
        server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        (refusal,) = server.wait_for_messages(BEN, 1)
    assert refusal.text == to_plain(access_replies.not_for_you(BEN))
    assert str(BEN) in refusal.text
    assert len(server.sent_messages(BEN)) == 1
    assert f"Turned away: user {BEN}, chat {BEN}." in caplog.text


def test_in_a_group_a_stranger_hears_nothing(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_ALLOWED=f"{ANN}"):
        server.say(GROUP, "/article", user_id=BEN)
        asked = server.say(GROUP, "/article", user_id=ANN)
        (reply,) = server.wait_for_messages(GROUP, 1)
        assert reply.reply_to == asked


def test_a_group_that_is_allowed_is_so_for_all_its_members_alone(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_ALLOWED=f"{GROUP}"):
        server.say(GROUP, "/article", user_id=BEN)
        server.wait_for_messages(GROUP, 1)
        server.say(BEN, "/article")
        assert "invited" in server.wait_for_messages(BEN, 1)[0].text


def test_an_old_button_does_nothing_for_who_is_not_allowed_any_more(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        server.say(ANN, WHO)
        (answer,) = server.wait_for_messages(ANN, 1)
    with running(server, new_dialogue, ARTICLE_BOT_ALLOWED=f"{BEN}"):
        server.press(ANN, answer.message_id, dict(answer.buttons[0])["More"])
        server.say(ANN, "hello")
        assert "invited" in server.wait_for_messages(ANN, 2)[-1].text
    assert len(server.sent_messages(ANN)) == 2


def test_an_allowed_group_stays_so_as_a_supergroup(
    server: BotApiServer, new_dialogue: NewDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_ALLOWED=f"{GROUP}"):
        tell_old(server)
        server.say(GROUP, "/article")  # Behind it, so that it has been followed.
        server.wait_for_messages(GROUP, 1)
        server.say(SUPERGROUP, "/article", chat_type="supergroup")
        server.wait_for_messages(SUPERGROUP, 1)
    assert f"Group {GROUP} is {SUPERGROUP} now" in caplog.text


def test_a_flood_of_questions_gets_one_word_and_stops_nobody_else(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_QUESTIONS_PER_MINUTE="2"):
        for _ in range(6):
            server.say(ANN, WHO)
        server.say(ANN, "/help")
        *answers, word, help_ = server.wait_for_messages(ANN, 4)
        assert ["Sentence 2" in answer.text for answer in answers] == [True, True]
        assert word.text.startswith("That is more than I can answer at once. Please ask again in ")
        assert "/summary" in help_.text
        server.say(BEN, WHO)
        assert "Sentence 2" in server.wait_for_messages(BEN, 1)[0].text
    assert len(server.sent_messages(ANN)) == 4


def test_who_presses_too_much_is_told_by_an_alert(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_QUESTIONS_PER_MINUTE="1"):
        server.say(ANN, WHO)
        (answer,) = server.wait_for_messages(ANN, 1)
        more = dict(answer.buttons[0])["More"]
        server.press(ANN, answer.message_id, more)
        server.press(ANN, answer.message_id, more)
        first, second = server.wait_for_calls("answerCallbackQuery", 2)
    assert first.params["show_alert"] in (True, "true")
    assert "ask again" in first.params["text"]
    assert "text" not in second.params
    assert len(server.sent_messages(ANN)) == 1


def test_a_flood_of_articles_gets_one_word_and_may_still_be_asked(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue, ARTICLE_BOT_LOADS_PER_MINUTE="1"):
        server.send_document(ANN, "cats.txt", b"The old cat sleeps on the stove.")
        server.send_document(ANN, "dogs.txt", b"The old dog sleeps in the yard.")
        server.say(ANN, "The lighthouse burned whale oil. " * 20)
        server.say(ANN, "Where does the old cat sleep?")
        loaded, word, answer = server.wait_for_messages(ANN, 3)
    assert "I have read" in loaded.text
    assert word.text.startswith("That is more than I can read at once. Please send it again in ")
    assert "on the stove" in answer.text
    assert len(server.sent_messages(ANN)) == 3


def test_members_of_a_group_are_counted_apart_and_operators_not_at_all(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    limits = {"ARTICLE_BOT_QUESTIONS_PER_MINUTE": "1", "ARTICLE_BOT_OPERATORS": f"{EVA}"}
    with running(server, new_dialogue, **limits):
        for person, question in ((ANN, WHO), (BEN, WHO), (EVA, WHO), (EVA, WHERE)):
            server.say(GROUP, f"@article_test_bot {question}", user_id=person)
        answers = server.wait_for_messages(GROUP, 4)
    assert not [answer for answer in answers if "at once" in answer.text]


def test_operators_need_no_invitation(server: BotApiServer, new_dialogue: NewDialogue) -> None:
    with running(
        server, new_dialogue, ARTICLE_BOT_ALLOWED=f"{ANN}", ARTICLE_BOT_OPERATORS=f"{EVA}"
    ):
        server.say(EVA, WHO)
        assert "Sentence 2" in server.wait_for_messages(EVA, 1)[0].text
