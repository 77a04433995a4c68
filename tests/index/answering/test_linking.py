"""Where a link leads, by a search that knows nothing of how links are made. A bug adds a row."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.linking import link_to, page_of
from index.types import Article, Span
from tests.growth import assert_linear

URL = "https://example.org/story?id=1"
LONG = "In the beginning, " + "there was a very long sentence, " * 8 + "and then it ended."

DIRECTIVES = [
    ("It opened in 1932.", "It%20opened%20in%201932."),
    (
        "Salt, oil & so-called “umami”.",
        "Salt%2C%20oil%20%26%20so%2Dcalled%20%E2%80%9Cumami%E2%80%9D.",
    ),
    ("100% of it: a/b?c=d#e, or so.", "100%25%20of%20it%3A%20a%2Fb%3Fc%3Dd%23e%2C%20or%20so."),
    (
        "“No,” he said, ‘it's not’.",
        "%E2%80%9CNo%2C%E2%80%9D%20he%20said%2C%20%E2%80%98it%27s%20not%E2%80%99.",
    ),
    ("It was fun 🎉.", "It%20was%20fun%20%F0%9F%8E%89."),
    ("桥开放。", "%E6%A1%A5%E5%BC%80%E6%94%BE%E3%80%82"),
    ("افتتح الجسر.", "%D8%A7%D9%81%D8%AA%D8%AA%D8%AD%20%D8%A7%D9%84%D8%AC%D8%B3%D8%B1."),
    ("Yes.", "Yes."),
    (LONG, "In%20the%20beginning%2C%20there,and%20then%20it%20ended."),
]

# An article and its page; in brackets the sentence, and what its link must mark.
MARKS = [
    ("⟦Yes.⟧", "Yes\n⟦Yes.⟧"),
    ("Why?\n\n⟦Yes.⟧\n\nHow?\n\nYes.", "Why?\n⟦Yes.⟧\nHow?\nYes."),
    ("Why?\n\nYes.\n\nHow?\n\n⟦Yes.⟧", "Why?\nYes.\nHow?\n⟦Yes.⟧"),
    ("Why?\n\n⟦Yes.⟧\n\nHow?", "Yes. Sign in\nWhy?\n⟦Yes.⟧\nHow?"),
    ("She said yes. ⟦It was.⟧", "It was.\nShe said yes. ⟦It was.⟧"),
    ("⟦It was.⟧ She said yes.", "It was.\n⟦It was.⟧ She said yes."),
    (
        "He said: ⟦So be it.⟧ Then he left.",
        "He said: So be it.\nHe said: ⟦So be it.⟧ Then he left.",
    ),
    ("⟦No one-off, it's true.⟧ Really.", "No one-off, it's true\n⟦No one-off, it's true.⟧ Really."),
    ("⟦It is\nopen.⟧", "Is it?\n⟦It is\nopen.⟧"),
    ("⟦It is open.⟧", "⟦It\xa0is   open.⟧"),
    ("⟦It is open.⟧", "⟦IT IS OPEN.⟧"),
    ("⟦It's “open”.⟧", '⟦It’s "open".⟧'),
    ("⟦Café is open.⟧", "⟦Cafe\u0301 is open.⟧"),
    ("⟦It is in Café⟧", "⟦It is in Cafe\u0301⟧ now"),
    ("⟦مرحبا بالعالم.⟧", "⟦مرحبا بالعالم⟧.\u200f نعم"),
    ("⟦Open again⟧", "⟦Open⟧ again\u200e now"),
    ("Why?\n\n⟦Yes.⟧\n\nHow?", "Yes.\nWhy?\n⟦Yes.⟧\u200b\nHow?"),
    ("Why?\n\n⟦Yes.⟧\n\nHow?", "Yes.\nWhy?\n\u200b⟦Yes.⟧\nHow?"),
    ("⟦It is unlikely.⟧", "⟦It is un\u00adlikely.⟧"),
    ("⟦It is open.⟧", "Summit is open. ⟦It is open.⟧"),
    ("⟦It ends.⟧", "⟦It ends.⟧Then more."),
    ("⟦Then more.⟧", "It ends.⟦Then more.⟧ And more."),
    ("桥在哪里？⟦在北方。⟧", "在北方。\n桥在哪里？⟦在北方。⟧"),
    (f"⟦{LONG}⟧", f"Menu\n⟦{LONG}⟧\nFooter"),
    (f"⟦{LONG}⟧", f"Menu\n⟦{LONG[:200]}\n{LONG[200:]}⟧\nFooter"),
    (f"One. ⟦{LONG}⟧", f"{LONG[:180]} ...\nOne. ⟦{LONG}⟧\nFooter"),
    (f"⟦{'x' * 500}⟧", f"Menu\n⟦{'x' * 500}⟧"),
    (f"⟦{'长' * 150}⟧", f"菜单\n⟦{'长' * 150}⟧"),
    ("⟦7\tAnn\t1\t1⟧", "1\n7\n6\nBob\n0\n1\n7\n⟦Ann\n1\n1⟧\n8"),
    ("⟦7\tAnn\t12⟧", "Cars\n⟦7\nAnn\n12⟧\n8\nBob\n12"),
]
# The page has not all of the sentence: the longest piece that it has.
PIECES = [
    ("⟦Then (sic) it was opened.⟧", "Then ⟦it was opened.⟧"),
    ("⟦It was opened today [1]!⟧", "⟦It was opened today⟧!"),
    ("⟦It was opened today! It was good.⟧", "It was bad. ⟦It was opened today!⟧"),
]
UNLIKE = ["Nothing like it.", "It. Yes.", "Is it?", "…", " ", ""]


def bracketed(text: str) -> tuple[str, Span]:
    before, inside, after = re.split("[⟦⟧]", text)
    return before + inside + after, (len(before), len(before + inside))


def article(text: str, page_text: str) -> Article:
    return Article(id="1", title="", text=text, paragraphs=(), url=URL, page_text=page_text)


def directive(link: str | None) -> str:
    assert link is not None
    base, _, found = link.partition("#:~:text=")
    assert base == URL
    assert re.fullmatch(r"[A-Za-z0-9%._~,-]+", found)
    return found


@dataclass(frozen=True)
class Directive:
    """A directive's parts, percent-decoded."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def parse(cls, text: str) -> "Directive":
        parts = text.split(",")
        prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
        suffix = unquote(parts.pop()[1:]) if parts[-1].startswith("-") else ""
        start, end = (*map(unquote, parts), "")[:2]
        assert start
        assert len(parts) <= 2
        return cls(start, end, prefix, suffix)


