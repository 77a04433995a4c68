"""A question, several at once, and questions that follow up."""

import pytest

from bot.dialogue import Dialogue
from bot.questions import MAX_QUESTIONS
from bot.replies.reply import Quote, Role
from index.types import Article, Verdict
from tests.bot.dialogue.chats import (
    FEEDBACK,
    NOWHERE,
    UNSURE,
    WHERE,
    WHO,
    action,
    answer_of,
    cited,
    labels,
    prose,
    quotes,
)


def test_an_answer_quotes_the_cited_sentence_and_its_place(
    dialogue: Dialogue, article: Article
) -> None:
    reply = dialogue.say(WHO)
    first = answer_of(reply).citations[0]
    assert quotes(reply)[0] == Quote(Role.ANSWER, (first.text,), 2, 2, 13)
    assert article.text[first.start : first.end] == first.text
    assert labels(reply) == ["Context", "More", *FEEDBACK]


def test_white_space_around_a_question_is_no_part_of_it(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"\n  {WHO}\t")
    assert answer_of(reply).question == WHO


def test_an_unsure_reply_says_so_and_marks_the_closest_passage(dialogue: Dialogue) -> None:
    reply = dialogue.say(UNSURE)
    answer = answer_of(reply)
    assert answer.verdict is Verdict.UNSURE
    assert answer.nearest is not None
    assert reply.blocks == (
        "I'm not sure that the article answers this. The closest passage is:",
        Quote(Role.CLOSEST, (answer.nearest.text,), 9, 6, 13),
    )
    assert labels(reply) == ["Context", "More", *FEEDBACK]


def test_a_refusal_is_one_sentence_with_more_to_press(dialogue: Dialogue) -> None:
    reply = dialogue.say(NOWHERE)
    assert answer_of(reply).verdict is Verdict.NOT_IN_ARTICLE
    assert reply.blocks == ("The article does not say.",)
    assert labels(reply) == ["More"]


