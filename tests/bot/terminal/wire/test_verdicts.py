"""Whether messages answer, and what they cite, is told by what they show."""

from dataclasses import replace

import pytest

from bot.rendering.telegram_html import telegram_messages
from bot.replies import answer_replies, chat_replies, one_off_replies
from bot.replies.one_off_replies import Kind
from bot.replies.phrases import quoted
from bot.replies.reply import Quote, Reply, Role
from bot.telegram_server.chats import Message
from bot.telegram_server.html import parse_html
from bot.telegram_server.records import SentMessage
from bot.terminal.wire.verdicts import Verdict, verdict_of
from bot.wording import LANGUAGES


def quote(number: int, text: str = "The cat slept.", page: int | None = None) -> Quote:
    return Quote(Role.ANSWER, (text,), number, 3, 12_345, page=page)


def read(*blocks: str | Quote, language: str = "en") -> Verdict:
    """The verdict of a reply, once Telegram has it."""
    return verdict_of(
        SentMessage.from_message(Message(number, {}, 0, parse_html(html)))
        for number, html in enumerate(telegram_messages(Reply(blocks, language=language)))
    )


@pytest.mark.parametrize("language", LANGUAGES)
class TestInEveryLanguage:
    def test_a_quote_answers(self, language: str) -> None:
        verdict = read(quote(1234), quote(7, page=4), language=language)
        assert (verdict.answered, verdict.sentence) == (True, 1234)
        assert [cited.sentence for cited in verdict.citations] == [1234, 7]
        assert [cited.text for cited in verdict.citations] == ["The cat slept."] * 2

    @pytest.mark.parametrize("doubt", [answer_replies.DOUBT, one_off_replies.POST_DOUBT])
    def test_a_doubt_does_not(self, doubt: str, language: str) -> None:
        verdict = read(doubt, quote(3), language=language)
        assert (verdict.answered, verdict.sentence) == (False, None)

    @pytest.mark.parametrize(
        "refusal",
        [
            *map(answer_replies.refusal_of, range(1, 60, 3)),
            one_off_replies.refusal({Kind.POST}, ""),
            one_off_replies.refusal({Kind.PAGE}, ""),
            one_off_replies.refusal({Kind.FILE}, ""),
            one_off_replies.refusal({Kind.FILE}, "A (strange) title"),
            one_off_replies.refusal({Kind.POST, Kind.PAGE}, "Title"),
        ],
    )
    def test_a_refusal_does_not(self, refusal: str, language: str) -> None:
        assert read(refusal, "Another word.", language=language).answered is False

    def test_talk_tells_of_no_answer(self, language: str) -> None:
        reply = replace(chat_replies.THANKS, language=language)
        assert read(*reply.blocks, language=language).answered is None

    def test_the_first_of_several_questions_counts(self, language: str) -> None:
        who, when = quoted("Who?"), quoted("When?")
        refused = read(who, answer_replies.REFUSAL, when, quote(5), language=language)
        assert (refused.answered, refused.sentence) == (False, None)
        assert [cited.sentence for cited in refused.citations] == [5]
        answered = read(who, quote(5), when, answer_replies.REFUSAL, language=language)
        assert (answered.answered, answered.sentence) == (True, 5)


def test_what_a_post_does_not_say_a_page_may() -> None:
    post = one_off_replies.refusal({Kind.POST}, "")
    assert read(post, "From “Cats”:", quote(2)).sentence == 2


def test_characters_beyond_the_first_plane_shift_nothing() -> None:
    verdict = read("🇰🇵 I read “caat” as “cat”.", quote(2, "🐈 slept."))
    assert [cited.text for cited in verdict.citations] == ["🐈 slept."]


def test_a_quote_without_a_place_is_none() -> None:
    message = Message(1, {}, 0, parse_html("<blockquote>x</blockquote>\nSomebody"))
    assert verdict_of([SentMessage.from_message(message)]) == Verdict(None, None, ())


def test_no_message_tells_nothing() -> None:
    assert verdict_of([]) == Verdict(None, None, ())
