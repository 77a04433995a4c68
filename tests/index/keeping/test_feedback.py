"""What a chat said of answers: kept, changed, and gone with what it is about."""

from pathlib import Path

import pytest

from index.keeping.store import Store
from index.types import Judgement
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, words_in

WHO = Judgement(HARBOUR.id, "Who built it?", (37, 55), helpful=True)
WHAT = Judgement(LIGHTHOUSE.id, "What burned?", (0, 49), helpful=False)
SHIPPED = Judgement("shipped", "Who released what?", (0, 9), helpful=True)


@pytest.fixture
def judged(kept: Store) -> Store:
    """A store in which two chats have judged answers."""
    for chat, judgement in (("ann", WHO), ("ben", WHO), ("ann", WHAT), ("ann", SHIPPED)):
        kept.feedback.give(chat, judgement)
    return kept


def test_judgements_come_in_the_order_in_which_they_were_given(judged: Store) -> None:
    assert judged.feedback.all() == [
        ("ann", WHO), ("ben", WHO), ("ann", WHAT), ("ann", SHIPPED)
    ]  # fmt: skip


def test_a_chat_can_change_its_mind(judged: Store) -> None:
    other = Judgement(HARBOUR.id, WHO.question, (0, 35), helpful=False)
    judged.feedback.give("ann", other)
    assert judged.feedback.all()[0] == ("ben", WHO)
    assert judged.feedback.all()[-1] == ("ann", other)
    assert len(judged.feedback.all()) == 4


def test_a_chat_that_has_nothing_else_may_judge(judged: Store) -> None:
    judged.feedback.give("eve", SHIPPED)
    assert ("eve", SHIPPED) in judged.feedback.all()


def test_a_judgement_goes_with_its_article(judged: Store, tmp_path: Path) -> None:
    judged.remove("ann", LIGHTHOUSE.id)
    assert judged.feedback.all() == [("ann", WHO), ("ben", WHO), ("ann", SHIPPED)]
    assert words_in(tmp_path, WHAT.question) == []


def test_a_judgement_goes_with_its_chat(judged: Store, tmp_path: Path) -> None:
    judged.forget("ann")
    assert judged.feedback.all() == [("ben", WHO)]
    assert words_in(tmp_path, WHAT.question, SHIPPED.question) == []
