"""Buttons that say whether an answer helped: kept with its question, changed, also later."""

import pytest

from bot.dialogue import Dialogue
from bot.intents import Work, work_of_press
from bot.replies import answer_replies, article_replies, storage_replies
from bot.replies.reply import Reply
from index.errors import StorageError, StorageFull
from index.keeping.library import Library
from index.types import Article, Judgement
from tests.bot.dialogue.chats import (
    FEEDBACK,
    NOWHERE,
    PASTED,
    UNSURE,
    WHERE,
    WHO,
    action,
    answer_of,
    labels,
    prose,
)
from tests.conftest import nothing_to_fetch

HELPFUL, WRONG = FEEDBACK


def judgements(library: Library) -> list[Judgement]:
    return [judgement for _, judgement in library.store.feedback.all()]


def press(dialogue: Dialogue, reply: Reply, label: str) -> Reply:
    return dialogue.press(action(reply, label))


def test_a_helpful_answer_is_kept_with_its_question_and_its_sentence(
    dialogue: Dialogue, library: Library, article: Article
) -> None:
    reply = dialogue.say(WHO)
    first = answer_of(reply).citations[0]
    press(dialogue, reply, HELPFUL)
    assert library.store.feedback.all() == [
        ("chat", Judgement(article.id, WHO, (first.start, first.end), helpful=True))
    ]


def test_the_pressed_button_shows_it_and_the_other_one_changes_it(
    dialogue: Dialogue, library: Library
) -> None:
    thanks = press(dialogue, dialogue.say(WHO), HELPFUL)
    assert thanks.relabels
    assert prose(thanks) == "Thank you, that helps."
    assert labels(thanks) == ["👍 Helpful ✓", "👎 Wrong"]
    assert labels(press(dialogue, thanks, WRONG)) == ["👍 Helpful", "👎 Wrong ✓"]
    assert [judgement.helpful for judgement in judgements(library)] == [False]


def test_the_buttons_stand_in_a_row_of_their_own(dialogue: Dialogue) -> None:
    buttons = dialogue.say(WHO).buttons
    assert [button.begins_row for button in buttons] == [False, False, True, False]
    assert all(len(button.action.encode()) <= 64 for button in buttons)


def test_a_doubt_can_be_judged_too(dialogue: Dialogue, library: Library) -> None:
    reply = dialogue.say(UNSURE)
    nearest = answer_of(reply).nearest
    assert nearest is not None
    press(dialogue, reply, WRONG)
    [judgement] = judgements(library)
    assert (judgement.question, judgement.helpful) == (UNSURE, False)
    assert judgement.sentence == (nearest.start, nearest.end)


@pytest.mark.parametrize("text", [NOWHERE, f"{WHO} {WHERE}", "Hello", "/summary"])
def test_what_cites_nothing_or_more_than_one_thing_is_not_judged(
    dialogue: Dialogue, text: str
) -> None:
    assert not set(FEEDBACK) & set(labels(dialogue.say(text)))


def test_a_follow_up_is_kept_with_what_it_is_about(dialogue: Dialogue, library: Library) -> None:
    dialogue.say(WHO)
    press(dialogue, dialogue.say("And when?"), HELPFUL)
    assert [judgement.question for judgement in judgements(library)] == [f"{WHO} And when?"]


def test_an_earlier_answer_can_still_be_judged(dialogue: Dialogue, library: Library) -> None:
    earlier = dialogue.say(WHO)
    dialogue.say(WHERE)
    dialogue.say(PASTED)
    press(dialogue, earlier, HELPFUL)
    assert [judgement.question for judgement in judgements(library)] == [WHO]


def test_an_answer_of_another_article_can_be_judged(with_two: Dialogue, library: Library) -> None:
    harbour = with_two.say("Who built the harbour of Lund?")
    with_two.press(action(with_two.say("/articles"), "Ask 1"))
    assert press(with_two, harbour, WRONG).relabels
    assert len(judgements(library)) == 1


def test_after_a_restart_an_answer_can_be_judged(dialogue: Dialogue, library: Library) -> None:
    reply = dialogue.say(WHO)
    restarted = Dialogue(library.collection("chat"), nothing_to_fetch)
    assert press(restarted, reply, HELPFUL) == press(dialogue, reply, HELPFUL)
    assert len(judgements(library)) == 1


def test_feedback_goes_with_its_article(with_two: Dialogue, library: Library) -> None:
    harbour = with_two.say("Who built the harbour of Lund?")
    press(with_two, harbour, HELPFUL)
    with_two.press(action(with_two.say("/articles"), "Remove 2"))
    assert judgements(library) == []
    assert press(with_two, harbour, HELPFUL) == article_replies.NO_SUCH_ARTICLE


def test_feedback_to_the_shipped_article_goes_when_all_is_forgotten(
    dialogue: Dialogue, library: Library
) -> None:
    reply = dialogue.say(WHO)
    press(dialogue, reply, HELPFUL)
    dialogue.say(PASTED)
    dialogue.press(action(dialogue.say("/articles"), "Remove 1"))
    assert len(judgements(library)) == 1
    dialogue.press(action(dialogue.say("/forget"), "Forget everything"))
    assert judgements(library) == []
    assert press(dialogue, reply, HELPFUL) == answer_replies.OLD_BUTTON


@pytest.mark.parametrize(
    "argument",
    ["{id}", "{id}:", "{id}:00000000:2", "{id}:{key}", "{id}:{key}:", "{id}:{key}:0",
     "{id}:{key}:14", "{id}:{key}:-1", "{id}:{key}:²", "{id}::2"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["helpful", "wrong"])
def test_nonsense_is_an_old_button(
    dialogue: Dialogue, library: Library, article: Article, kind: str, argument: str
) -> None:
    *_, key, _ = action(dialogue.say(WHO), HELPFUL).split(":")
    pressed = f"{kind}:{argument.format(id=article.id, key=key)}"
    assert dialogue.press(pressed) == answer_replies.OLD_BUTTON
    assert judgements(library) == []


@pytest.mark.parametrize("pressed", ["helpful", "wrong:", "helpful::::", "wrong:nowhere:1:1"])
def test_a_button_of_no_article_says_so(dialogue: Dialogue, pressed: str) -> None:
    assert dialogue.press(pressed) == article_replies.NO_SUCH_ARTICLE


def test_what_can_not_be_kept_is_told(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageFull("The disk is full.")

    reply = dialogue.say(WHO)
    monkeypatch.setattr(library.store.feedback, "give", fail)
    told = press(dialogue, reply, HELPFUL)
    assert (prose(told), told.relabels) == (storage_replies.why(StorageFull("")), False)


def test_an_article_that_could_not_be_kept_has_no_feedback(
    dialogue: Dialogue, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(library.store, "add", fail)
    dialogue.say(PASTED)
    told = press(dialogue, dialogue.say("Who built the lighthouse?"), HELPFUL)
    assert prose(told).startswith("The article could not be kept")
    assert judgements(library) == []


def test_a_tap_waits_for_no_question() -> None:
    assert work_of_press("helpful:a:b:1") is work_of_press("wrong:a:b:1") is Work.QUICK
