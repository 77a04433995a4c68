"""The questions of a message: two tables, and what holds of any. A mistake adds a row."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import split_questions

SEVERAL = [
    # One after the other.
    ("When was it built? Who paid?", ["When was it built?", "Who paid?"]),
    ("When was it built?  Who paid", ["When was it built?", "Who paid"]),
    ("when was it built?who paid?", ["when was it built?", "who paid?"]),
    ("Who built it?! When??", ["Who built it?!", "When??"]),
    ("Who built it?, when?", ["Who built it?", "when?"]),
    ("Who built it? And when?", ["Who built it?", "And when?"]),
    ("Was it Ada? Was it Tom?", ["Was it Ada?", "Was it Tom?"]),
    ("Any survivors? Casualties?", ["Any survivors?", "Casualties?"]),
    ("Who said “Who, me?”? And when?", ["Who said “Who, me?”?", "And when?"]),
    ("Who? When? Where?", ["Who?", "When?", "Where?"]),
    # Joined by "and" or "but".
    ("Who built it and when?", ["Who built it?", "when?"]),
    ("Who built it, and when?", ["Who built it?", "when?"]),
    ("who built it and when", ["who built it?", "when"]),
    ("WHO BUILT IT AND WHEN?", ["WHO BUILT IT?", "WHEN?"]),
    ("Who built it, but also who paid?", ["Who built it?", "who paid?"]),
    ("Who built it and then who paid?", ["Who built it?", "who paid?"]),
    ("Who built it and\nwhen?", ["Who built it?", "when?"]),
    ("Who won and who lost?", ["Who won?", "who lost?"]),
    ("Who won the cup and where was it?", ["Who won the cup?", "where was it?"]),
    ("Who’s Ada and what did she build?", ["Who’s Ada?", "what did she build?"]),
    ("What’s Ada’s and who’s Tom’s?", ["What’s Ada’s?", "who’s Tom’s?"]),
    ("When was it built and by whom?", ["When was it built?", "by whom?"]),
    ("What happened and why?", ["What happened?", "why?"]),
    ("Which team won the cup and when?", ["Which team won the cup?", "when?"]),
    (
        "Which missile is solid-fueled and which is liquid-fueled?",
        ["Which missile is solid-fueled?", "which is liquid-fueled?"],
    ),
    ("Was it built in 1871 and who paid?", ["Was it built in 1871?", "who paid?"]),
    ("Tell me who built it and when.", ["Tell me who built it?", "when."]),
    ("When and where?", ["When?", "where?"]),
    ("When was that and where was it?", ["When was that?", "where was it?"]),
    # Both, and more than two.
    ("Who built it and when and why?", ["Who built it?", "when?", "why?"]),
    (
        "When and where was it built and who paid?",
        ["When and where was it built?", "who paid?"],
    ),
    (
        "Who built it and when? How high is it?",
        ["Who built it?", "when?", "How high is it?"],
    ),
    # Listed, or a line each.
    ("1. Who built it?\n2. When?\n3. Why?", ["Who built it?", "When?", "Why?"]),
    ("1) Who built it? 2) When?", ["Who built it?", "When?"]),
    ("- Who built it\n- When", ["Who built it", "When"]),
    ("Please tell me:\n• Who built it\n• When", ["Please tell me: Who built it", "When"]),
    (
        "Who built it\nWhen was it built\n\nWho paid",
        ["Who built it", "When was it built", "Who paid"],
    ),
    # With talk, and with what is no question.
    ("Hi! Who built it? And when? Thanks!", ["Hi! Who built it?", "And when?"]),
    ("Hello\nWho built it\nWho paid\nThanks 🙏", ["Who built it", "Who paid\nThanks 🙏"]),
    ("How are you? Who built it? When?", ["Who built it?", "When?"]),
    ("Who built it? When? It is for school.", ["Who built it?", "When? It is for school."]),
    ("Who won? I think Ada. When?", ["Who won?", "I think Ada. When?"]),
    # Other languages have their marks, but no rules for "and".
    ("Wer hat es gebaut? Und wann?", ["Wer hat es gebaut?", "Und wann?"]),
    ("2. Weltkrieg? Wann?", ["2. Weltkrieg?", "Wann?"]),
    ("谁建造的？什么时候？", ["谁建造的？", "什么时候？"]),
    ("من بناه؟ متى؟", ["من بناه؟", "متى؟"]),
]

ONE = [
    "Who built it?",
    "who built it",
    "Ada Fenn",
    "Who won? I think Ada.",
    "Who won? I think Ada. Or Tom.",
    "Hi! Who built it?",
    "It is for school. Who built it?",
    "Who built it? Tell me when.",
    "What did he do? (I mean Ada's brother.)",
    # The verb is said once.
    "When and where was it built?",
    "Who and what was fired?",
    "How and why did it end?",
    "How long and how wide is it?",
    "How exactly and why did it end?",
    "Which year and which month was it built in?",
    "In which year and in which city was she born?",
    "How many goals and how many assists did he get?",
    "How many short-range missiles and how many tanks were fired?",
    # What comes after "and" means nothing alone.
    "Who built it and how?",
    "Who built it and what for?",
    "How tall is the tower and how wide?",
    "Explain the war and who won it.",
    # No second question, whatever words it has.
    "Who is the man who built it and who lived in it?",
    "Where is the house in which she lived and in which she died?",
    "What is the difference between who and whom?",
    "Which band is called The Who and What?",
    "Did Ada and Tom build it?",
    "Who built the tower and the bridge?",
    "Who built the tower\nwhich stands in Paris?",
    "Which of these won:\n1. Ada\n2. Tom",
    "What is https://example.org/page?id=3 about?",
    # Nothing is split inside of quotation marks.
    'What did he mean by "who and what"?',
    "What did he mean by “who won and when”?",
    "What did he mean by ‘who won and when’?",
    "What did he mean by 'who won and when'?",
    "What did he mean by „who won and when“?",
    "What did he mean by «who won? and when»?",
    'What does "To be? Or not to be?" mean?',
    "“Who built it? And when?”",
]

NO_QUESTION = [
    "",
    " ",
    "\n",
    "?",
    "??",
    "? ? ?",
    "Thanks!",
    "Hi. Thanks!",
    "👍",
    "…",
    "and",
    "1.",
    '"',
]

WORD = re.compile(r"\w+")


@pytest.mark.parametrize(("text", "asked"), SEVERAL)
def test_several_questions(text: str, asked: list[str]) -> None:
    assert split_questions(text) == tuple(asked)


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_whole(text: str) -> None:
    [question] = split_questions(text)
    assert question.split() == text.split()


@pytest.mark.parametrize("text", ["Who built it? Thanks!", "Ok? Who built it?", "Who built it? 🙏"])
def test_talk_after_a_mark_is_left_out(text: str) -> None:
    assert split_questions(text) == ("Who built it?",)


@pytest.mark.parametrize("text", NO_QUESTION)
def test_a_message_without_a_question_is_one_all_the_same(text: str) -> None:
    assert len(split_questions(text)) == 1


@pytest.mark.parametrize("text", [*ONE, *(text for text, _ in SEVERAL)])
def test_a_question_that_was_split_off_is_not_split_again(text: str) -> None:
    for question in split_questions(text):
        assert split_questions(question) == (question,)


def test_a_message_may_have_any_number_of_questions() -> None:
    assert len(split_questions("Who is it and " * 3000 + "who is it?")) == 3001


# Anything at all

TALK = ["Hi!", "Thanks!", "👍", "Ok?", "Bye"]
JOINING = ["and", "but", "also", "then", "and then", "but also"]
pieces = st.one_of(
    st.sampled_from([*ONE, *(text for text, _ in SEVERAL if text[0] not in "1-")]),
    st.sampled_from(["who", "when", "Where is it", "by whom", "what happened", "which", "is it"]),
    st.sampled_from([*TALK, *JOINING, "?", "？", ".", '"', "“", "”", "'", "\n", ",", ";", "🇰🇵"]),
    st.text(max_size=5),
)
messages = st.lists(st.tuples(pieces, st.sampled_from([" ", "\n", ""])), max_size=12).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


def words(*texts: str) -> list[str]:
    return [word for text in texts for word in WORD.findall(text.lower())]


@given(st.one_of(st.text(), messages))
def test_any_message_has_a_question_and_nothing_that_was_not_said(text: str) -> None:
    found = split_questions(text)
    assert found
    said = iter(text)
    for question in found:
        # A mark is set where "and" was.
        assert all(
            character in said for character in question.removesuffix("?") if character != " "
        )


LEFT_OUT = {*words(*TALK, *JOINING)}
sayings = st.lists(
    st.sampled_from(
        [
            "Who built the tower?",
            "When was it built",
            "And where?",
            "who paid",
            "by whom?",
            "how",
            "I think Ada.",
            "Which river is longer, and which city is older?",
            "It says “who? and when?” here.",
            *TALK,
            *JOINING,
        ]
    ),
    min_size=1,
)


@given(sayings, st.sampled_from([" ", "\n"]))
def test_no_word_is_lost_but_talk_and_what_joins(said: list[str], gap: str) -> None:
    text = gap.join(said)
    kept = [word for word in words(text) if word not in LEFT_OUT]
    assert [word for word in words(*split_questions(text)) if word not in LEFT_OUT] == kept
