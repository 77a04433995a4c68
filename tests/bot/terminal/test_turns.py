"""Turns: what a script may hold, and what a typed line is."""

from pathlib import Path

import pytest

from bot.terminal.turns import ScriptError, Turn, read_script, typed_turn


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.yaml"


def refused(script: Path, content: str) -> str:
    """What is said of a script that can't be used."""
    script.write_text(content, encoding="utf-8")
    with pytest.raises(ScriptError) as refusal:
        read_script(script)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- say: Hi\n  press: More", "turn 1: Value error, a turn has one of say, press, "),
        ("- say: Hi\n- expect: Hello", "turn 2: Value error, a turn has one of"),
        ("- say: Hi\n- say: Hi\n  expects: Hello", "turn 2 → expects: Extra inputs are not"),
        ("- say: [Hi]", "turn 1 → say: "),
        ("- say: Hi\n  expect_sentence: two", "turn 1 → expect_sentence: "),
        ("- say: Hi\n  expect_refusal: perhaps", "turn 1 → expect_refusal: "),
        ("- say: Hi\n  expect: []", "turn 1 → expect"),
        ("- say: Hi\n  expect: {a: b}", "turn 1 → expect"),
        (
            "- say: Hi\n  about: A post.\n- press: More\n  about: A post.",
            "turn 2: Value error, about",
        ),
        ("- say: Hi\n  caption: Hi", "turn 1: Value error, caption belongs to send."),
        ("- send: a.txt\n  links: {a: b}", "turn 1: Value error, links belongs to say or reply"),
        ("- as: ann\n  expect: Hi", "turn 1: Value error, a turn has one of"),
        ("- as: ''\n  say: Hi", "turn 1 → as: "),
        ("- {}", "turn 1: Value error, a turn has one of"),
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
        "- !!python/object/new:bot.terminal.turns.Turn {say: Hi}",
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


def test_documents_are_looked_for_beside_the_script(script: Path) -> None:
    script.write_text("- send: story.md\n- send: /tmp/story.md\n")
    assert [turn.send for turn in read_script(script)] == [
        script.parent / "story.md",
        Path("/tmp/story.md"),
    ]


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Who built it?", {"say": "Who built it?"}),
        ("forward: It says: a long post", {"forward": "It says: a long post"}),
        ("as: ann", {"as": "ann"}),
        ("in: friends", {"in": "friends"}),
        ("send: a story.md", {"send": "a story.md"}),
        ("edit: And when?", {"edit": "And when?"}),
        ("reply: 2024", {"reply": "2024"}),
        ("say: as: ann", {"say": "as: ann"}),
        ("{guest: What?, about: A post.}", {"guest": "What?", "about": "A post."}),
        (
            "{say: Who, and how: him?, about: I, you: we}",
            {"say": "Who, and how: him?", "about": "I, you: we"},
        ),
        (
            "{say: this, links: {this: https://example.org}}",
            {"say": "this", "links": {"this": "https://example.org"}},
        ),
        ("{as: ann, in: friends, say: Hi}", {"as": "ann", "in": "friends", "say": "Hi"}),
    ],
)
def test_a_typed_line_may_be_a_turn(line: str, turn: dict[str, object]) -> None:
    assert typed_turn(line) == Turn.model_validate(turn)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "as:",
        "in: ",
        "Note: send it",
        "expect: moon",
        "{",
        "{a}",
        "{a: b}",
        "{say",
        "{say: a, links: {}",
        "[say: Hi]",
    ],
)
def test_every_other_line_is_a_message(line: str) -> None:
    assert typed_turn(line) == Turn(say=line)


@pytest.mark.parametrize(
    "line", ["{say: Hi, press: More}", "{about: A post.}", "{say: this, links: that}"]
)
def test_a_line_that_begins_as_a_turn_and_is_none_says_why(line: str) -> None:
    with pytest.raises(ScriptError, match=r"^That is no turn: "):
        typed_turn(line)


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ({"say": "Hi"}, "Hi"),
        ({"press": "More"}, "[More]"),
        ({"as": "ann", "in": "friends"}, "as: ann in: friends"),
        ({"as": "ann", "forward": "A post."}, "forward: A post."),
        ({"send": "a.txt", "caption": "Who?"}, "send: a.txt"),
    ],
)
def test_a_turn_is_told_in_a_line(turn: dict[str, object], words: str) -> None:
    assert Turn.model_validate(turn).words == words


def test_half_a_character_is_not_sent() -> None:
    turn = Turn.model_validate({"as": "a\ud800", "say": "\ud800b", "links": {"\ud800": "c\ud800"}})
    assert turn.as_json() == {"as": "a?", "say": "?b", "links": {"?": "c?"}}
