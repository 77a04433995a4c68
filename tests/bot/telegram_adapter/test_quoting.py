"""A pasted or forwarded article is cited by a native quote from the very message."""

import itertools
import time
from typing import Any

import pytest
from telegram import Chat, Message, MessageEntity, ReplyParameters

from bot.dialogue import Dialogue
from bot.telegram_adapter import pastes
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_adapter.quoting import pasted_message, quoting
from bot.telegram_server import BotApiServer, Refused
from index.keeping.library import Library
from index.keeping.pasted import PastedMessage, PlaceInChat
from tests.bot.telegram_adapter.running import ANN, GROUP, running
from tests.conftest import nothing_to_fetch

FERRY = "The ferry to Holm runs twice a day. A ticket costs three crowns. It is red. " * 5

COSTS = "A ticket costs three crowns."

HOW_MUCH = "How many crowns does a ticket cost?"

GOES_ON = "The second part goes on and on about it. " * 47

PARTS = (
    "The first part has many words of its own. " * 95,
    f"{GOES_ON}🦊🦊 The lighthouse is green. {GOES_ON}",
    "The third part ends it. " * 30,
)

GREEN = "🦊🦊 The lighthouse is green."

WHICH_COLOUR = "Which colour does the lighthouse have?"


def asked_with(server: BotApiServer) -> dict[str, Any]:
    """What the bot's last message was to reply to."""
    last = [call for call in server.calls if call.method == "sendMessage"][-1]
    found: dict[str, Any] = last.params["reply_parameters"]
    return found


def test_an_answer_quotes_the_forwarded_post_that_says_it(bot: BotApiServer) -> None:
    post = bot.say(ANN, FERRY, forwarded=True)
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, HOW_MUCH)
    answer = bot.wait_for_messages(ANN, 2)[-1]
    assert (answer.reply_to, answer.quote) == (post, COSTS)
    assert asked_with(bot)["quote_position"] == FERRY.index(COSTS)
    assert f"<blockquote>{COSTS}</blockquote>" in answer.html


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize("delay", [0.0, 0.15])
def test_an_answer_quotes_the_part_of_a_cut_text_that_says_it(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch,
    order: tuple[int, ...], delay: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.6)
    monkeypatch.setattr(pastes, "NEIGHBOUR_AFTER", 0.5)
    sent = [server.say(ANN, part) for part in PARTS]
    updates = [update["message"] for update in server._state.updates.pending]
    server._state.updates.pending.clear()
    with running(server, new_dialogue):
        for row in order:
            server.send_raw("message", updates[row])
            time.sleep(delay)
        server.wait_for_messages(ANN, 1)
        server.say(ANN, WHICH_COLOUR)
        answer = server.wait_for_messages(ANN, 2)[-1]
    assert (answer.reply_to, answer.quote) == (sent[1], GREEN)
    assert asked_with(server)["quote_position"] == len(GOES_ON)
    assert server.refusals == []


def test_of_a_sentence_that_was_cut_the_longer_part_is_quoted(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.6)
    filler = "The cat sleeps on the stove. " * 139
    with running(server, new_dialogue):
        first, _ = server.paste(
            ANN, f"{filler}🦊 The lighthouse of Marrow Point was painted green by Tom Reed in 1988."
        )
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "Who painted the lighthouse of Marrow Point green?")
        answer = server.wait_for_messages(ANN, 2)[-1]
    assert answer.quote is not None
    assert answer.quote.startswith("🦊 The lighthouse of Marrow Point was painted")
    assert not answer.quote.endswith("1988.")
    assert answer.reply_to == first
    assert "in 1988." in answer.text
    assert server.refusals == []


def test_a_sentence_that_is_said_twice_is_quoted_where_it_is_cited(bot: BotApiServer) -> None:
    post = bot.say(ANN, FERRY, forwarded=True)
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "/summary")
    bot.say(ANN, HOW_MUCH)
    answer = bot.wait_for_messages(ANN, 3)[-1]
    number = int(answer.text.partition("Sentence ")[2].split()[0])
    sentences = [m for m in FERRY.split(". ") if m]
    assert asked_with(bot)["quote_position"] == sum(len(s) + 2 for s in sentences[: number - 1])
    assert answer.reply_to == post


def test_a_sentence_in_bold_is_quoted_in_bold(bot: BotApiServer) -> None:
    """Telegram compares the formatting of a quote with that of the message."""
    formats = {"ferry": "code", "ticket costs three crowns. It is": "bold"}
    bot.say(ANN, f"🦊 {FERRY}", forwarded=True, formats=formats)
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, HOW_MUCH)
    answer = bot.wait_for_messages(ANN, 2)[-1]
    assert answer.quote == COSTS
    [entity] = asked_with(bot)["quote_entities"]
    assert entity == {"type": "bold", "offset": 2, "length": len("ticket costs three crowns.")}


def test_a_deleted_message_is_not_quoted(server: BotApiServer, new_dialogue: NewDialogue) -> None:
    with running(server, new_dialogue):
        post = server.say(ANN, FERRY, forwarded=True)
        server.wait_for_messages(ANN, 1)
        server.delete(ANN, post)
        server.say(ANN, HOW_MUCH)
        answer = server.wait_for_messages(ANN, 2)[-1]
    assert (answer.reply_to, answer.quote) == (None, None)
    assert COSTS in answer.text


