"""Every kind of turn, played in the dialogue itself, and through the bot over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.terminal.scene import Scene
from bot.terminal.stage import CannotAct, Outcome, Stage
from bot.terminal.turns import Turn
from index.errors import ArticleNotFound
from index.keeping.library import Library
from index.loading import load_text
from tests.bot.dialogue.chats import PASTED, WHO
from tests.bot.stages import MakeStage, dialogues

POST = (
    "The harbour of Lund opened again on Friday. The ferry to Holm runs twice a day. A ticket "
    "costs three crowns. Captain Moor refuses to pay for the repairs, and the council waits for a "
    "court to say who is right."
)
LINK = "https://example.org/harbour"


def act(stage: Stage, **turn: object) -> Outcome:
    return stage.act(Turn.model_validate({name.rstrip("_"): value for name, value in turn.items()}))


@pytest.fixture
def stage(make_stage: MakeStage, library: Library) -> Iterator[Stage]:
    with make_stage(dialogues(library)) as stage:
        yield stage


@pytest.fixture
def web(make_stage: MakeStage, library: Library) -> Iterator[Stage]:
    """A stage on which every address has the post."""
    with make_stage(dialogues(library, lambda url: load_text(POST))) as stage:
        yield stage


def test_a_message_is_answered(stage: Stage) -> None:
    outcome = act(stage, say=WHO)
    assert (outcome.answered, outcome.sentence) == (True, 2)
    assert "KCNA" in outcome.text
    [shown] = outcome.shown
    assert "<blockquote>The photos" in shown.html
    assert [[button.label for button in row] for row in shown.rows] == [
        ["Context", "More"],
        ["👍 Helpful", "👎 Wrong"],
    ]


def test_a_button_of_an_earlier_reply_can_be_pressed(stage: Stage) -> None:
    act(stage, say=WHO)
    act(stage, say="Thanks!")
    assert "Sentence 2 of 13" in act(stage, press="Context").text


def test_a_button_of_another_chat_can_not(stage: Stage) -> None:
    act(stage, say=WHO)
    with pytest.raises(CannotAct, match="there is no button 'Context' to press"):
        act(stage, as_="ann", press="Context")


def test_everybody_and_every_group_has_a_chat(stage: Stage) -> None:
    act(stage, say=PASTED)
    for scene in ({"as_": "ann"}, {"in_": "friends"}, {"as_": "you"}):
        said = act(stage, say="/article", **scene).text
        assert "North Korea Weapons" in said, scene
    assert stage.scene == Scene("you", "friends")
    assert "Marrow Point" in act(stage, in_="private", say="/summary").text


def test_a_scene_may_be_set_by_itself(stage: Stage) -> None:
    outcome = act(stage, as_="ann", in_="friends")
    assert (outcome.text, outcome.reply) == ("", None)
    assert stage.scene == Scene("ann", "friends")


def test_in_a_group_the_bot_has_to_be_addressed(stage: Stage) -> None:
    act(stage, in_="friends")
    assert act(stage, say=WHO).reply is None
    assert act(stage, say=f"@article_bot {WHO}").sentence == 2
    assert act(stage, reply="And when?").sentence == 2


def test_a_reply_needs_a_message_of_the_bot(stage: Stage) -> None:
    with pytest.raises(CannotAct, match="no message of the bot"):
        act(stage, reply="And when?")


def test_an_edited_message_is_answered_anew(stage: Stage) -> None:
    act(stage, say="Who released the fotos of the moon landing?")
    assert act(stage, edit=WHO).sentence == 2


def test_a_text_that_replies_to_the_wish_for_an_article_is_one(stage: Stage) -> None:
    act(stage, say="/articles")
    outcome = act(stage, reply="The cat slept on the mat. The dog ate 12 bones.")
    assert "2 sentences" in outcome.text


def test_a_reply_follows_up_the_answer_that_it_replies_to(stage: Stage) -> None:
    act(stage, say=WHO)
    assert act(stage, reply="And when?").sentence == 2


def test_feedback_is_given_by_a_button(stage: Stage, library: Library) -> None:
    act(stage, say=WHO)
    act(stage, press="👍 Helpful")
    [(_, judgement)] = library.store.feedback.all()
    assert judgement.helpful


def test_only_ones_own_message_can_be_edited(stage: Stage) -> None:
    act(stage, in_="friends", say=f"@article_bot {WHO}")
    with pytest.raises(CannotAct, match="no message to edit"):
        act(stage, as_="ann", edit=WHO)


def test_a_long_post_that_is_forwarded_is_an_article(stage: Stage) -> None:
    assert "4 sentences" in act(stage, forward=POST).text
    assert act(stage, forward=WHO).answered is False


def test_a_document_is_an_article_and_its_caption_is_answered(stage: Stage, cats: Path) -> None:
    assert act(stage, send=cats, caption="Who ate bones?").sentence == 2


def test_a_document_that_is_not_there(stage: Stage, tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ArticleNotFound):
            act(stage, send=path)


def test_an_address_behind_words_is_opened(web: Stage) -> None:
    assert "4 sentences" in act(web, say="this", links={"this": LINK}).text


def test_in_private_nothing_is_asked_of_a_post_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(CannotAct, match="forward the post first"):
        act(stage, say="What does a ticket cost?", about=POST)


def test_sentences_are_offered_elsewhere(stage: Stage) -> None:
    assert act(stage, inline="lighthouse").text == "Give me an article to ask"
    act(stage, say=PASTED)
    outcome = act(stage, inline="Who built the lighthouse of Marrow Point?")
    assert "Ada Fenn" in outcome.text
    assert 1 < len(outcome.shown) <= 5
    assert outcome.answered is None


def test_a_guest_asks_a_post(stage: Stage) -> None:
    outcome = act(stage, guest="What does a ticket cost?", about=POST)
    assert (outcome.answered, outcome.sentence) == (True, 3)
    assert act(stage, say="/articles").text == act(stage, as_="ann", say="/articles").text


def test_a_guest_asks_a_page(web: Stage) -> None:
    assert act(web, guest=f"What does a ticket cost? {LINK}").sentence == 3


def test_a_reply_to_what_a_guest_got_follows_it_up(stage: Stage) -> None:
    act(stage, in_="friends", guest="What does a ticket cost?", about=POST)
    assert act(stage, reply="Who refuses to pay?").sentence == 4


def test_a_guest_asks_where_the_bot_is_no_member(stage: Stage) -> None:
    act(stage, in_="friends", say=f"@article_bot {WHO}")
    with pytest.raises(CannotAct, match="the bot is a member"):
        act(stage, guest="What does a ticket cost?", about=POST)
    act(stage, in_="others", guest="What does a ticket cost?", about=POST)
    assert act(stage, say=f"@article_bot {WHO}").reply is None


def test_a_group_asks_a_post(stage: Stage) -> None:
    outcome = act(stage, in_="friends", say="@article_bot What does a ticket cost?", about=POST)
    assert outcome.sentence == 3
    assert "North Korea" in act(stage, say="/article").text


def test_a_reply_is_in_the_language_that_was_chosen(stage: Stage) -> None:
    act(stage, say="/language de")
    labels = [button.label for button in act(stage, say=WHO).buttons]
    assert labels[:2] == ["Kontext", "Mehr"]
    assert "Satz 2 von 13" in act(stage, press="Kontext").text
