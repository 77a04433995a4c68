"""What a message brings beside its text: media, captions, links behind words, a post replied to."""

import itertools
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Chat, Message, Update, User

from bot.dialogue import Dialogue
from bot.replies import article_replies
from bot.telegram_adapter import pastes
from bot.telegram_adapter.dialogue_pool import NewDialogue
from bot.telegram_server import BotApiServer
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article
from tests.bot.telegram_adapter.running import ANN, running

NUMBERS = itertools.count(501)
FILE = {"file_id": "a", "file_unique_id": "b"}
PHOTO = {"photo": [{**FILE, "width": 1, "height": 1}]}


def message(**fields: Any) -> dict[str, Any]:
    person = {"id": ANN, "is_bot": False, "first_name": "Ann"}
    chat = {"id": ANN, "type": "private", "first_name": "Ann"}
    return {"message_id": next(NUMBERS), "date": 1, "from": person, "chat": chat, **fields}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("photo", PHOTO),
        ("voice", {"voice": {**FILE, "duration": 1}}),
        ("sticker", {"sticker": {**FILE, "width": 1, "height": 1, "is_animated": False,
                                 "is_video": False, "type": "regular"}}),
        ("location", {"location": {"longitude": 1.0, "latitude": 1.0}}),
        ("video", {"video": {**FILE, "width": 1, "height": 1, "duration": 1}}),
    ],
)  # fmt: skip
def test_what_can_not_be_read_gets_a_word_of_its_own(
    bot: BotApiServer, kind: str, fields: dict[str, Any]
) -> None:
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 1)
    bot.send_raw("message", message(**fields))
    (word,) = article_replies.NOT_READABLE[kind].blocks
    assert bot.wait_for_messages(ANN, 2)[1].text == word


def test_a_caption_that_asks_is_answered(bot: BotApiServer) -> None:
    bot.say(ANN, "hello")
    bot.wait_for_messages(ANN, 1)
    bot.send_raw("message", message(**PHOTO, caption="Who released the photos?"))
    assert "Sentence 2" in bot.wait_for_messages(ANN, 2)[1].text


def test_a_document_with_a_question_is_read_and_asked(bot: BotApiServer) -> None:
    text = b"The ferry to Holm runs twice a day. It is red."
    bot.send_document(ANN, "ferry.txt", text, caption="How often does the ferry to Holm run a day?")
    (reply,) = bot.wait_for_messages(ANN, 1)
    assert "I have read" in reply.text
    assert "<blockquote>The ferry to Holm runs" in reply.html


@pytest.fixture
def web(library: Library) -> NewDialogue:
    def fetch(url: str) -> Article:
        text = "The ferry to Holm runs twice a day. It is red."
        return replace(load_text(text, title="Ferry"), url=url)

    return lambda chat: Dialogue(library.collection(chat), fetch)


LINK = "https://example.org/ferry"
HERE = {"text": "How often does the ferry run a day? It is here.",
        "entities": [{"type": "text_link", "offset": 42, "length": 4, "url": LINK}]}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        HERE,
        {**PHOTO, "caption": LINK},
        {"text": "How often does the ferry run a day?", "reply_to_message": message(text=LINK)},
        {"text": "How often does the ferry run a day?", "reply_to_message": message(**HERE)},
        {"text": LINK, "forward_origin": {"type": "hidden_user", "date": 1,
                                          "sender_user_name": "Ben"}},
    ],
    ids=["text link", "caption", "replied to", "text link replied to", "forwarded"],
)  # fmt: skip
def test_a_link_is_found_wherever_it_is(
    server: BotApiServer, web: NewDialogue, fields: dict[str, Any]
) -> None:
    with running(server, web):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        server.send_raw("message", message(**fields))
        assert "I have read “Ferry”" in server.wait_for_messages(ANN, 2)[1].text


def test_a_short_text_is_an_article_in_reply_to_the_word_that_there_is_none(
    bot: BotApiServer,
) -> None:
    bot.say(ANN, "/articles")
    (asked,) = bot.wait_for_messages(ANN, 1)
    bot.say(ANN, "The ferry is red.", reply_to=asked.message_id)
    assert "I have read" in bot.wait_for_messages(ANN, 2)[1].text


