"""Sentences of one's own article are offered in other chats."""

import pytest

from bot.dialogue import Dialogue
from bot.replies import inline_replies
from index.keeping.library import Library
from tests.bot.dialogue.chats import PASTED, quotes
from tests.conftest import nothing_to_fetch


def test_the_answer_is_offered_first(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    offers = dialogue.offers("Who built the lighthouse of Marrow Point?").offers
    assert offers[0].number == 1
    assert (
        offers[0].title
        == "The lighthouse of Marrow Point was built in 1871 by the engineer Ada Fenn."
    )
    assert str(offers[0].description).startswith("Sentence 1 of")
    assert quotes(offers[0].reply)[0].sentences[0].startswith("The lighthouse of Marrow Point")
    assert len(offers) <= 5
    assert len({offer.number for offer in offers}) == len(offers)


@pytest.mark.parametrize("text", ["", "  ", "wh"])
def test_before_there_is_a_question_the_central_sentences_are_offered(
    dialogue: Dialogue, text: str
) -> None:
    dialogue.say(PASTED)
    assert 3 <= len(dialogue.offers(text).offers) <= 5


def test_what_the_article_does_not_say_is_not_offered(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    offers = dialogue.offers("Which weather does Paris expect tomorrow?")
    assert offers.offers == ()
    assert offers.button == inline_replies.NOT_FOUND


def test_the_shipped_article_is_nobodys_own(dialogue: Dialogue) -> None:
    offers = dialogue.offers("Who released the photos?")
    assert offers.offers == ()
    assert offers.button == inline_replies.NO_ARTICLE


def test_the_last_question_stays(dialogue: Dialogue, library: Library) -> None:
    dialogue.say(PASTED)
    dialogue.say("Who was the last keeper?")
    dialogue.offers("Who built the lighthouse of Marrow Point?")
    assert library.collection("chat").last_question() == "Who was the last keeper?"
    assert "1988" in quotes(dialogue.say("And when?"))[0].sentences[0]


def test_no_other_chat_is_offered_it(dialogue: Dialogue, library: Library) -> None:
    dialogue.say(PASTED)
    other = Dialogue(library.collection("other"), nothing_to_fetch)
    assert other.offers("Who built the lighthouse of Marrow Point?").offers == ()


def test_a_long_sentence_is_shortened_in_the_list(dialogue: Dialogue) -> None:
    dialogue.say("The ferry to Holm, which is red, " + "and old, " * 20 + "runs twice a day. " * 30)
    (first, *_) = dialogue.offers("How often does the ferry to Holm run a day?").offers
    assert first.title.startswith("The ferry to Holm, which is red, and old")
    assert first.title.endswith("and old…")
    assert len(first.title) <= 80


def test_offers_are_in_the_language_that_was_chosen(dialogue: Dialogue) -> None:
    dialogue.say("/language de")
    assert dialogue.offers("Who?").language == "de"
