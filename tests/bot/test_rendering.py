"""The same reply for Telegram, for a terminal and as JSON."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.rendering import (
    TELEGRAM_LIMIT,
    answer_json,
    plain,
    reply_json,
    telegram_messages,
    terminal,
    utf16_length,
    visible,
)
from bot.replies import Button, Quote, Reply, Role, answered, not_in_article
from bot.terminal import stdout
from index.types import Answer, Article, Citation
from tests.telegram_html import clean, parse_html, utf16_slice

ESC = "\x1b"


def quote(*sentences: str, emphasis: int | None = None, number: int = 5, of: int = 20) -> Quote:
    return Quote(Role.ANSWER, sentences, number, 2, of, emphasis)


def squeezed(text: str) -> str:
    """As Telegram keeps it, without the white space."""
    return "".join(clean(text).split())


def words_of(reply: Reply) -> str:
    return "".join(
        squeezed(block)
        if isinstance(block, str)
        else squeezed("".join(block.sentences) + block.place)
        for block in reply.blocks
    )


def entities(message: str, kind: str) -> list[str]:
    parsed = parse_html(message)
    return [
        utf16_slice(parsed.text, entity["offset"], entity["length"])
        for entity in parsed.entities
        if entity["type"] == kind
    ]


# Texts as articles have them, with what has a meaning in HTML or more than one UTF-16 unit.
words = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=12),
    st.sampled_from(["<b>", "</blockquote>", "&amp;", "&", '"', "'", "🇰🇵", "👨‍👩‍👧", "𝒳", "Mr."]),
    st.sampled_from(["word" * 3, "x" * 4100, "😀" * 2050, "&" * 820, "é<" * 900]),
)
gaps = st.sampled_from([" ", " ", " ", ". ", "! ", ".” ", "… ", "\n", "\n\n", "  "])
texts = st.lists(st.tuples(words, gaps), min_size=1, max_size=8).map(
    lambda pairs: "".join(word + gap for word, gap in pairs).rstrip()
)
# Longer than a message, but not for ever.
long_texts = texts.map(lambda text: " ".join([text] * (4500 // len(text) + 1)))
emphases = st.one_of(st.none(), st.integers(0, 2))
quote_blocks = st.builds(
    lambda sentences, emphasis: quote(*sentences, emphasis=emphasis),
    st.lists(st.one_of(texts, long_texts), min_size=3, max_size=3),
    emphases,
)
replies_ = st.lists(st.one_of(texts, long_texts, quote_blocks), min_size=1, max_size=3).map(
    lambda blocks: Reply(tuple(blocks))
)


# Telegram


@settings(deadline=None, max_examples=40)
@given(replies_)
def test_every_message_fits_and_nothing_is_lost(reply: Reply) -> None:
    messages = telegram_messages(reply)
    assert all(utf16_length(message) <= TELEGRAM_LIMIT for message in messages)
    shown = [parse_html(message).text for message in messages]
    assert all(shown)
    assert "".join(map(squeezed, shown)) == words_of(reply)


@settings(deadline=None, max_examples=40)
@given(quote_blocks)
def test_a_quote_in_many_messages_stays_a_quote(block: Quote) -> None:
    messages = telegram_messages(Reply((block,)))
    quoted = [text for message in messages for text in entities(message, "blockquote")]
    assert squeezed("".join(quoted)) == squeezed("".join(block.sentences))
    bold = [text for message in messages for text in entities(message, "bold")]
    emphasised = "" if block.emphasis is None else block.sentences[block.emphasis]
    assert squeezed("".join(bold)) == squeezed(emphasised)
    assert [text for message in messages for text in entities(message, "italic")] == [block.place]


def test_short_blocks_share_a_message() -> None:
    reply = Reply(("No.", "The closest:", quote("A <b>bold</b> & “odd” claim.")))
    assert telegram_messages(reply) == [
        "No.\n\nThe closest:\n\n"
        "<blockquote>A &lt;b&gt;bold&lt;/b&gt; &amp; “odd” claim.</blockquote>\n"
        "<i>Sentence 5 of 20 · paragraph 2</i>"
    ]


def test_the_sentence_a_quote_is_about_is_bold() -> None:
    [message] = telegram_messages(Reply((quote("One.", "Two & more.", "Three.", emphasis=1),)))
    assert entities(message, "blockquote") == ["One. Two & more. Three."]
    assert entities(message, "bold") == ["Two & more."]


@pytest.mark.parametrize("stop", [".", "!", "?", "…", ".”", '."', ".)", "?’"])
def test_prose_is_cut_after_a_sentence(stop: str) -> None:
    text = " ".join(f"This, Mr Orr, is number {number}{stop}" for number in range(400))
    messages = telegram_messages(Reply((text,)))
    assert len(messages) > 2
    assert all(parse_html(message).text.endswith(stop) for message in messages)
    assert " ".join(parse_html(message).text for message in messages) == text


def test_a_quote_is_cut_between_its_sentences() -> None:
    sentences = [f"This is number {number} of them, & the last but some." for number in range(200)]
    messages = telegram_messages(Reply((quote(*sentences),)))
    quoted = [entities(message, "blockquote")[0] for message in messages]
    assert len(quoted) > 2
    assert all(text.endswith("some.") for text in quoted)
    assert " ".join(quoted) == " ".join(sentences)


def test_without_a_sentence_border_the_cut_is_between_words() -> None:
    text = " ".join(["neverending"] * 1000)
    messages = telegram_messages(Reply((text,)))
    assert {word for message in messages for word in message.split()} == {"neverending"}
    assert " ".join(messages) == text


def test_a_word_longer_than_a_message_is_cut_where_it_must_be() -> None:
    assert telegram_messages(Reply(("x" * 5000,))) == ["x" * 4096, "x" * 904]


@pytest.mark.parametrize(
    ("text", "messages"),
    [("😀" * 2048, 1), ("😀" * 2049, 2), ("x" * 4096, 1), ("&" * 819, 1), ("&" * 820, 2)],
)
def test_the_limit_counts_utf16_units_of_the_html(text: str, messages: int) -> None:
    assert len(telegram_messages(Reply((text,)))) == messages


@pytest.mark.parametrize("text", [" " + "x" * 5000, "\n\n" + "x" * 5000, "x" * 5000 + " \n"])
def test_white_space_around_a_text_makes_no_empty_message(text: str) -> None:
    assert all(message.strip() for message in telegram_messages(Reply((text,))))


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("a", 1), ("é", 1), ("😀", 2), ("🇰🇵", 4), ("\ud800", 1)]
)
def test_length_in_utf16_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


# Terminal


def shown(reply: Reply, **console: object) -> str:
    file = io.StringIO()
    Console(file=file, highlight=False, **console).print(terminal(reply))  # type: ignore[arg-type]
    return file.getvalue()


def test_elsewhere_than_in_a_terminal_a_sentence_is_verbatim_on_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentence = "Pictures of [bold]a :smile: “factory”[/bold]  show 1,000 things; " * 40 + "all."
    stdout().print(terminal(Reply(("The article says:", quote(sentence)))))
    assert capsys.readouterr().out == (
        f"The article says:\n  {sentence}\n  ····■··············· Sentence 5 of 20 · paragraph 2\n"
    )


@pytest.mark.parametrize("sentence", ["Two  spaces.", "An\xa0odd\u2009space.", "日本 🇰🇵."])
def test_elsewhere_than_in_a_terminal_white_space_is_verbatim_too(
    capsys: pytest.CaptureFixture[str], sentence: str
) -> None:
    stdout().print(terminal(Reply((quote(sentence),))))
    assert f"  {sentence}\n" in capsys.readouterr().out


def test_a_tab_does_not_break_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    stdout().print(terminal(Reply((quote("A\ttable\trow."),))))
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
    assert out.splitlines()[1] == f"  {strip} Sentence {number} of {of} · paragraph 2"


# JSON

ARTICLE = Article("0123", "Photos", "One. Two.", ((0, 9),), "en", "https://example.com/a")
ONE = Citation(1, 1, 0, 4, "One.", 0.123456)
TWO = Citation(2, 1, 5, 9, "Two.", 0.1)
ONE_JSON = {"sentence": 1, "paragraph": 1, "start": 0, "end": 4, "text": "One.", "score": 0.1235}
ARTICLE_JSON = {
    "id": "0123",
    "title": "Photos",
    "url": "https://example.com/a",
    "language": "en",
    "sentences": 2,
}


def test_an_answer_as_json() -> None:
    answer = Answer("Why?", 0.98765, (ONE,), (ONE, TWO))
    assert answer_json(answer, ARTICLE, 2) == {
        "question": "Why?",
        "answered": True,
        "confidence": 0.9877,
        "citations": [ONE_JSON],
        "nearest": None,
        "article": ARTICLE_JSON,
    }


def test_a_refusal_as_json_has_the_nearest_passage() -> None:
    answer = Answer("Why?", 0.1, (), (ONE, TWO))
    assert answer_json(answer, ARTICLE, 2) == {
        "question": "Why?",
        "answered": False,
        "confidence": 0.1,
        "citations": [],
        "nearest": ONE_JSON,
        "article": ARTICLE_JSON,
    }


@pytest.mark.parametrize("citations", [(ONE,), ()])
def test_a_reply_as_json(citations: tuple[Citation, ...]) -> None:
    answer = Answer("Why?", 0.55559, citations, (ONE, TWO))
    reply = (answered if citations else not_in_article)(answer, 2, [Button("More", "m")])
    shown_json = reply_json(reply)
    assert shown_json == {
        "text": plain(reply),
        "buttons": ["More"],
        "answered": bool(citations),
        "confidence": 0.5556,
        "citations": [ONE_JSON] if citations else [],
    }
    assert json.loads(json.dumps(shown_json)) == shown_json


def test_a_reply_that_is_no_answer_as_json() -> None:
    assert reply_json(Reply(("Hello.",))) == {
        "text": "Hello.",
        "buttons": [],
        "answered": None,
        "confidence": None,
        "citations": [],
    }


def test_plain_is_a_line_a_block() -> None:
    reply = Reply(("No.", quote("One.", "Two.", emphasis=0)))
    assert plain(reply) == "No.\nOne. Two.\n(Sentence 5 of 20 · paragraph 2)"


def test_the_map_marks_the_sentence_that_a_context_is_about() -> None:
    context = Quote(Role.CONTEXT, ("One.", "Two.", "Three."), 1, 1, of=4, emphasis=2)
    assert "··■· Sentence 3 of 4" in shown(Reply((context,)))
