"""Text for a terminal: coloured there, word for word elsewhere, and harmless."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.rendering.terminal_text import to_terminal, visible
from bot.replies.reply import Button, Quote, Reply, Role
from bot.terminal.console import stdout
from tests.bot.rendering.samples import marked, quote

ESC = "\x1b"


def shown(reply: Reply, **console: object) -> str:
    file = io.StringIO()
    Console(file=file, highlight=False, **console).print(to_terminal(reply))  # type: ignore[arg-type]
    return file.getvalue()


def test_elsewhere_than_in_a_terminal_a_sentence_is_verbatim_on_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentence = "Pictures of [bold]a :smile: “factory”[/bold]  show 1,000 things; " * 40 + "all."
    stdout().print(to_terminal(Reply(("The article says:", quote(sentence)))))
    assert capsys.readouterr().out == (
        f"The article says:\n  {sentence}\n  ····■··············· Sentence 5 of 20 · paragraph 2\n"
    )


@pytest.mark.parametrize("sentence", ["Two  spaces.", "An\xa0odd\u2009space.", "日本 🇰🇵."])
def test_elsewhere_than_in_a_terminal_white_space_is_verbatim_too(
    capsys: pytest.CaptureFixture[str], sentence: str
) -> None:
    stdout().print(to_terminal(Reply((quote(sentence),))))
    assert f"  {sentence}\n" in capsys.readouterr().out


def test_a_tab_does_not_break_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    stdout().print(to_terminal(Reply((quote("A\ttable\trow."),))))
    assert capsys.readouterr().out.splitlines()[0].split() == ["A", "table", "row."]


def test_in_a_terminal_words_are_wrapped() -> None:
    lines = shown(Reply((quote("word " * 50 + "end."),)), width=40).splitlines()
    assert len(lines) > 6
    assert all(len(line) <= 40 and line.startswith("  ") for line in lines)


def test_buttons_are_numbered_choices() -> None:
    buttons = (Button("Context", "c"), Button("More", "m"))
    assert shown(Reply(("Yes.",), buttons), width=60) == "Yes.\n[1] Context  [2] More\n"


@pytest.mark.parametrize(
    "hostile",
    [
        ESC + "[2J",
        ESC + "]0;title\x07",
        "\x9b31m",
        "a\rb",
        "a\x08b",
        "\x00",
        "\x7f",
        "\u202e",
        "\u2066",
    ],
)
@pytest.mark.parametrize("force_terminal", [True, False])
def test_a_text_can_not_steer_the_terminal(hostile: str, force_terminal: bool) -> None:
    for block in (hostile, quote(f"It says {hostile} here.")):
        out = shown(Reply((block,)), width=80, force_terminal=force_terminal)
        assert hostile not in out
        assert "\N{REPLACEMENT CHARACTER}" in out


@given(st.text(st.characters()))
def test_what_is_visible_has_no_control_character_and_keeps_its_length(text: str) -> None:
    assert len(visible(text)) == len(text)
    kept = set(visible(text)) - {"\n", "\t"}
    assert all(not "\x00" <= char < " " and not "\x7f" <= char <= "\x9f" for char in kept)


@pytest.mark.parametrize("block", ["caf\udce9", quote("Half a pair: \ud83d.")])
def test_what_can_not_be_encoded_is_shown_as_such(block: str | Quote) -> None:
    assert shown(Reply((block,))).encode("utf-8").count("\N{REPLACEMENT CHARACTER}".encode()) == 1


@pytest.mark.parametrize("role", Role)
def test_colours_are_for_terminals_only(role: Role) -> None:
    reply = Reply((Quote(role, ("One.", "Two."), 1, 1, 2, 0),), (Button("More", "m"),))
    assert ESC in shown(reply, force_terminal=True, color_system="standard")
    assert ESC not in shown(reply)


def underlined(reply: Reply, width: int = 100) -> str:
    """What is bold and underlined, without the space at the ends of lines."""
    segments = Console(width=width).render(to_terminal(reply))
    return " ".join(
        segment.text.strip()
        for segment in segments
        if segment.style and segment.style.bold and segment.style.underline and segment.text.strip()
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Built by *Ada Fenn* in 1871.",
        "*Ada Fenn* built it.",
        "It was *Ada.*",
        "[bold]*[red]*[/bold]",
        "🇰🇵 and 日本 and *日本 🇰🇵* and so on.",
    ],
)
def test_the_answers_words_are_bold_and_underlined(sentence: str) -> None:
    reply = Reply((marked(sentence),))
    assert underlined(reply) == sentence.split("*")[1]
    assert sentence.replace("*", "") in shown(reply, width=100)


def test_the_answers_words_are_marked_over_line_ends() -> None:
    assert underlined(Reply((marked("One two *three four five* six."),)), width=14) == (
        "three four five"
    )


def test_control_characters_do_not_move_the_answers_words() -> None:
    assert underlined(Reply((marked("\x1b[2J\ta\rb *Ada\x00* c."),))) == (
        "Ada\N{REPLACEMENT CHARACTER}"
    )


@pytest.mark.parametrize("block", [quote("It was Ada."), quote("It was.", "Ada.", emphasis=1)])
def test_without_the_answers_words_nothing_is_underlined(block: Quote) -> None:
    assert underlined(Reply((block,))) == ""


@pytest.mark.parametrize(
    ("number", "of", "strip"),
    [
        (1, 1, "■"),
        (1, 3, "■··"),
        (2, 3, "·■·"),
        (3, 3, "··■"),
        (40, 40, "·" * 39 + "■"),
        (1, 1000, "■" + "·" * 39),
        (500, 1000, "·" * 19 + "■" + "·" * 20),
        (1000, 1000, "·" * 39 + "■"),
    ],
)
def test_the_map_shows_where_a_quote_stands(number: int, of: int, strip: str) -> None:
    out = shown(Reply((quote("One.", number=number, of=of),)), width=100)
    assert out.splitlines()[1] == f"  {strip} Sentence {number:,} of {of:,} · paragraph 2"


def test_the_map_marks_the_sentence_that_a_context_is_about() -> None:
    context = Quote(Role.CONTEXT, ("One.", "Two.", "Three."), 1, 1, sentence_count=4, emphasis=2)
    assert "··■· Sentence 3 of 4" in shown(Reply((context,)))
