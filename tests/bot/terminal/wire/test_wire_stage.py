"""What is seen of the bot at the imitation of Telegram's servers, beside its replies."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.telegram_server.faults import Refused
from bot.terminal.scene import Scene
from bot.terminal.stage import CannotAct, Outcome
from bot.terminal.transcript import Played
from bot.terminal.turns import Turn
from bot.terminal.wire import on_the_wire
from bot.terminal.wire.wire_stage import WireStage
from index.keeping.library import Library
from tests.bot.dialogue.chats import PASTED, WHO
from tests.bot.rendering.test_telegram_markup import shown_in_terminal
from tests.bot.stages import dialogues
from tests.bot.terminal.test_stages import act


@pytest.fixture
def stage(library: Library) -> Iterator[WireStage]:
    with on_the_wire(Settings(), dialogues(library)) as stage:
        yield stage


def calls(outcome: Outcome) -> list[dict[str, Any]]:
    """Those that are made however slow the machine is."""
    return [call for call in outcome.calls or () if call["method"] != "sendChatAction"]


def methods(outcome: Outcome) -> list[str]:
    return [call["method"] for call in calls(outcome)]


def test_the_calls_are_those_that_telegram_would_get(stage: WireStage) -> None:
    outcome = act(stage, say=WHO)
    assert methods(outcome) == ["sendMessage"]
    [call] = calls(outcome)
    params: dict[str, Any] = call["params"]
    assert params["chat_id"] == "1001"
    assert params["text"].startswith("<blockquote>The photos")
    assert params["reply_markup"]["inline_keyboard"][0][0]["text"] == "Context"
    assert "refused" not in call


def test_a_pressed_button_changes_the_message_that_has_it(stage: WireStage) -> None:
    [before] = act(stage, say=WHO).shown
    outcome = act(stage, press="Context")
    assert methods(outcome) == ["answerCallbackQuery", "editMessageText"]
    [after] = outcome.shown
    assert after.number == before.number
    assert after.html.startswith(before.html)
    assert "Context" not in [button.label for button in outcome.buttons]


def test_a_refused_call_says_why(stage: WireStage) -> None:
    stage._server.fail_next("sendMessage", Refused("Bad Request: can't parse entities"))
    outcome = act(stage, say=WHO)
    assert "can't parse entities" in calls(outcome)[0]["refused"]
    assert methods(outcome) == ["sendMessage", "sendMessage"]
    assert "KCNA" in outcome.text


def test_in_a_group_the_bot_replies_to_the_question(stage: WireStage) -> None:
    [shown] = act(stage, in_="friends", say=f"@article_bot {WHO}").shown
    assert shown.quotes == f"@article_bot {WHO}"
    outcome = act(stage, reply="And when?")
    assert shown_in_terminal(outcome.rendered).startswith("> And when?\n  The photos")


def test_where_the_bot_says_nothing_it_has_called_nothing(stage: WireStage) -> None:
    outcome = act(stage, in_="friends", say=WHO)
    assert (outcome.calls, outcome.reply) == ((), None)
    assert shown_in_terminal(outcome.rendered) == "The bot says nothing.\n"


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        ({"say": " "}, "without words"),
        ({"say": "this", "links": {"that": "https://example.org"}}, "substring not found"),
        ({"inline": "x" * 300}, "at most 256"),
    ],
)
def test_what_people_can_not_do_says_why(
    stage: WireStage, turn: dict[str, object], why: str
) -> None:
    with pytest.raises(CannotAct, match=why):
        stage.act(Turn.model_validate(turn))


def test_a_paste_is_cut_as_telegrams_apps_do(stage: WireStage) -> None:
    outcome = act(stage, say=PASTED * 6)
    assert "66 sentences" in outcome.text
    assert methods(outcome).count("sendMessage") == 1


def test_an_answer_that_is_replaced_by_another_message_is_deleted(stage: WireStage) -> None:
    act(stage, say=PASTED)
    [before] = act(stage, say="Who built the lighthouse of Marrow Point?").shown
    outcome = act(stage, edit="When did the last keeper, Tom Reed, leave the tower?")
    assert before.quotes is not None
    assert outcome.deleted == (before.number,)
    assert "March 1988" in outcome.text


def test_what_pops_up_is_shown(stage: WireStage) -> None:
    act(stage, as_="ann", in_="friends", say="/language")
    outcome = act(stage, as_="ben", press="Deutsch")
    assert outcome.shown == ()
    assert "admin" in outcome.text
    assert shown_in_terminal(outcome.rendered) == f"{outcome.text}\n"


def test_whoever_types_runs_the_bot(stage: WireStage) -> None:
    assert act(stage, say="/stats").text != act(stage, as_="ann", say="/stats").text


def test_buttons_are_numbered_through(stage: WireStage) -> None:
    assert "[1] Context  [2] More" in shown_in_terminal(act(stage, say=WHO).rendered)


def test_a_transcript_has_the_calls(stage: WireStage) -> None:
    turn = Turn(say=WHO)
    entry = Played(turn, Scene(), stage.act(turn)).as_json()
    assert json.loads(json.dumps(entry)) == entry
    assert entry["calls"][-1]["method"] == "sendMessage"
    [citation] = entry["reply"]["citations"]
    assert citation["sentence"] == 2
    assert citation["text"].endswith("large-caliber artillery systems.")


def test_articles_are_kept_where_the_terminal_keeps_them(
    stage: WireStage, library: Library
) -> None:
    for scene in ({}, {"as_": "ann"}, {"in_": "friends"}):
        act(stage, say="/forget", **scene)
    act(stage, as_="ann", in_="private", say=PASTED)
    assert library.collection("chat:").articles() == ()
    assert len(library.collection("chat:as:ann").articles()) == 1


def test_nothing_is_told_to_those_who_watch_the_real_bot(library: Library, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    settings = Settings.model_validate({"ARTICLE_BOT_HEARTBEAT_FILE": heartbeat})
    with on_the_wire(settings, dialogues(library)) as stage:
        act(stage, say=WHO)
    assert not heartbeat.exists()
    assert library.store.inbox.waiting() == []


def test_a_bot_that_has_ended_is_not_waited_for(stage: WireStage) -> None:
    stage._bot._loop.call_soon_threadsafe(stage._bot._stop.set)
    stage._bot._ended.result(timeout=30)
    with pytest.raises(CannotAct, match="the bot has ended"):
        act(stage, say=WHO)
