"""The bot speaks the language of each person's app, or that which the chat has chosen."""

from bot.replies.answer_replies import REFUSAL
from bot.replies.chat_replies import NOTHING_FORGOTTEN
from bot.telegram_server import BotApiServer
from bot.wording import said
from tests.bot.telegram_adapter.running import ANN, GROUP

NOWHERE = "How many workers are employed at the factory?"


def test_a_person_is_answered_in_the_language_of_the_app(bot: BotApiServer) -> None:
    bot.set_language(ANN, "es-419")
    bot.say(ANN, NOWHERE)
    (answer,) = bot.wait_for_messages(ANN, 1)
    assert answer.text == said(REFUSAL, "es")


def test_buttons_and_what_they_do_are_in_the_language(bot: BotApiServer) -> None:
    bot.set_language(ANN, "ru")
    bot.say(ANN, "/forget")
    (asked,) = bot.wait_for_messages(ANN, 1)
    label, keep = asked.buttons[0][1]
    assert label == "Оставить"
    bot.press(ANN, asked.message_id, keep or "")
    assert bot.wait_for_messages(ANN, 2)[1].text == said(NOTHING_FORGOTTEN.blocks[0], "ru")


def test_everybody_in_a_group_is_answered_in_their_own_language(bot: BotApiServer) -> None:
    for number, (person, language) in enumerate(((1001, "de"), (1002, "ar"), (1003, "fi")), 1):
        bot.set_language(person, language)
        bot.say(GROUP, f"{NOWHERE} @article_test_bot", user_id=person)
        answer = bot.wait_for_messages(GROUP, number)[-1]
        assert answer.text == said(REFUSAL, language if language != "fi" else "en")


def test_a_group_may_choose_one_language_for_all(bot: BotApiServer) -> None:
    bot.set_language(1002, "ru")
    bot.say(GROUP, "/language@article_test_bot de", user_id=1001)
    bot.wait_for_messages(GROUP, 1)
    bot.say(GROUP, f"{NOWHERE} @article_test_bot", user_id=1002)
    assert bot.wait_for_messages(GROUP, 2)[1].text == said(REFUSAL, "de")
    bot.say(GROUP, "/language@article_test_bot app", user_id=1001)
    bot.wait_for_messages(GROUP, 3)
    bot.say(GROUP, f"{NOWHERE} @article_test_bot", user_id=1002)
    assert bot.wait_for_messages(GROUP, 4)[3].text == said(REFUSAL, "ru")
