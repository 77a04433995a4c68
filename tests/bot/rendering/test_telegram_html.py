"""Telegram's HTML: every message fits, nothing is lost, tags stay whole."""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rendering.telegram_html import (
    TELEGRAM_LIMIT,
    telegram_message,
    telegram_messages,
    utf16_length,
)
from bot.replies.reply import Quote, Reply
from bot.telegram_server.entities import utf16_slice
from bot.telegram_server.html import parse_html
from tests.bot.rendering.samples import marked, quote, squeezed, words_of


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


def test_what_has_no_room_in_a_single_message_is_left_out() -> None:
    long = "The ferry is red. " * 150
    reply = Reply((quote(long), quote(long)))
    first, *_ = telegram_messages(reply)
    assert telegram_message(reply) == f"{first}\n\n…"
    assert telegram_message(Reply(("Short.",))) == "Short."
    assert telegram_message(Reply(("x" * 5000,))) == "x" * TELEGRAM_LIMIT