def folded(text: str) -> str:
    """As a browser compares, each character in its place."""
    quotes = str.maketrans("‘’“”", "''\"\"")
    bases = (unicodedata.normalize("NFD", character)[0] for character in text)
    return "".join(base.lower()[0] for base in bases).translate(quotes)


def found(page_text: str, wanted: Directive) -> Span | None:
    """The first place that the specification's search finds. Parts have no line breaks."""

    def part(name: str, text: str) -> str:
        return f"(?P<{name}>{re.escape(folded(text))})"

    search = part("first", wanted.start)
    if wanted.prefix:
        search = part("prefix", wanted.prefix) + r"\s*" + search
    if wanted.end:
        search += r"(?!\w).*?(?<!\w)" + part("last", wanted.end)
    if wanted.suffix:
        search += r"\s*" + part("suffix", wanted.suffix)
    match = re.search(rf"(?<!\w){search}(?![\w\u200e\u200f])", folded(page_text), re.DOTALL)
    return match and (match.start("first"), match.end("last" if wanted.end else "first"))


def marked_by(link: str | None, page_text: str) -> Span | None:
    return found(page_text, Directive.parse(directive(link)))


@pytest.mark.parametrize(("sentence", "expected"), DIRECTIVES)
def test_a_sentence_is_encoded_and_stands_alone_where_it_is_the_only_one(
    sentence: str, expected: str
) -> None:
    link = link_to(article(sentence, f"Menu\n{sentence}\nFooter"), 0, len(sentence))
    assert directive(link) == expected


