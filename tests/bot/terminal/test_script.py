"""Scripted conversations: what a file may hold, and what is reported of it."""

import json
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.terminal.script import ScriptError, TurnResult, play, read_script
from index.keeping.library import Library

WHO = "Who released the photos?"
UNSURE = "Which missile is solid-fueled?"
NOWHERE = "How many workers are employed at the factory?"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.yaml"


def played(script: Path, content: str, dialogue: Dialogue) -> list[TurnResult]:
    script.write_text(content, encoding="utf-8")
    return list(play(read_script(script), dialogue))


def failures(script: Path, content: str, dialogue: Dialogue) -> list[str]:
    return [failure for turn in played(script, content, dialogue) for failure in turn.failures]


def refused(script: Path, content: str) -> str:
    """What is said of a script that can't be used."""
    script.write_text(content, encoding="utf-8")
    with pytest.raises(ScriptError) as refusal:
        read_script(script)
    return str(refusal.value)


def test_a_script_passes_when_every_expectation_is_met(script: Path, dialogue: Dialogue) -> None:
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
    turns = played(script, content, dialogue)
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
    script: Path, dialogue: Dialogue, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: {WHO}\n  {expectation}", dialogue) == [failure]


@pytest.mark.parametrize(
    ("expectation", "failure"),
    [
        ("expect_refusal: false", "expected an answer"),
        ("expect_sentence: 3", "expected sentence 3 first, got None"),
    ],
)
def test_a_refusal_that_is_not_as_expected(
    script: Path, dialogue: Dialogue, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: {NOWHERE}\n  {expectation}", dialogue) == [failure]


@pytest.mark.parametrize(
    ("expectation", "failure"),
    [
        ("expect_refusal: true", "expected a refusal"),
        ("expect_refusal: false", "expected an answer"),
        ("expect_sentence: 1", "expected sentence 1 first, got None"),
    ],
)
def test_talk_is_neither_an_answer_nor_a_refusal(
    script: Path, dialogue: Dialogue, expectation: str, failure: str
) -> None:
    assert failures(script, f"- say: Hello!\n  {expectation}", dialogue) == [failure]


def test_every_failing_expectation_of_a_turn_is_reported(script: Path, dialogue: Dialogue) -> None:
    content = f"""
        - say: {WHO}
          expect: [the moon, the sun]
          expect_refusal: true
          expect_sentence: 3
    """
    assert len(failures(script, content, dialogue)) == 4


def test_a_script_goes_on_after_a_failure(script: Path, dialogue: Dialogue) -> None:
    content = f"- say: hi\n  expect: moon\n- say: {WHO}\n  expect: KCNA"
    assert [bool(turn.failures) for turn in played(script, content, dialogue)] == [True, False]


def test_a_missing_button_is_reported_and_the_others_stay(script: Path, dialogue: Dialogue) -> None:
    turns = played(script, f"- say: {WHO}\n- press: Delete\n- press: Context", dialogue)
    assert [turn.failures for turn in turns] == [
        (),
        ("there is no button 'Delete' to press",),
        (),
    ]
    assert turns[1].reply is None


def test_feedback_is_pressed_and_changed(
    script: Path, dialogue: Dialogue, library: Library
) -> None:
    content = f"- say: {WHO}\n- press: 👍 Helpful\n  expect: Thank you\n- press: 👎 Wrong"
    assert failures(script, content, dialogue) == []
    [(_, judgement)] = library.store.feedback.all()
    assert (judgement.question, judgement.helpful) == (WHO, False)


def test_a_script_can_not_begin_with_a_button(script: Path, dialogue: Dialogue) -> None:
    assert failures(script, "- press: More", dialogue) == ["there is no button 'More' to press"]


def test_numbers_are_texts(script: Path, dialogue: Dialogue) -> None:
    [first, second] = played(script, "- say: 2024\n- say: /context 9\n  expect: 18", dialogue)
    assert first.turn.say == "2024"
    assert second.failures == ()


def test_the_transcript_of_a_turn(script: Path, dialogue: Dialogue) -> None:
    content = f"- say: {WHO}\n  expect: the moon\n- press: Delete\n- press: Context"
    said = [turn.as_json() for turn in played(script, content, dialogue)]
    assert json.loads(json.dumps(said)) == said
    assert said[0].keys() == {"say", "expect", "reply", "passed", "failures"}
    assert said[0]["reply"]["answered"] is True
    assert (said[0]["passed"], said[0]["failures"]) == (
        False,
        ["expected 'the moon' in the reply"],
    )
    assert said[1]["reply"] is None
    assert (said[2]["press"], said[2]["passed"], said[2]["failures"]) == ("Context", True, [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- say: Hi\n  press: More", "turn 1: Value error, a turn has either 'say' or 'press'."),
        ("- say: Hi\n- expect: Hello", "turn 2: Value error, a turn has either"),
        ("- say: Hi\n- say: Hi\n  expects: Hello", "turn 2 → expects: Extra inputs are not"),
        ("- say: [Hi]", "turn 1 → say: "),
        ("- say: Hi\n  expect_sentence: two", "turn 1 → expect_sentence: "),
        ("- say: Hi\n  expect_refusal: perhaps", "turn 1 → expect_refusal: "),
        ("- say: Hi\n  expect: []", "turn 1 → expect"),
        ("- say: Hi\n  expect: {a: b}", "turn 1 → expect"),
        ("- Hi", "turn 1: "),
        ("say: Hi", "Input should be a valid list"),
        ("Hi", "Input should be a valid list"),
        ("", "Input should be a valid list"),
    ],
)
def test_what_is_no_list_of_turns_is_refused_by_place(
    script: Path, content: str, says: str
) -> None:
    refusal = refused(script, content)
    assert refusal.startswith(f"{script}: ")
    assert says in refusal


NO_YAML = [
    "- say: [1\nb",
    "\t- say: Hi",
    "- say: \x00",
    "- &a [*b]",
    "- say: 2024-13-45",
    f"- say: {'9' * 5000}",
    "[" * 3000,
]


@pytest.mark.parametrize("content", NO_YAML)
def test_what_is_no_yaml_is_refused(script: Path, content: str) -> None:
    assert str(script) in refused(script, content)


@pytest.mark.parametrize("content", NO_YAML[:4])
def test_what_is_no_yaml_is_refused_in_one_line(script: Path, content: str) -> None:
    assert "\n" not in refused(script, content)


@pytest.mark.parametrize(
    "content",
    [
        "- !!python/object/apply:os.getcwd []",
        "- say: !!python/name:os.sep",
        "- !!python/object/new:bot.script.Turn {say: Hi}",
        "- say: !secret Hi",
    ],
)
def test_a_tag_makes_no_object(script: Path, content: str) -> None:
    assert "could not determine a constructor for the tag" in refused(script, content)


def test_a_yaml_bomb_is_refused_at_once(script: Path) -> None:
    layers = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    bomb = "l0: &l0 [lol]\n" + "\n".join(layers)
    assert "valid list" in refused(script, bomb)
    assert "turn 1" in refused(script, "- " + bomb.replace("\n", "\n  "))
    assert "turn 1 → expect" in refused(
        script, "- say: &l0 Hi\n  expect: &l1 [[*l0, *l0], [*l0, *l0]]"
    )


def test_bytes_that_are_no_text_are_refused(script: Path) -> None:
    script.write_bytes(b"- say: \xff\xfe")
    with pytest.raises(ScriptError, match="can't be read"):
        read_script(script)


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_what_can_not_be_opened_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScriptError, match=r"^The script .* can't be read: .*$"):
        read_script(tmp_path / name)
