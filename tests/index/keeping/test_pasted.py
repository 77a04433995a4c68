"""The messages in which an article came, and the one of them that says a sentence."""

from pathlib import Path

import pytest

from index.errors import StorageError
from index.keeping.pasted import PastedMessage, PlaceInChat, place_in_chat
from index.keeping.store import Store
from index.loading import load_text
from tests.index.keeping.stored import HARBOUR, LIGHTHOUSE, words_in

TEXT = "The ferry is red. It is old.\nIt runs twice a day. It is old."

FERRY = load_text(TEXT)

FIRST = PastedMessage(7, 0, 28)

SECOND = PastedMessage(8, 29, len(TEXT), 5, ({"type": "bold", "offset": 5, "length": 2},))


@pytest.mark.parametrize(
    ("sentence", "after", "place"),
    [
        ("The ferry is red.", 0, PlaceInChat(FIRST, "", "The ferry is red.")),
        ("It is old.", 0, PlaceInChat(FIRST, "The ferry is red. ", "It is old.")),
        ("It is old.", 29, PlaceInChat(SECOND, "It runs twice a day. ", "It is old.")),
        ("red. It is old.\nIt runs", 0, PlaceInChat(FIRST, "The ferry is ", "red. It is old.")),
        ("d.\nIt runs twice", 0, PlaceInChat(SECOND, "", "It runs twice")),
    ],
)
def test_the_message_is_the_one_that_says_most_of_the_sentence(
    sentence: str, after: int, place: PlaceInChat
) -> None:
    start = TEXT.index(sentence, after)
    assert place_in_chat(FERRY, start, start + len(sentence), [FIRST, SECOND]) == place


@pytest.mark.parametrize("messages", [[], [FIRST]])
def test_what_no_message_says_has_no_place(messages: list[PastedMessage]) -> None:
    assert place_in_chat(FERRY, 29, 50, messages) is None


def test_messages_are_kept_in_the_order_of_the_text(kept: Store) -> None:
    kept.pasted.keep("ann", LIGHTHOUSE.id, [SECOND, FIRST])
    assert kept.pasted.of_article("ann", LIGHTHOUSE.id) == (FIRST, SECOND)
    assert kept.pasted.of_article("ben", LIGHTHOUSE.id) == ()


def test_those_of_the_last_time_take_the_place_of_those_before(kept: Store) -> None:
    kept.pasted.keep("ann", LIGHTHOUSE.id, [FIRST, SECOND])
    kept.pasted.keep("ann", LIGHTHOUSE.id, [PastedMessage(9, 0, 28)])
    assert kept.pasted.of_article("ann", LIGHTHOUSE.id) == (PastedMessage(9, 0, 28),)


def test_they_go_with_their_article(kept: Store, tmp_path: Path) -> None:
    marked = PastedMessage(7, 0, 28, 0, ({"type": "custom_emoji", "custom_emoji_id": "dolphin"},))
    kept.pasted.keep("ann", LIGHTHOUSE.id, [marked])
    kept.pasted.keep("ann", HARBOUR.id, [FIRST])
    assert words_in(tmp_path, "dolphin") == ["dolphin"]
    kept.remove("ann", LIGHTHOUSE.id)
    assert kept.pasted.of_article("ann", LIGHTHOUSE.id) == ()
    assert words_in(tmp_path, "dolphin") == []
    kept.forget("ann")
    assert kept.pasted.of_article("ann", HARBOUR.id) == ()


def test_messages_of_an_article_that_is_not_there_are_refused(kept: Store) -> None:
    with pytest.raises(StorageError):
        kept.pasted.keep("ben", LIGHTHOUSE.id, [FIRST])
