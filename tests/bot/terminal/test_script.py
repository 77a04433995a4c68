"""Scripted conversations: what is reported of them."""

import json
from pathlib import Path

import pytest

from bot.terminal.script import play
from bot.terminal.stage import Stage
from bot.terminal.transcript import Played
from bot.terminal.turns import read_script
from index.keeping.library import Library

WHO = "Who released the photos?"
UNSURE = "Which missile is solid-fueled?"
NOWHERE = "How many workers are employed at the factory?"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.yaml"


def played(script: Path, content: str, stage: Stage) -> list[Played]:
    script.write_text(content, encoding="utf-8")
    return list(play(read_script(script), stage))


def failures(script: Path, content: str, stage: Stage) -> list[str]:
    return [failure for turn in played(script, content, stage) for failure in turn.failures]


def test_a_script_passes_when_every_expectation_is_met(script: Path, stage: Stage) -> None:
    content = f"""
        - say: {WHO}
          expect: KCNA
          expect_refusal: false
          expect_sentence: 2
        - press: Context
          expect: [paragraph 2, on-site guidance]
        - say: And when?
          expect_sentence: 2
        - say: {NOWHERE}
          expect_refusal: true
          expect: The article does not say.
        - press: More
          expect: Further passages
        - say: {UNSURE}
          expect_refusal: true
          expect: [I'm not sure, Hwasong-18]
        - say: {WHO} Where did the missiles land?
          expect: ['“{WHO}”', KCNA, '“Where did the missiles land?”', Korean Peninsula]
          expect_sentence: 2
        - press: Context of 13
          expect: Sentence 13 of 13
        - say: Thanks!
    """
    turns = played(script, content, stage)
    assert len(turns) == 9
    assert [turn.failures for turn in turns] == [()] * 9


@pytest.mark.parametrize(
    ("expectation", "failure"),
    [
        ("expect: the moon", "expected 'the moon' in the reply"),
        ("expect: [KCNA, the moon]", "expected 'the moon' in the reply"),
        ("expect: kcna", "expected 'kcna' in the reply"),
        ("expect_refusal: true", "expected a refusal"),
        ("expect_sentence: 3", "expected sentence 3 first, got 2"),
    ],
)
def test_an_answer_that_is_not_as_expected(
    script: Path, stage: Stage, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: {WHO}\n  {expectation}", stage) == [failure]


@pytest.mark.parametrize(
    ("expectation", "failure"),
    [
        ("expect_refusal: false", "expected an answer"),
        ("expect_sentence: 3", "expected sentence 3 first, got None"),
    ],
)
def test_a_refusal_that_is_not_as_expected(
    script: Path, stage: Stage, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: {NOWHERE}\n  {expectation}", stage) == [failure]


@pytest.mark.parametrize(
    ("expectation", "failure"),
    [
        ("expect_refusal: true", "expected a refusal"),
        ("expect_refusal: false", "expected an answer"),
        ("expect_sentence: 1", "expected sentence 1 first, got None"),
    ],
)
def test_talk_is_neither_an_answer_nor_a_refusal(
    script: Path, stage: Stage, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: Hello!\n  {expectation}", stage) == [failure]


def test_every_failing_expectation_of_a_turn_is_reported(script: Path, stage: Stage) -> None:
    content = f"""
        - say: {WHO}
          expect: [the moon, the sun]
          expect_refusal: true
          expect_sentence: 3
    """
    assert len(failures(script, content, stage)) == 4


def test_a_script_goes_on_after_a_failure(script: Path, stage: Stage) -> None:
    content = f"- say: hi\n  expect: moon\n- say: {WHO}\n  expect: KCNA"
    assert [bool(turn.failures) for turn in played(script, content, stage)] == [True, False]


def test_a_missing_button_is_reported_and_the_others_stay(script: Path, stage: Stage) -> None:
    turns = played(script, f"- say: {WHO}\n- press: Delete\n- press: Context", stage)
    assert [turn.failures for turn in turns] == [
        (),
        ("there is no button 'Delete' to press",),
        (),
    ]
    assert turns[1].outcome is None


def test_feedback_is_pressed_and_changed(script: Path, stage: Stage, library: Library) -> None:
    content = f"- say: {WHO}\n- press: 👍 Helpful\n  expect: Thank you\n- press: 👎 Wrong"
    assert failures(script, content, stage) == []
    [(_, judgement)] = library.store.feedback.all()
    assert (judgement.question, judgement.helpful) == (WHO, False)


def test_a_script_can_not_begin_with_a_button(script: Path, stage: Stage) -> None:
    assert failures(script, "- press: More", stage) == ["there is no button 'More' to press"]


def test_numbers_are_texts(script: Path, stage: Stage) -> None:
    [first, second] = played(script, "- say: 2024\n- say: /context 9\n  expect: 18", stage)
    assert first.turn.say == "2024"
    assert second.failures == ()


def test_the_transcript_of_a_turn(script: Path, stage: Stage) -> None:
    content = f"- say: {WHO}\n  expect: the moon\n- press: Delete\n- press: Context"
    said = [turn.as_json() for turn in played(script, content, stage)]
    assert json.loads(json.dumps(said)) == said
    assert said[0].keys() == {"say", "expect", "reply", "passed", "failures"}
    assert said[0]["reply"]["answered"] is True
    assert (said[0]["passed"], said[0]["failures"]) == (
        False,
        ["expected 'the moon' in the reply"],
    )
    assert said[1]["reply"] is None
    assert (said[2]["press"], said[2]["passed"], said[2]["failures"]) == ("Context", True, [])
