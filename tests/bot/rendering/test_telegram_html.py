"""The same reply for Telegram, for a terminal and as JSON."""

import io
import json
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.rendering.telegram_html import (
    TELEGRAM_LIMIT,
    answer_json,
    plain,
    reply_json,
    telegram_messages,
    terminal,
    utf16_length,
    visible,
)
from bot.replies import answer_replies as replies
from bot.replies.answer_replies import Button, Quote, Reply, Role
from bot.terminal.prompt import stdout
from index.types import Answer, Article, Citation, Span, Verdict
from tests.bot_api.entities import clean, utf16_slice
from tests.bot_api.html import parse_html

ESC = "\x1b"


def quote(
    *sentences: str,
    emphasis: int | None = None,
    highlight: Span | None = None,
    number: int = 5,
    of: int = 20,
) -> Quote:
    return Quote(Role.ANSWER, sentences, number, 2, of, emphasis, highlight)


def marked(sentence: str) -> Quote:
    """A quote of a sentence whose answer's words stand between two asterisks."""
    before, words, after = sentence.split("*")
    start = len(before)
    return quote(before + words + after, highlight=(start, start + len(words)))


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
highlighted_blocks = st.one_of(texts, long_texts).flatmap(
    lambda sentence: st.builds(
        lambda start, length: quote(
            sentence, "And so on.", highlight=(start, min(start + length, len(sentence)))
        ),
        st.integers(0, len(sentence) - 1),
        st.integers(1, len(sentence)),
    )
)
any_replies = st.lists(
    st.one_of(texts, long_texts, quote_blocks, highlighted_blocks), min_size=1, max_size=3
).map(lambda blocks: Reply(tuple(blocks)))


# Telegram


@settings(deadline=None, max_examples=40)
@given(any_replies)
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


@settings(deadline=None, max_examples=60)
@given(highlighted_blocks)
def test_the_answers_words_are_bold_if_their_sentence_is_in_one_piece(block: Quote) -> None:
    messages = telegram_messages(Reply((block,)))
    assert block.highlight is not None
    sentence, (start, end) = block.sentences[0], block.highlight
    bold = squeezed("".join(text for message in messages for text in entities(message, "bold")))
    if utf16_length(escape(sentence)) < 4000:
        assert bold == squeezed(sentence[start:end])
    else:
        assert bold in ("", squeezed(sentence[start:end]))
    quoted = [text for message in messages for text in entities(message, "blockquote")]
    assert squeezed("".join(quoted)) == squeezed("".join(block.sentences))


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("Built by *Ada Fenn* in 1871.", "Built by <b>Ada Fenn</b> in 1871."),
        ("*Ada Fenn* built it.", "<b>Ada Fenn</b> built it."),
        ("It was *Ada.*", "It was <b>Ada.</b>"),
        ("*All of it.*", "<b>All of it.</b>"),
        ("By <A&B> *<C&D>* & co.", "By &lt;A&amp;B&gt; <b>&lt;C&amp;D&gt;</b> &amp; co."),
        ("By <b>*</b>* & co.", "By &lt;b&gt;<b>&lt;/b&gt;</b> &amp; co."),
        ("👨‍👩‍👧 and *🇰🇵 𝒳* & so on.", "👨‍👩‍👧 and <b>🇰🇵 𝒳</b> &amp; so on."),
        (" It was *Ada* once. ", "It was <b>Ada</b> once."),
    ],
)
def test_the_answers_words_are_bold(sentence: str, html: str) -> None:
    [message] = telegram_messages(Reply((marked(sentence),)))
    assert message.startswith(f"<blockquote>{html}</blockquote>\n<i>")
    assert entities(message, "bold") == [sentence.split("*")[1]]


def test_only_the_first_sentence_of_a_quote_has_the_answers_words() -> None:
    [message] = telegram_messages(Reply((quote("It was Ada.", "It was Tom.", highlight=(7, 10)),)))
    assert entities(message, "blockquote") == ["It was Ada. It was Tom."]
    assert entities(message, "bold") == ["Ada"]


def test_a_sentence_that_is_cut_has_no_bold_words() -> None:
    block = marked("The list names " + "a vase & a bowl, " * 300 + "and *a cup*.")
    messages = telegram_messages(Reply((block,)))
    assert len(messages) > 1
    assert not any("<b>" in message for message in messages)
    assert (
        " ".join(entities(message, "blockquote")[0] for message in messages) == (block.sentences[0])
    )


