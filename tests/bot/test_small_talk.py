"""What is talk, and what only looks like it: two tables. A mistake adds a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import article_replies, chat_replies
from bot.replies.reply import Reply
from bot.small_talk import small_talk_reply

TALK = [
    ("Hi", chat_replies.GREETING),
    ("hi!", chat_replies.GREETING),
    ("HELLO", chat_replies.GREETING),
    ("Hey there, bot!", chat_replies.GREETING),
    ("Good morning", chat_replies.GREETING),
    ("Good evening, everyone!", chat_replies.GREETING),
    ("How are you?", chat_replies.GREETING),
    ("Hello! How are you doing today?", chat_replies.GREETING),
    ("What’s up?", chat_replies.GREETING),
    ("What's up?", chat_replies.GREETING),
    ("Nice to meet you.", chat_replies.GREETING),
    ("hi 👋🏽", chat_replies.GREETING),
    ("👋 Hello", chat_replies.GREETING),
    ("Thanks", chat_replies.THANKS),
    ("thx!!", chat_replies.THANKS),
    ("Thank you very much.", chat_replies.THANKS),
    ("Thanks for your help 🙏", chat_replies.THANKS),
    ("Thank you so much for your help!", chat_replies.THANKS),
    ("No thanks", chat_replies.THANKS),
    ("Much appreciated!", chat_replies.THANKS),
    ("Bye", chat_replies.GOODBYE),
    ("Good night 🌙", chat_replies.GOODBYE),
    ("See you!", chat_replies.GOODBYE),
    ("See you later", chat_replies.GOODBYE),
    ("ok", chat_replies.ACKNOWLEDGED),
    ("OK.", chat_replies.ACKNOWLEDGED),
    ("yes", chat_replies.ACKNOWLEDGED),
    ("No!", chat_replies.ACKNOWLEDGED),
    ("I see…", chat_replies.ACKNOWLEDGED),
    ("Never mind", chat_replies.ACKNOWLEDGED),
    ("nevermind", chat_replies.ACKNOWLEDGED),
    ("Great, got it", chat_replies.ACKNOWLEDGED),
    ("Thanks! Bye.", chat_replies.THANKS),
    ("Hello.\nThank you!", chat_replies.GREETING),
    ("ok, thanks, bye", chat_replies.ACKNOWLEDGED),
    ("Thanks - bye", chat_replies.THANKS),
    ("", chat_replies.WORDLESS),
    ("  \n\t ", chat_replies.WORDLESS),
    ("👍", chat_replies.WORDLESS),
    ("❤️ 👍🏽 👨‍👩‍👧 🇰🇵", chat_replies.WORDLESS),
    ("?", chat_replies.WORDLESS),
    ("?!…", chat_replies.WORDLESS),
    ("...", chat_replies.WORDLESS),
    ("/", chat_replies.WORDLESS),
    ("___", chat_replies.WORDLESS),
    (":-)", chat_replies.WORDLESS),
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
    assert small_talk_reply(text) == reply


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_may_be_a_question_is_no_talk(text: str) -> None:
    assert small_talk_reply(text) is None


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_greeting_before_a_question_makes_it_no_talk(text: str) -> None:
    assert small_talk_reply(f"Hello! {text}") is None


@given(st.text(st.characters(categories=["P", "S", "Z", "Cc", "Cs"])))
def test_without_a_letter_or_digit_there_is_no_question(text: str) -> None:
    assert small_talk_reply(text) == chat_replies.WORDLESS


@given(st.text())
def test_any_text_is_talk_or_not(text: str) -> None:
    assert small_talk_reply(text) is None or isinstance(small_talk_reply(text), Reply)


@pytest.mark.parametrize(
    "text", ["help", "Help me please!", "What can you do?", "who are you?", "How does this work?"]
)
def test_asked_for_help_the_bot_helps(text: str) -> None:
    assert small_talk_reply(text) == chat_replies.help_()


@pytest.mark.parametrize(
    "text", ["How do I add an article?", "how can I send a link?", "Where can I upload a PDF?"]
)
def test_asked_how_to_add_an_article_it_says_so(text: str) -> None:
    assert small_talk_reply(text) == article_replies.HOW_TO_ADD


@pytest.mark.parametrize("text", ["Who can help the workers?", "What can Kim do?", "How do I win?"])
def test_questions_with_such_words_are_questions(text: str) -> None:
    assert small_talk_reply(text) is None
