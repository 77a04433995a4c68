"""What is talk, and what only looks like it: two tables. A mistake adds a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import answer_replies as replies
from bot.replies.answer_replies import Reply
from bot.small_talk import small_talk

TALK = [
    ("Hi", replies.GREETING),
    ("hi!", replies.GREETING),
    ("HELLO", replies.GREETING),
    ("Hey there, bot!", replies.GREETING),
    ("Good morning", replies.GREETING),
    ("Good evening, everyone!", replies.GREETING),
    ("How are you?", replies.GREETING),
    ("Hello! How are you doing today?", replies.GREETING),
    ("What’s up?", replies.GREETING),
    ("What's up?", replies.GREETING),
    ("Nice to meet you.", replies.GREETING),
    ("hi 👋🏽", replies.GREETING),
    ("👋 Hello", replies.GREETING),
    ("Thanks", replies.THANKS),
    ("thx!!", replies.THANKS),
    ("Thank you very much.", replies.THANKS),
    ("Thanks for your help 🙏", replies.THANKS),
    ("Thank you so much for your help!", replies.THANKS),
    ("No thanks", replies.THANKS),
    ("Much appreciated!", replies.THANKS),
    ("Bye", replies.GOODBYE),
    ("Good night 🌙", replies.GOODBYE),
    ("See you!", replies.GOODBYE),
    ("See you later", replies.GOODBYE),
    ("ok", replies.ACKNOWLEDGED),
    ("OK.", replies.ACKNOWLEDGED),
    ("yes", replies.ACKNOWLEDGED),
    ("No!", replies.ACKNOWLEDGED),
    ("I see…", replies.ACKNOWLEDGED),
    ("Never mind", replies.ACKNOWLEDGED),
    ("nevermind", replies.ACKNOWLEDGED),
    ("Great, got it", replies.ACKNOWLEDGED),
    ("Thanks! Bye.", replies.THANKS),
    ("Hello.\nThank you!", replies.GREETING),
    ("ok, thanks, bye", replies.ACKNOWLEDGED),
    ("Thanks - bye", replies.THANKS),
    ("", replies.WORDLESS),
    ("  \n\t ", replies.WORDLESS),
    ("👍", replies.WORDLESS),
    ("❤️ 👍🏽 👨‍👩‍👧 🇰🇵", replies.WORDLESS),
    ("?", replies.WORDLESS),
    ("?!…", replies.WORDLESS),
    ("...", replies.WORDLESS),
    ("/", replies.WORDLESS),
    ("___", replies.WORDLESS),
    (":-)", replies.WORDLESS),
]

QUESTIONS = [
    "Hi, who released the photos?",
    "Hello bot! When did the visits take place?",
    "Thanks to whom was it built?",
    "Thanks. And when?",
    "Thank you for what?",
    "No one fired?",
    "No missiles?",
    "Yes or no: was a gun fired?",
    "OK, but why?",
    "Good morning Vietnam",
    "Is it interesting?",
    "How are you sure?",
    "What's up with the parade?",
    "Who said hello?",
    "Right to reply",
    "When?",
    "Where",
    "why",
    "Who?!",
    "KCNA",
    "Kim Jong Un",
    "Kang",
    "2024",
    "18?",
    "½",
    "C++?",
    "Кто выпустил фотографии?",
    "谁发布了照片？",
    "写真",
    "누가 사진을 공개했습니까?",
    "متى؟",
    "कब?",
    "Πότε;",
    "ใคร",
]


@pytest.mark.parametrize(("text", "reply"), TALK)
def test_talk_is_answered_as_talk(text: str, reply: Reply) -> None:
    assert small_talk(text) == reply


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_may_be_a_question_is_no_talk(text: str) -> None:
    assert small_talk(text) is None


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_greeting_before_a_question_makes_it_no_talk(text: str) -> None:
    assert small_talk(f"Hello! {text}") is None


@given(st.text(st.characters(categories=["P", "S", "Z", "Cc", "Cs"])))
def test_without_a_letter_or_digit_there_is_no_question(text: str) -> None:
    assert small_talk(text) == replies.WORDLESS


@given(st.text())
def test_any_text_is_talk_or_not(text: str) -> None:
    assert small_talk(text) is None or isinstance(small_talk(text), Reply)