@pytest.mark.parametrize("chat", [ANN, GROUP])
def test_what_telegram_does_not_find_is_not_quoted(
    server: BotApiServer, new_dialogue: NewDialogue, chat: int
) -> None:
    """Somebody has edited the post since."""
    with running(server, new_dialogue):
        server.say(chat, f"@article_test_bot {FERRY * 2}")
        server.wait_for_messages(chat, 1)
        server.fail_next("sendMessage", Refused("QUOTE_TEXT_INVALID"))
        asked = server.say(chat, f"@article_test_bot {HOW_MUCH}")
        answer = server.wait_for_messages(chat, 2)[-1]
    assert answer.quote is None
    assert answer.reply_to == (asked if chat == GROUP else None)
    assert COSTS in answer.text


def test_a_text_with_a_mention_is_quoted_in_a_group(bot: BotApiServer) -> None:
    post = bot.say(GROUP, f"@article_test_bot {FERRY * 2}")
    bot.wait_for_messages(GROUP, 1)
    bot.say(GROUP, f"@article_test_bot {HOW_MUCH}")
    answer = bot.wait_for_messages(GROUP, 2)[-1]
    assert (answer.reply_to, answer.quote) == (post, COSTS)
    expected = len("@article_test_bot ") + FERRY.index(COSTS)
    assert asked_with(bot)["quote_position"] == expected


def test_a_text_that_a_button_takes_as_an_article_is_quoted(bot: BotApiServer) -> None:
    text = f"The ferry to Holm runs twice a day. {COSTS} It is red and old, and it has been so " * 2
    post = bot.say(ANN, text + ".")
    (offer,) = bot.wait_for_messages(ANN, 1)
    bot.press(ANN, offer.message_id, dict(offer.buttons[0])["An article"])
    bot.wait_for_messages(ANN, 2)
    bot.say(ANN, HOW_MUCH)
    answer = bot.wait_for_messages(ANN, 3)[-1]
    assert (answer.reply_to, answer.quote) == (post, COSTS)


def test_messages_are_quoted_after_a_restart(server: BotApiServer, library: Library) -> None:
    def new(chat: str) -> Dialogue:
        return Dialogue(library.collection(chat), nothing_to_fetch)

    with running(server, new):
        post = server.say(ANN, FERRY, forwarded=True)
        server.wait_for_messages(ANN, 1)
    with running(server, new):
        server.say(ANN, HOW_MUCH)
        answer = server.wait_for_messages(ANN, 2)[-1]
    assert (answer.reply_to, answer.quote) == (post, COSTS)


def test_a_file_is_not_quoted(bot: BotApiServer) -> None:
    bot.send_document(ANN, "ferry.txt", FERRY.encode())
    bot.wait_for_messages(ANN, 1)
    bot.say(ANN, HOW_MUCH)
    answer = bot.wait_for_messages(ANN, 2)[-1]
    assert (answer.reply_to, answer.quote) == (None, None)


def quote_of(text: str, before: str = "", message: PastedMessage | None = None) -> ReplyParameters:
    return quoting(PlaceInChat(message or PastedMessage(7, 0, 10_000), before, text))


def test_positions_are_counted_as_telegram_counts() -> None:
    reply = quote_of("It is red.", "🦊 Fox. ", PastedMessage(7, 0, 100, 5))
    assert (reply.message_id, reply.quote, reply.quote_position) == (7, "It is red.", 13)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("word " * 204 + "over", "word " * 204 + "over"),
        ("word " * 204 + "words go on.", ("word " * 204).rstrip()),
        ("word " * 205 + "word.", ("word " * 205).rstrip()),
        ("a" * 1030, "a" * 1024),
        ("a" + "🦊" * 600, "a" + "🦊" * 511),
    ],
)
def test_a_quote_has_at_most_1024_units(text: str, quote: str) -> None:
    assert quote_of(text).quote == quote


def test_formatting_beside_the_quote_is_left_out() -> None:
    entities = tuple(
        {"type": "italic", "offset": offset, "length": 4} for offset in (0, 6, 12, 18, 30)
    )
    reply = quote_of("quoted text", "8 before", PastedMessage(7, 0, 100, 0, entities))
    assert [(e.offset, e.length) for e in reply.quote_entities] == [(0, 2), (4, 4), (10, 1)]


def message(text: str, *entities: MessageEntity) -> Message:
    return Message(7, None, Chat(ANN, "private"), text=text, entities=entities)  # type: ignore[arg-type]


def test_of_a_message_all_is_kept_that_a_quote_must_repeat() -> None:
    emoji = MessageEntity("custom_emoji", 0, 2, custom_emoji_id="5")
    link = MessageEntity("text_link", 3, 2, url="https://example.org")
    kept = pasted_message(message("🦊 is here", emoji, link), "is here", 40)
    marks = ({"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5"},)
    assert kept == PastedMessage(7, 40, 47, 3, marks)


@pytest.mark.parametrize("said", ["", "a text around it"])
def test_a_message_that_does_not_say_it_in_one_piece_is_not_kept(said: str) -> None:
    assert pasted_message(message("a text @article_test_bot around it"), said, 0) is None