def test_a_follow_up_looks_where_the_answer_stood(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    reply = dialogue.say("And when?")
    assert cited(reply) == [2]
    assert "Saturday" in quotes(reply)[0].sentences[0]


def test_a_follow_up_without_an_answer_of_its_kind_is_refused(dialogue: Dialogue) -> None:
    dialogue.say("Which missile is liquid-fueled?")
    reply = dialogue.say("And when?")
    assert cited(reply) == []


@pytest.mark.parametrize("follow_up", ["And when?", "Who?", "Where was it?", "How many?"])
@pytest.mark.parametrize("question", [NOWHERE, UNSURE])
def test_a_follow_up_to_no_answer_never_becomes_one(
    dialogue: Dialogue, question: str, follow_up: str
) -> None:
    dialogue.say(question)
    assert cited(dialogue.say(follow_up)) == []
    assert cited(dialogue.say(follow_up)) == []


def test_a_follow_up_to_nothing_is_refused(dialogue: Dialogue) -> None:
    assert cited(dialogue.say("And when?")) == []


def test_talk_between_does_not_end_a_topic(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.say("Thanks!")
    dialogue.say("/help")
    assert cited(dialogue.say("And when?")) == [2]


@pytest.mark.parametrize("question", ["Who are you?", "And where are you from?"])
def test_the_article_does_not_answer_what_is_asked_of_the_bot(
    dialogue: Dialogue, question: str
) -> None:
    dialogue.say(WHO)
    reply = dialogue.say(question)
    assert not any(answer.answered for answer in reply.answers)


def test_many_follow_ups_do_not_pile_up_in_the_question(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    for _ in range(50):
        reply = dialogue.say("And when?")
    assert len(answer_of(reply).question) < 200


def test_each_question_is_answered_below_it(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"{WHO} {NOWHERE} {UNSURE}")
    first, second, third = reply.answers
    assert [answer.verdict for answer in reply.answers] == [
        Verdict.ANSWERED,
        Verdict.NOT_IN_ARTICLE,
        Verdict.UNSURE,
    ]
    assert reply.blocks == (
        f"“{WHO}”",
        Quote(Role.ANSWER, (first.citations[0].text,), 2, 2, 13),
        f"“{NOWHERE}”",
        "The article does not say.",
        f"“{UNSURE}”",
        "I'm not sure that the article answers this. The closest passage is:",
        Quote(Role.CLOSEST, (third.ranked[0].text,), 9, 6, 13),
    )
    assert second.citations == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Who released the photos, and when?", ["Who released the photos?", "when?"]),
        (f"{WHO} And when?", [WHO, "And when?"]),
        (f"{WHERE} {WHO} When was that?", [WHERE, WHO, "When was that?"]),
    ],
)
def test_a_question_may_follow_up_the_one_before_it(
    dialogue: Dialogue, text: str, asked: list[str]
) -> None:
    reply = dialogue.say(text)
    assert [block for block in reply.blocks if isinstance(block, str)] == [
        f"“{question}”" for question in asked
    ]
    assert [answer.citations[0].sentence for answer in reply.answers][-2:] == [2, 2]


def test_the_first_of_several_may_follow_up_the_message_before(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    first, second = dialogue.say(f"And when? {WHERE}").answers
    assert [answer.citations[0].sentence for answer in (first, second)] == [2, 13]


def test_a_follow_up_to_the_refused_one_of_several_is_refused(dialogue: Dialogue) -> None:
    first, second, third = dialogue.say(f"{WHO} {NOWHERE} And when?").answers
    assert [first.answered, second.answered, third.answered] == [True, False, False]


def test_several_questions_have_a_context_button_a_passage(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"{WHO} {NOWHERE} {UNSURE}")
    assert labels(reply) == ["Context of 2", "Context of 9", "More"]
    for number in (2, 9):
        pressed = action(reply, f"Context of {number}")
        assert dialogue.press(pressed) == dialogue.say(f"/context {number}")


def test_a_passage_that_answers_twice_has_one_context_button(dialogue: Dialogue) -> None:
    assert labels(dialogue.say(f"{WHO} And when?")) == ["Context of 2"]


def test_several_refusals_have_no_context_button(dialogue: Dialogue) -> None:
    assert labels(dialogue.say(f"{NOWHERE} Who won the football match?")) == ["More"]


@pytest.mark.parametrize("more", ["More", "/more"])
def test_more_and_context_are_about_the_last_of_several(dialogue: Dialogue, more: str) -> None:
    both = dialogue.say(f"{WHO} {WHERE}")
    last = both.answers[-1]
    reply = dialogue.press(action(both, more)) if more == "More" else dialogue.say(more)
    passages = [passage for passage in last.ranked if passage not in last.citations]
    assert [quote.number for quote in quotes(reply)] == [p.sentence for p in passages[:3]]
    [quote] = quotes(dialogue.say("/context"))
    assert quote.focus == 13


def test_the_next_message_may_follow_up_the_last_of_several(dialogue: Dialogue) -> None:
    dialogue.say(f"{WHERE} {WHO}")
    assert cited(dialogue.say("And when?")) == [2]


@pytest.mark.parametrize("many", [MAX_QUESTIONS, MAX_QUESTIONS + 1, MAX_QUESTIONS + 3])
def test_of_too_many_questions_the_rest_is_named(dialogue: Dialogue, many: int) -> None:
    asked = [f"Who released photo number {number}?" for number in range(many)]
    reply = dialogue.say(" ".join(asked))
    assert [answer.question for answer in reply.answers] == asked[:MAX_QUESTIONS]
    left = "That was a lot at once. Please ask again: "
    assert [block for block in reply.blocks if str(block).startswith(left)] == (
        [left + " ".join(asked[MAX_QUESTIONS:])] if many > MAX_QUESTIONS else []
    )
    assert (str(reply.blocks[-1]).startswith(left)) is (many > MAX_QUESTIONS)


@pytest.mark.parametrize("text", [f"Hi! {WHO}", f"{WHO} Thanks!", f"{WHO} 🙏", f"Ok? {WHO}"])
def test_talk_beside_a_question_is_no_second_one(dialogue: Dialogue, text: str) -> None:
    reply = dialogue.say(text)
    assert answer_of(reply).ranked[0].sentence == 2
    assert "“" not in prose(reply)
    assert labels(reply) == ["Context", "More", *FEEDBACK]