@pytest.mark.parametrize("text", ["https://example.org/ferry", "/help", "What can you do?"])
def test_what_else_is_said_in_reply_to_that_word_is_no_article(
    server: BotApiServer, library: Library, text: str
) -> None:
    fetch = lambda url: load_text("The ferry runs.", title="Ferry")  # noqa: E731
    with running(server, lambda chat: Dialogue(library.collection(chat), fetch)):
        server.say(ANN, "/articles")
        (asked,) = server.wait_for_messages(ANN, 1)
        server.say(ANN, text, reply_to=asked.message_id)
        reply = server.wait_for_messages(ANN, 2)[1].text
    assert ("I have read “Ferry”" in reply) is text.startswith("https")
    assert ("/articles" in reply) or "word for word" in reply


# Texts that were cut


PARTS = [
    "The first part has many words of its own. " * 95,
    "The second part goes on and on about it. " * 95,
    "The third part ends it. The lighthouse is green.",
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize("delay", [0.0, 0.15])
def test_a_text_that_was_cut_is_one_article_in_any_order(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch,
    order: tuple[int, ...], delay: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.6)
    monkeypatch.setattr(pastes, "NEIGHBOUR_AFTER", 0.5)
    long_tail = [PARTS[0], PARTS[1], PARTS[2] * 20]  # A short one that comes first is a question.
    sent = [message(text=part.strip()) for part in long_tail]
    with running(server, new_dialogue):
        server.say(ANN, "hello")
        server.wait_for_messages(ANN, 1)
        for row in order:
            server.send_raw("message", sent[row])
            time.sleep(delay)
        server.wait_for_messages(ANN, 2)
        server.say(ANN, "/articles")
        *_, reply, listed = server.wait_for_messages(ANN, 3)
    assert "I have read" in reply.text
    assert "230 sentences" in reply.text
    assert listed.text.count("sentences)") == 1


def test_a_cut_text_with_a_short_end_is_one_article(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.6)
    with running(server, new_dialogue):
        server.paste(ANN, "\n".join(part.strip() for part in PARTS))
        assert "192 sentences" in server.wait_for_messages(ANN, 1)[0].text
        server.say(ANN, "Which colour does the lighthouse have?")
        assert "The lighthouse is green." in server.wait_for_messages(ANN, 2)[1].text


def test_a_question_after_a_long_text_is_no_part_of_it(
    server: BotApiServer, new_dialogue: NewDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.3)
    with running(server, new_dialogue):
        server.say(ANN, PARTS[0].strip())
        server.wait_for_messages(ANN, 1)
        server.say(ANN, "Who released the photos?")
        _, answer = server.wait_for_messages(ANN, 2)
    assert "first part" in answer.text or "does not say" in answer.text


LATER = datetime(2026, 1, 1, 12, 2, tzinfo=UTC)
EARLIER = LATER - timedelta(minutes=2)


def long_message(number: int, text: str, date: datetime) -> Message:
    return Message(number, date, Chat(ANN, "private"), from_user=User(ANN, "Ann", False), text=text)


async def joined(joining: pastes.Pastes, message: Message) -> str | None:
    whole = await joining.joined(message, message.text or "")
    return whole and whole.text


async def test_what_has_waited_for_the_bot_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.1)
    article, question = PARTS[0].strip(), "Who built it?"
    joining = pastes.Pastes()
    messages = [long_message(1, article, EARLIER), long_message(2, question, LATER)]
    for each in messages:
        joining.arrived(Update(each.message_id, message=each))
    assert [(await joining.joined(each, each.text or "")).text for each in messages] == [
        article,
        question,
    ]


async def test_a_cut_text_that_waits_is_joined_though_another_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.1)
    joining = pastes.Pastes()
    messages = [
        long_message(1, PARTS[0].strip(), EARLIER),
        long_message(2, PARTS[1].strip(), EARLIER),
        long_message(3, PARTS[2] * 15, LATER),
    ]
    for each in messages:
        joining.arrived(Update(each.message_id, message=each))
    first = await joined(joining, messages[0])
    assert first == f"{messages[0].text}\n{messages[1].text}"
    assert joining.has_taken(Update(2, message=messages[1]))
    assert not joining.has_taken(Update(3, message=messages[2]))
    assert await joined(joining, messages[1]) is None
    assert await joined(joining, messages[2]) == messages[2].text


async def test_texts_that_are_not_for_the_bot_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pastes, "_FORGOTTEN_AFTER", 0.0)
    monkeypatch.setattr(pastes, "NEXT_AFTER", 0.1)
    joining = pastes.Pastes()
    parts = [long_message(number, PARTS[0].strip(), LATER) for number in (1, 2)]
    joining.arrived(Update(1, message=parts[0]))
    joining.arrived(Update(2, message=parts[1]))
    assert await joined(joining, parts[1]) == parts[1].text
