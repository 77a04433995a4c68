"""What answers from posts were about is remembered for a while."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message

from bot.one_off import File, Post
from bot.rendering.telegram_html import telegram_messages, without_tags
from bot.replies.reply import Reply
from bot.telegram_adapter import remembered
from bot.telegram_adapter.remembered import About, Remembered
from tests.bot.rendering.samples import quote

POST = About((Post("The ferry is red."),), "Which colour?")
ANSWER = Reply((quote("The ferry is <red>."),))


def message(text: str, chat: int = 1) -> Message:
    return Message(7, datetime.now(UTC), Chat(chat, "supergroup"), text=text)


def shown(reply: Reply) -> str:
    return without_tags(telegram_messages(reply)[0])


def test_an_answer_is_known_by_its_words_in_its_chat() -> None:
    kept = Remembered()
    kept.add(1, ANSWER, POST)
    assert kept.find(message(shown(ANSWER))) is POST
    assert kept.find(message(shown(ANSWER), chat=2)) is None
    assert kept.find(message("Something else.")) is None


def test_what_quotes_nothing_is_not_remembered() -> None:
    kept = Remembered()
    kept.add(1, Reply(("The post does not say.",)), POST)
    assert kept.find(message("The post does not say.")) is None


def test_files_are_not_remembered() -> None:
    kept = Remembered()
    kept.add(1, ANSWER, About((File(b"much", "a.pdf"),)))
    assert kept.find(message(shown(ANSWER))) is None


def test_it_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = Remembered(), 1000.0
    monkeypatch.setattr(remembered.time, "monotonic", lambda: now)
    kept.add(1, ANSWER, POST)
    now += 601
    assert kept.find(message(shown(ANSWER))) is None


def test_not_more_than_some_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MAX_ANSWERS", 2)
    kept = Remembered()
    for chat in (1, 2, 3):
        kept.add(chat, ANSWER, POST)
    assert [bool(kept.find(message(shown(ANSWER), chat))) for chat in (1, 2, 3)] == [
        False, True, True,
    ]  # fmt: skip