@pytest.mark.parametrize("length", range(4010, 4040))
def test_around_the_limit_words_are_bold_or_the_sentence_is_not(length: int) -> None:
    messages = telegram_messages(Reply((marked("*Ada*".ljust(length, "x")),)))
    assert all(utf16_length(message) <= TELEGRAM_LIMIT for message in messages)
    bold = [text for message in messages for text in entities(message, "bold")]
    assert bold in ([], ["Ada"])
    assert "".join(entities(message, "blockquote")[0] for message in messages) == (
        "Ada".ljust(length - 2, "x")
    )


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


def underlined(reply: Reply, width: int = 100) -> str:
    """What is bold and underlined, without the space at the ends of lines."""
    segments = Console(width=width).render(terminal(reply))
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
    assert out.splitlines()[1] == f"  {strip} Sentence {number} of {of} · paragraph 2"


# JSON

ARTICLE = Article("0123", "Photos", "One. Two.", ((0, 9),), "en", "https://example.com/a")
ONE = Citation(1, 1, 0, 4, "One.", 0.123456)
TWO = Citation(2, 1, 5, 9, "Two.", 0.1, highlight=(5, 8))
ONE_JSON = {
    "sentence": 1,
    "paragraph": 1,
    "start": 0,
    "end": 4,
    "text": "One.",
    "score": 0.1235,
    "highlight": None,
    "page": None,
    "link": None,
}
TWO_JSON = {
    "sentence": 2,
    "paragraph": 1,
    "start": 5,
    "end": 9,
    "text": "Two.",
    "score": 0.1,
    "highlight": [5, 8],
    "page": None,
    "link": None,
}
ARTICLE_JSON = {
    "id": "0123",
    "title": "Photos",
    "url": "https://example.com/a",
    "language": "en",
    "sentences": 2,
}


def test_an_answer_as_json() -> None:
    answer = Answer("Why?", Verdict.ANSWERED, 0.98765, (TWO, ONE), (TWO, ONE))
    assert answer_json(answer, ARTICLE, 2) == {
        "question": "Why?",
        "corrections": {},
        "answered": True,
        "verdict": "answered",
        "confidence": 0.9877,
        "citations": [TWO_JSON, ONE_JSON],
        "nearest": None,
        "article": ARTICLE_JSON,
    }


def test_the_json_tells_what_was_read_as_something_else() -> None:
    answer = Answer("Wy?", Verdict.UNSURE, 0.3, (), (ONE,), (("Wy", "Why"),))
    assert answer_json(answer, ARTICLE, 2)["corrections"] == {"Wy": "Why"}


@pytest.mark.parametrize(
    ("verdict", "named"), [(Verdict.UNSURE, "unsure"), (Verdict.NOT_IN_ARTICLE, "not in article")]
)
def test_without_an_answer_the_json_has_the_nearest_passage(verdict: Verdict, named: str) -> None:
    answer = Answer("Why?", verdict, 0.1, (), (ONE, TWO))
    written = answer_json(answer, ARTICLE, 2)
    assert written == {
        "question": "Why?",
        "corrections": {},
        "answered": False,
        "verdict": named,
        "confidence": 0.1,
        "citations": [],
        "nearest": ONE_JSON,
        "article": ARTICLE_JSON,
    }
    assert json.loads(json.dumps(written)) == written


WHY = Answer("Why?", Verdict.ANSWERED, 0.55559, (ONE,), (ONE, TWO))
WHO = Answer("Who?", Verdict.ANSWERED, 0.7, (TWO, ONE), (TWO, ONE))
MAYBE = Answer("When?", Verdict.UNSURE, 0.3, (), (ONE, TWO))
NO = Answer("Where?", Verdict.NOT_IN_ARTICLE, 0.00004, (), (ONE, TWO))


@pytest.mark.parametrize(
    ("answers", "answered", "confidence", "citations"),
    [
        ([WHY], True, 0.5556, [ONE_JSON]),
        ([MAYBE], False, 0.3, []),
        ([NO], False, 0.0, []),
        ([WHO, WHY], True, 0.5556, [TWO_JSON, ONE_JSON, ONE_JSON]),
        ([MAYBE, WHO], False, 0.3, [TWO_JSON, ONE_JSON]),
        ([WHO, NO, MAYBE], False, 0.0, [TWO_JSON, ONE_JSON]),
    ],
)
def test_a_reply_as_json(
    answers: list[Answer],
    answered: bool,
    confidence: float,
    citations: list[dict[str, object]],
) -> None:
    reply = replies.to_several(answers, 2, [Button("More", "m")])
    shown_json = reply_json(reply)
    assert shown_json == {
        "text": plain(reply),
        "buttons": ["More"],
        "answered": answered,
        "confidence": confidence,
        "citations": citations,
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
