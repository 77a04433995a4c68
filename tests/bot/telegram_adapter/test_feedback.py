"""A tap that says whether an answer helped changes the keyboard, and nothing is sent."""

from itertools import chain

from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer, Refused
from index.keeping.library import Library
from tests.bot.telegram_adapter.running import ANN, running

WHO = "Who released the photos?"
EDIT = "editMessageReplyMarkup"


def rows(bot: BotApiServer) -> list[list[str]]:
    """The labels below the one message that the bot has in the chat."""
    (answer,) = bot.sent_messages(ANN)
    return [[label for label, _ in row] for row in answer.buttons]


def tap(bot: BotApiServer, label: str, edits: int) -> None:
    """Press a button, and wait until keyboards were edited so often."""
    (answer,) = bot.sent_messages(ANN)
    bot.press(ANN, answer.message_id, dict(chain(*answer.buttons))[label])
    bot.wait_for_calls(EDIT, edits)


def test_a_tap_is_shown_on_its_button_and_can_be_changed(
    bot: BotApiServer, library: Library
) -> None:
    bot.say(ANN, WHO)
    (answer,) = bot.wait_for_messages(ANN, 1)
    assert rows(bot) == [["Context", "More"], ["👍 Helpful", "👎 Wrong"]]
    tap(bot, "👍 Helpful", 1)
    assert rows(bot) == [["Context", "More"], ["👍 Helpful ✓", "👎 Wrong"]]
    tap(bot, "👎 Wrong", 2)
    assert rows(bot) == [["Context", "More"], ["👍 Helpful", "👎 Wrong ✓"]]
    [(chat, judgement)] = library.store.feedback.all()
    assert (chat, judgement.question, judgement.helpful) == (f"telegram:{ANN}", WHO, False)
    (same,) = bot.sent_messages(ANN)
    assert same.html == answer.html


def test_context_and_feedback_do_not_undo_each_other(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    (answer,) = bot.wait_for_messages(ANN, 1)
    context, _ = answer.buttons[0]
    helpful, wrong = answer.buttons[1]
    # All of them are pressed below the message as it was at first.
    bot.press(ANN, answer.message_id, helpful[1])
    bot.press(ANN, answer.message_id, context[1])
    bot.press(ANN, answer.message_id, wrong[1])
    bot.wait_for_calls(EDIT, 2)
    (grown,) = bot.sent_messages(ANN)
    assert "<blockquote expandable>" in grown.html
    assert rows(bot) == [["More"], ["👍 Helpful", "👎 Wrong ✓"]]


def test_a_second_tap_on_the_same_button_changes_nothing(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    bot.wait_for_messages(ANN, 1)
    tap(bot, "👍 Helpful", 1)
    tap(bot, "👍 Helpful ✓", 1)
    tap(bot, "👎 Wrong", 2)
    assert len(bot.wait_for_calls(EDIT, 2)) == 2


def test_after_a_restart_a_tap_counts(
    server: BotApiServer, new_dialogue: NewDialogue, library: Library
) -> None:
    with running(server, new_dialogue, library.store):
        server.say(ANN, WHO)
        server.wait_for_messages(ANN, 1)
        tap(server, "👍 Helpful", 1)
    with running(server, new_dialogue, library.store):
        tap(server, "👎 Wrong", 2)
        assert rows(server)[1] == ["👍 Helpful", "👎 Wrong ✓"]
    assert [judgement.helpful for _, judgement in library.store.feedback.all()] == [False]
    assert server.refusals == []


def test_where_the_keyboard_can_not_be_changed_it_is_said(
    server: BotApiServer, new_dialogue: NewDialogue
) -> None:
    with running(server, new_dialogue):
        server.say(ANN, WHO)
        (answer,) = server.wait_for_messages(ANN, 1)
        server.fail_next(EDIT, Refused("message can't be edited"))
        server.press(ANN, answer.message_id, answer.buttons[1][0][1])
        *_, thanks = server.wait_for_messages(ANN, 2)
        assert thanks.text == "Thank you, that helps."
        assert [label for label, _ in thanks.buttons[0]] == ["👍 Helpful ✓", "👎 Wrong"]


def test_a_button_of_an_article_that_is_gone_says_so(bot: BotApiServer) -> None:
    bot.say(ANN, WHO)
    (answer,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "/forget")
    *_, asked = bot.wait_for_messages(ANN, 2)
    bot.press(ANN, asked.message_id, asked.buttons[0][0][1])
    bot.wait_for_messages(ANN, 3)
    bot.press(ANN, answer.message_id, answer.buttons[1][0][1])
    *_, gone = bot.wait_for_messages(ANN, 4)
    assert gone.text == "That button belongs to an earlier question. Please ask it again."
