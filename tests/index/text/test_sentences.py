"""Sentence ends: one table of cases. A bug adds a row."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import sentence_spans, split_sentences
from index.types import Article
from tests.growth import assert_linear

# A bar stands where a sentence ends, and is no part of the text.
# Rows marked "Golden" are quoted from the English Golden Rules of pySBD and
# pragmatic_segmenter (MIT licence, Nipun Sadvilkar and Kevin S. Dias).
STOPS = [
    "The bridge is open.| It cost a fortune.",
    "Is the bridge open?| Yes!| It opened today.",
    "What?!| You sold it?",
    "The bridge has no name yet",
    "It opened in 1999.| Few came.",
    "We make a good team, you and I.| Did you see Albert I. Jones yesterday?",  # Golden
]
ABBREVIATIONS = [
    "Mr. Hale met Dr. Ng and Mrs. Orr at St. Anne's Church.| They talked.",
    "J. K. Rowling and George R. R. Martin write.| Others read.",
    "Acme Inc. sued Bolt Ltd. over a patent.| It lost.",
    "The U.S. Army left the U.S. in May.",
    "She lives in the U.S.| Her brother does not.",
    "I work for the U.S. Government in Virginia.",  # Golden
    "It starts at 8 p.m. on Monday.| It ends at 10 p.m.| Nobody stays.",
    "Take bus No. 5 to the end.| Get off there.",
    "See Orr et al. (2004) on p. 12, fig. 3, and Vol. II of the series.",
    "They met in Washington, D.C., on Jan. 5, e.g. for lunch.",
    "Stir in 1 tsp. sugar and 2 tbsp. oil.| Wait.",
    "Fruit, bread, etc. are sold out.| Come back tomorrow.",
]
NUMBERS_AND_ADDRESSES = [
    "Pi is 3.14159 or so.| It rose by 2.5% to $1.2 million.| Fine.",
    "Version 1.0.32 is out.| Get it.",
    "Read https://example.com/a.html?q=1.| Then write to jane.doe@example.com.| Thanks.",
    "She wrote it in Node.js and ASP.NET.| Why not?",
]
ELLIPSES = [
    "I wonder... maybe not.",
    "I wonder…| Maybe not.",
    "He left . . . and came back.",
    "He left … and came back.",
    'He began: "... The rest is silence."| Nobody spoke.',
    "I never meant that....| She left the store.",  # Golden
]
QUOTATIONS = [
    "“I saw it.| It was green,” he said.",
    "“It was green.| It was fast.”| He sat down.",
    '"It was green.| It was fast."| He sat down.',
    "He wrote: ‘It’s mine.| I won’t sell.’| Then he left.",
    "He wrote: 'It's mine.| I won't sell.'| Then he left.",
    "“Why?” he asked.| “Because,” she said, “it is late.”",
    "“Why not?” Mr. Orr asked.| Nobody knew.",
    "“Never!” Angela Orr said.| “Not now.”",
    'She turned to him, "This is great." she said.',  # Golden
    "The dogs' bowl was empty.| The cats' bowl was not.",
    "Er sagte: „Ich komme.| Du auch.“| Dann ging er.",
    "Il a dit : «\xa0Je viens.\xa0»| Puis il est parti.",
]
PARENTHESES = [
    "It rained.| (It always does.)| We stayed in.",
    "It rained.| (It always does.| We knew.)| We stayed in.",
    "We stayed in (the rain had not stopped.)| Nobody minded.",
    "The tower (built c. 1920, rebuilt in 1950) fell.",
    "She paints (She had been an engineer for five years.) in the local school.",
]
FOOTNOTES = [
    "The tower fell.[12]| It was rebuilt.[3][4]| It stands.",
    "The tower fell. [12]| It was rebuilt.",
    "The tower fell.[a]| It was rebuilt.[note 2]| It stands.[citation needed]| Still.",
    "The tower[7] fell.¹²| It was “rebuilt”.³| It stands.",
    "The tower fell.:12–14| It was rebuilt.",
]
LISTS = [
    "Bring:|\n- bread and\n  butter|\n- wine|\n- salt",
    "Bring:|\n* bread|\n* wine.|\n• Salt",
    "1. Open the box|\n2. Take out the lamp.|\n3. Close it",
    "1.) The first item| 2.) The second item",  # Golden
    "• 9. The first item| • 10. The second item",  # Golden
    "a. The first item| b. The second item| c. The third list item",  # Golden
    "Two rules:| 1) Be kind.| 2) Be brief.",
    "It has two aims: 1) to save time and 2) to save money.",
    "IV. Results of the vote",
]
WRAPPED = (
    "The committee met on Tuesday to talk about the new bridge, which the\n"
    "people of Springfield have wanted for years.| The river, said Mr. Orr of the\n"
    "Army Corps, is too wide for a single span.| Nobody had asked him for it."
)
LINES = [
    "Storm hits the coast|\nThousands of people were without power on Monday, officials said.",
    "Storm hits the coast|\nBy Ann Orr|\nThousands were without power.|\nThey waited.",
    "A headline|\n\nThe text below it.",
    "Dear all,\nthe office is closed.|\nYours|\nAnn",
    WRAPPED,
    "Concerts this year:|\nJune 9 - Coral Sky Amphitheatre, West Palm Beach, Florida|\n"
    "June 10 - Credit Union Amphitheatre at the Fairgrounds, Tampa|\nJune 14 - Alpharetta",
    "I’ve apples to roast and nuts to crack;  \nThen sun and moon you shall have.",
]
SPACES = [
    "\ufeffIt is so.| It was so.\u200b",
    "It is so.|\xa0It was so.",
    "It is un\u00adlike\u00adly.| Very.",
]
LANGUAGES = [
    ("de", "Das ist z. B. so.| Das nicht."),
    ("fr", "M. Dupont est là.| Il attend M. Petit."),
    ("ru", "Это сказал А. С. Пушкин.| Добавьте 2 ст. л. муки."),
    ("zh", "你好。|再见。"),
    ("hi", "यह ठीक है।| वह नहीं।"),
    ("en-GB", "Mr. Orr came.| He left."),
    ("tlh", "Mr. Orr came.| He left."),
    ("", "Mr. Orr came.| He left."),
]
ENGLISH = [
    *STOPS,
    *ABBREVIATIONS,
    *NUMBERS_AND_ADDRESSES,
    *ELLIPSES,
    *QUOTATIONS,
    *PARENTHESES,
    *FOOTNOTES,
    *LISTS,
    *LINES,
    *SPACES,
]
INVISIBLE = "\ufeff\u200b\u200c\u200d\u00ad"

# Text of what makes and unmakes sentence ends, and any text at all.
pieces = st.sampled_from(
    [*"aB1 .!?\"'“”‘’«»()[]-–…,:;•*\n\r\t\xa0。é\ud800", *INVISIBLE, "\n\n", "Mr. ", "1. ", "[2]"]
)
texts = st.one_of(st.lists(pieces, max_size=60).map("".join), st.text())
languages = st.sampled_from(["en", "de", "zh", "ar", "hy", "xx", "", "日本", "\ud800"])


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def visible(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in INVISIBLE)


def article(text: str, *paragraphs: tuple[int, int]) -> Article:
    return Article("id", "Title", text, paragraphs or ((0, len(text)),))


def check(row: str, language: str) -> None:
    expected = [part.strip(string.whitespace + "\xa0" + INVISIBLE) for part in row.split("|")]
    assert sentences(row.replace("|", ""), language) == expected


@pytest.mark.parametrize("row", ENGLISH)
def test_sentences_end_where_a_reader_would_end_them(row: str) -> None:
    check(row, "en")


@pytest.mark.parametrize(("language", "row"), LANGUAGES)
def test_other_languages_and_unknown_ones(language: str, row: str) -> None:
    check(row, language)


@given(texts, languages)
def test_spans_are_ordered_disjoint_and_trimmed(text: str, language: str) -> None:
    last = 0
    for start, end in sentence_spans(text, language):
        assert last <= start < end <= len(text)
        assert visible(text[start]) == text[start]
        assert visible(text[end - 1]) == text[end - 1]
        last = end


@given(texts, languages)
def test_every_visible_character_is_in_a_sentence(text: str, language: str) -> None:
    assert visible("".join(sentences(text, language))) == visible(text)


@given(texts)
def test_white_space_around_a_text_changes_no_sentence(text: str) -> None:
    assert sentences(f"  \n{text}\n ") == sentences(text)


@given(texts)
def test_trimming_a_sentence_again_changes_nothing(text: str) -> None:
    for sentence in sentences(text):
        assert sentences(sentence)[0][0] == sentence[0]
        assert sentences(sentence)[-1][-1] == sentence[-1]


def test_a_long_line_of_openers_takes_no_long_time() -> None:
    assert len(sentences("“ " * 50_000)) == 1


@pytest.mark.parametrize(
    "pattern",
    [
        *("東。", "東。,", "「東。", "橋が開通し、数千人が渡った。", "。", "यह।"),
        *("word ", "a\n", "One. ", ". ", "… ", "?!", "Mr. ", "M. D. ", "a.b.c. ", "1. ", "\n- a"),
        *('"A. ', "“A. ", "'A. ", "(A. ", "(.", "[1]", 'A." Bob said ', "\u200b", " "),
    ],
)
def test_no_text_takes_more_than_linear_time(pattern: str) -> None:
    texts = {size: (pattern * size)[:size] for size in (16_000, 128_000)}
    assert_linear(lambda size: sentences(texts[size], "ja"), 128_000)


def test_a_long_line_is_split_as_a_short_one_is() -> None:
    lines = ["It rained (all day, e.g. on Mr. Orr).", "“Was it odd?”", "No.", "It is 3 p.m. now."]
    expected = [f"{'So ' * (n % 50)}{lines[n % 4]}" for n in range(1000)]
    assert len(" ".join(expected)) > 80_000
    assert sentences(" ".join(expected)) == expected


def test_a_sentence_may_be_longer_than_what_is_split_at_once() -> None:
    expected = [f"{'word ' * 20_000}by Mr. Orr.", "Then came an end."]
    assert sentences(" ".join(expected)) == expected


def test_numbers_count_from_one_and_offsets_lead_into_the_article() -> None:
    text = "Skip this. One.  Two.\n\nThree."
    found = split_sentences(article(text, (11, 21), (23, 29)))
    assert [(s.number, s.paragraph, s.text) for s in found] == [
        (1, 1, "One."),
        (2, 1, "Two."),
        (3, 2, "Three."),
    ]
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize("ornament", ["***", "• ", "---", "", " \ufeff", "___", "…"])
def test_ornaments_are_no_sentences_and_no_paragraphs(ornament: str) -> None:
    text = f"One.\n{ornament}\nTwo."
    found = split_sentences(article(text, (0, 4), (5, len(text) - 5), (len(text) - 4, len(text))))
    assert [(s.number, s.paragraph, s.text) for s in found] == [(1, 1, "One."), (2, 2, "Two.")]


def test_an_article_without_paragraphs_has_no_sentences() -> None:
    assert split_sentences(Article("id", "Title", "Some text.", ())) == ()


@given(texts, languages)
def test_sentences_of_an_article_are_verbatim(text: str, language: str) -> None:
    found = split_sentences(Article("id", "Title", text, ((0, len(text)),), language))
    assert [s.number for s in found] == list(range(1, len(found) + 1))
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(any(char.isalnum() for char in s.text) for s in found)