@pytest.mark.parametrize(("text", "page_text"), MARKS + PIECES)
def test_a_link_marks_the_sentence_and_no_other(text: str, page_text: str) -> None:
    text, span = bracketed(text)
    page_text, expected = bracketed(page_text)
    assert marked_by(link_to(article(text, page_text), *span), page_text) == expected


def test_the_address_s_own_fragment_is_left_out() -> None:
    page = Article("1", "", "It is open.", (), url=f"{URL}#comments", page_text="It is open.")
    assert link_to(page, 0, 11) == f"{URL}#:~:text=It%20is%20open."


@pytest.mark.parametrize("sentence", UNLIKE)
def test_a_sentence_that_the_page_does_not_have_leads_to_the_page(sentence: str) -> None:
    assert link_to(article(sentence, "Menu\nIt was opened.\n"), 0, len(sentence)) == URL


@pytest.mark.parametrize("page_text", ["", " ", "\u200b"])
def test_a_page_without_text_is_led_to_as_such(page_text: str) -> None:
    assert link_to(article("It is open.", page_text), 0, 11) == URL


def test_a_text_without_an_address_has_no_link() -> None:
    assert link_to(Article("1", "", "It is open.", ()), 0, 11) is None


def test_a_link_leads_to_the_page_of_a_pdf() -> None:
    pdf = Article("1", "", "One. Two. Three.", (), url=f"{URL}#top", pages=(0, 5, 5, 10))
    assert [page_of(pdf, start) for start in (0, 4, 5, 9, 10, 15)] == [1, 1, 3, 3, 4, 4]
    assert link_to(pdf, 10, 16) == f"{URL}#page=4"


def test_only_a_pdf_has_pages() -> None:
    assert page_of(article("It is open.", "It is open."), 0) is None


def test_many_sentences_that_are_nowhere_take_no_time() -> None:
    def link(times: int) -> None:
        page = article(
            "\n\n".join(f"{n} is no number. " * 500 for n in range(10)), "no number is " * times
        )
        starts = [place.start() for place in re.finditer(r"(?<=\n\n)|^", page.text)]
        assert [link_to(page, start, start + 5000) for start in starts]

    assert_linear(link, 15_000)


WORDS = [
    "a",
    "b",
    "A.",
    "é",
    "yes",
    "no-one",
    "x,y",
    "R&D",
    "100%",
    "“q”",
    "你好。",
    "سلام",
    "🎉",
    "a.b",
]
LINES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=8
)


@given(LINES, st.data())
def test_whatever_the_page_a_link_marks_the_same_words(
    lines: list[str], data: st.DataObject
) -> None:
    words = data.draw(st.sampled_from(lines)).split()
    first = data.draw(st.integers(0, len(words) - 1))
    sentence = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    page_text = "\n".join(lines)
    place = marked_by(link_to(article(sentence, page_text), 0, len(sentence)), page_text)
    assert place is not None
    # The words may also stand over two lines, before the line that they were drawn from.
    assert folded(page_text[slice(*place)]).split() == folded(sentence).split()


@given(st.lists(st.sampled_from([" ", "\n", ". "]), min_size=1, max_size=120), st.data())
def test_where_no_word_comes_twice_a_link_marks_just_the_sentence(
    gaps: list[str], data: st.DataObject
) -> None:
    page_text = "".join(f"word{n}{gap}" for n, gap in enumerate(gaps)).strip()
    places = [word.span() for word in re.finditer(r"\S+", page_text)]
    first = data.draw(st.integers(0, len(places) - 1))
    span = places[first][0], places[data.draw(st.integers(first, len(places) - 1))][1]
    text = page_text.replace("\n", "\n\n")
    sentence = page_text[slice(*span)].replace("\n", "\n\n")
    start = text.index(sentence)
    link = link_to(article(text, page_text), start, start + len(sentence))
    assert marked_by(link, page_text) == span


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_crashes(text: str, page_text: str) -> None:
    assert (link_to(article(text, page_text), 0, len(text)) or "").startswith(URL)
