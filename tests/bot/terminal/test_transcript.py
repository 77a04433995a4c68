"""What is written down of a conversation."""

import json
from dataclasses import replace
from pathlib import Path

from bot.terminal.script import play
from bot.terminal.stage import Stage
from bot.terminal.transcript import Played, to_page
from bot.terminal.turns import Turn
from tests.bot.dialogue.chats import NOWHERE, WHO
from tests.bot.rendering.test_chat_page import Elements


def played(stage: Stage, *turns: dict[str, object]) -> list[Played]:
    return list(play(map(Turn.model_validate, turns), stage))


def words(conversation: list[Played]) -> list[str]:
    """What a page has below its title."""
    return Elements(to_page(conversation).partition("<main>")[2].partition("</main>")[0]).words


def test_a_transcript_is_json_and_has_the_script_in_it(stage: Stage, cats: Path) -> None:
    turns: list[dict[str, object]] = [
        {"as": "ann", "send": str(cats), "caption": "Who ate bones?"},
        {"in": "friends"},
        {"press": "Context"},
    ]
    entries = [each.as_json() for each in played(stage, *turns)]
    assert json.loads(json.dumps(entries)) == entries
    assert [each | turn for each, turn in zip(entries, turns, strict=True)] == entries
    assert [entry["passed"] for entry in entries] == [True, True, False]
    assert entries[1]["reply"] is None
    assert "calls" not in entries[0]


def test_a_page_has_what_was_said(stage: Stage) -> None:
    page = words(played(stage, {"say": WHO}, {"press": "Context"}, {"say": NOWHERE}))
    assert page[0] == WHO
    assert "Context" in page
    assert "you · Context" in page
    assert "The article does not say." in page


def test_a_page_tells_who_speaks_in_a_group(stage: Stage) -> None:
    page = words(
        played(
            stage,
            {"say": "Hi"},
            {"as": "ann", "in": "friends", "say": "@article_bot Hi", "about": "<Post>"},
        )
    )
    assert page[:2] == ["Private chat", "Hi"]
    assert page[page.index("friends") :][:6] == [
        "friends",
        "somebody",
        "<Post>",
        "ann",
        "<Post>",
        "@article_bot Hi",
    ]


def test_an_edited_message_stays_in_its_place(stage: Stage) -> None:
    page = words(played(stage, {"say": "Who?"}, {"edit": WHO}))
    assert page[:2] == ["edited", WHO]
    assert "Who?" not in page


def test_a_page_tells_what_was_sent(stage: Stage, cats: Path) -> None:
    page = words(
        played(
            stage,
            {"send": str(cats)},
            {"forward": "A post."},
            {"inline": "Who?"},
            {"guest": "What?", "about": "A post of theirs."},
        )
    )
    assert {"\N{PAGE FACING UP} cats.txt", "forwarded", "inline", "guest"} <= set(page)


def test_links_lead_where_they_were_made_to_lead(stage: Stage) -> None:
    turn = {"say": "See <this>.", "links": {"<this>": "https://example.org/?a&b"}}
    page = to_page([Played(Turn.model_validate(turn), stage.scene, None)])
    assert '<a href="https://example.org/?a&amp;b">&lt;this&gt;</a>' in page


def test_a_turn_that_could_not_be_acted_out_is_on_the_page(stage: Stage) -> None:
    assert words(played(stage, {"press": "Delete"})) == ["you · Delete"]


def test_what_is_said_in_no_message_is_a_note(stage: Stage) -> None:
    page = words(played(stage, {"inline": "Who built it?"}))
    assert page == ["inline", "@article_bot Who built it?", "Give me an article to ask"]


def test_a_page_about_one_group_is_called_as_that(stage: Stage) -> None:
    page = to_page(played(stage, {"in": "friends"}, {"say": "@article_bot Hi"}))
    assert "<title>friends</title>" in page


def test_a_message_that_was_deleted_is_not_on_the_page(stage: Stage) -> None:
    asked, thanked = played(stage, {"say": WHO}, {"say": "Thanks!"})
    assert asked.outcome is not None
    assert thanked.outcome is not None
    outcome = replace(thanked.outcome, deleted=tuple(each.number for each in asked.outcome.shown))
    page = words([asked, replace(thanked, outcome=outcome)])
    assert page == [WHO, "Thanks!", "You're welcome."]
