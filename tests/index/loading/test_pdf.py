"""PDFs made on the spot -> articles: order, words, paragraphs, pages, and refusals."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import matplotlib
import pypdfium2.raw as pdfium
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from index.errors import ArticleError, ArticleTooLarge, EmptyArticle, UnsupportedArticle
from index.loading import limits
from index.loading.pdf import MAX_PAGES, parse_pdf
from index.text.sentences import split_sentences
from index.types import Article
from tests.growth import assert_linear

DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"

read = partial(parse_pdf, url=None, name="the-bridge.pdf")


def paragraphs(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def page_texts(article: Article) -> list[str]:
    return [article.text[a:b] for a, b in pairwise([*article.pages, len(article.text)])]


def document(size: float = 11, **options: object) -> FPDF:
    pdf = FPDF(**options)  # type: ignore[arg-type]
    pdf.set_font("times", size=size)
    pdf.add_page()
    return pdf


def lines(pdf: FPDF, texts: Sequence[str], x: float = 20, height: float = 5) -> None:
    for text in texts:
        pdf.set_x(x)
        pdf.cell(0, height, text, new_x="LEFT", new_y="NEXT")


def prose(subject: str, count: int) -> str:
    return " ".join(
        f"{subject} number {n} was seen by the people of the town." for n in range(count)
    )


def wrapped(pdf: FPDF, text: str, width: float) -> list[str]:
    return pdf.multi_cell(width, 5, text, dry_run=True, output="LINES")  # type: ignore[return-value]


def side_by_side(left: str, right: str, *, row_by_row: bool) -> bytes:
    """A headline and two columns, written into the file down the columns or across them."""
    pdf = document(size=10)
    pdf.set_font(size=18)
    pdf.cell(0, 10, "A headline over both of the columns", align="C")
    pdf.set_font(size=10)
    columns = [wrapped(pdf, left, 80), wrapped(pdf, right, 80)]
    places = [
        (n, column, line) for column, texts in enumerate(columns) for n, line in enumerate(texts)
    ]
    for n, column, line in sorted(places) if row_by_row else places:
        pdf.set_xy(20 + 88 * column, 30 + 5 * n)
        pdf.cell(80, 5, line)
    return bytes(pdf.output())


@pytest.mark.parametrize("row_by_row", [False, True])
def test_columns_are_read_one_after_the_other(row_by_row: bool) -> None:
    left, right = prose("Alder", 20), prose("Birch", 16)

    article = read(side_by_side(left, right, row_by_row=row_by_row))

    assert paragraphs(article) == ["A headline over both of the columns", left, right]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    text = prose("Alder", 40)
    cut = text.index("people of the town", 1100)

    article = read(side_by_side(text[:cut], text[cut:], row_by_row=True))

    assert paragraphs(article)[1:] == [text]


def test_a_table_is_read_row_by_row() -> None:
    pdf = document()
    with pdf.table() as table:
        for cells in (
            ("Name", "Length", "Year"),
            ("Old", "312 m", "1921"),
            ("New", "401 m", "1987"),
        ):
            row = table.row()
            for cell in cells:
                row.cell(cell)

    article = read(bytes(pdf.output()))

    assert paragraphs(article) == ["Name Length Year", "Old 312 m 1921", "New 401 m 1987"]


HYPHENS = [
    (["The engi-", "neers came."], "The engineers came."),
    (["The co\u00ad", "operation of towns."], "The cooperation of towns."),
    (["It is well-known here. It is a well-", "known bridge."], "It is a well-known bridge."),
    (["A wellknown one, well-known, wellknown, a well-", "known one."], "a wellknown one."),
    (["A state-of-the-", "art bridge."], "A state-of-the-art bridge."),
    (["A yard, comma, or separated list: a comma-", "separated list."], "a comma-separated list."),
    (["See https://example.org/a-", "b.html for it."], "See https://example.org/a-b.html for it."),
    (["The Franco-", "German bridge."], "The Franco-German bridge."),
    (["The NATO treaty. It is in (NA-", "TO) now."], "It is in (NATO) now."),
    (["Since COVID-", "19 came."], "Since COVID-19 came."),
    (["It cost - and that", "was a lot - a million."], "It cost - and that was a lot - a million."),
]


@pytest.mark.parametrize(("written", "expected"), HYPHENS)
def test_a_word_cut_at_the_end_of_a_line_is_put_together(written: list[str], expected: str) -> None:
    pdf = document()
    lines(pdf, written)

    assert read(bytes(pdf.output())).text.endswith(expected)


class Journal(FPDF):
    """With a running head, and a page number at the foot."""

    def header(self) -> None:
        self.set_font("helvetica", "B", 14)
        self.cell(0, 10, "The Bridge Review", align="C")
        self.ln(16)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("helvetica", "I", 8)
        self.cell(0, 10, f"Volume 12 - Page {self.page_no()}/{{nb}}", align="C")


def journal(texts: Sequence[str]) -> bytes:
    pdf = Journal()
    pdf.add_page()
    pdf.set_font("times", size=12)
    for text in texts:
        pdf.multi_cell(0, 6, text, align="J")
        pdf.ln(4)
    return bytes(pdf.output())


def test_running_heads_feet_and_page_numbers_are_left_out() -> None:
    texts = [
        prose(f"The crooked {tree}", 24) for tree in ("alder", "birch", "cedar", "elder", "fir")
    ]

    article = read(journal(texts))

    assert len(article.pages) == 2
    assert paragraphs(article) == texts


def test_what_stands_once_on_every_page_and_is_a_sentence_stays() -> None:
    pdf = FPDF()
    pdf.set_font("times", size=12)
    for number in range(1, 5):
        pdf.add_page()
        pdf.multi_cell(0, 6, f"This is what page {number} says.")

    article = read(bytes(pdf.output()))

    assert page_texts(article) == [
        "This is what page 1 says.\n\n",
        "This is what page 2 says.\n\n",
        "This is what page 3 says.\n\n",
        "This is what page 4 says.",
    ]


def test_a_paragraph_over_a_page_break_is_one_and_the_page_starts_in_it() -> None:
    text = prose("The crooked alder", 90)

    article = read(journal([text]))

    assert paragraphs(article) == [text]
    first, second, *_ = article.pages
    assert first == 0 < second < len(text)
    assert article.text[second - 1].isspace()


def test_a_footnote_does_not_part_a_sentence_from_its_rest() -> None:
    pdf = document(size=12)
    pdf.set_auto_page_break(False)
    whole = wrapped(pdf, prose("Alder", 12), 150)
    lines(pdf, whole[:5])
    pdf.set_y(-30)
    pdf.set_font(size=8)
    lines(pdf, ["1 A note at the foot of the page."])
    pdf.set_font(size=12)
    pdf.add_page()
    lines(pdf, whole[5:])

    article = read(bytes(pdf.output()))

    assert paragraphs(article) == ["1 A note at the foot of the page.", " ".join(whole)]
    assert page_texts(article)[1] == " ".join(whole[5:])


def test_paragraphs_are_told_by_indents() -> None:
    pdf = document()
    for subject in ("Alder", "Birch", "Cedar"):
        first, *rest = wrapped(pdf, " " * 6 + prose(subject, 6), 150)
        lines(pdf, [first.strip()], x=28)
        lines(pdf, rest)

    assert [text.split()[0] for text in paragraphs(read(bytes(pdf.output())))] == [
        "Alder",
        "Birch",
        "Cedar",
    ]


def test_paragraphs_are_told_by_lines_that_end_early() -> None:
    pdf = document()
    texts = [prose(subject, 5) + " They went." for subject in ("Alder", "Birch", "Cedar")]
    for text in texts:
        lines(pdf, wrapped(pdf, text, 150))

    assert paragraphs(read(bytes(pdf.output()))) == texts


def test_a_heading_is_a_paragraph_of_its_own() -> None:
    pdf = document()
    text = prose("Alder", 8)
    for style, words in (("B", "The first part"), ("", text), ("B", "The second part"), ("", text)):
        pdf.set_font(style=style)
        lines(pdf, wrapped(pdf, words, 150))

    assert paragraphs(read(bytes(pdf.output()))) == [
        "The first part",
        text,
        "The second part",
        text,
    ]


def test_items_of_a_list_are_paragraphs() -> None:
    pdf = document()
    lines(pdf, ["- the first, which is", "long", "- the second", "1. one", "2. two"])

    assert paragraphs(read(bytes(pdf.output()))) == [
        "- the first, which is long",
        "- the second",
        "1. one",
        "2. two",
    ]


def test_a_table_of_contents_is_left_out() -> None:
    pdf = document()
    lines(pdf, ["Contents", "1 The bridge . . . . . . . . . . 3", "2 The river ............ 14"])
    lines(pdf, ["Here it begins."])

    assert "river" not in read(bytes(pdf.output())).text


def test_letters_of_other_scripts_and_ligatures() -> None:
    pdf = FPDF()
    pdf.add_font("dejavu", fname=DEJAVU)
    pdf.set_font("dejavu", size=11)
    pdf.add_page()
    text = "Старый мост закрыт с марта. Инженеры нашли трещины в двух опорах, ремонт идёт."
    pdf.multi_cell(0, 6, f"{text}\n\nThe ﬁrst oﬃce. Ελληνικά γράμματα.")

    article = read(bytes(pdf.output()))

    assert paragraphs(article) == [text, "The first office. Ελληνικά γράμματα."]
    assert article.language == "ru"


def test_a_page_set_sideways_is_read_as_it_is_turned() -> None:
    pdf = document()
    with pdf.rotation(90, x=100, y=100):
        lines(pdf, ["The bridge was closed", "in March."])

    assert read(bytes(pdf.output())).text == "The bridge was closed in March."


def test_a_watermark_across_the_page_is_left_out() -> None:
    pdf = document()
    lines(pdf, ["The bridge was closed", "in March."])
    with pdf.rotation(45, x=100, y=150):
        pdf.text(100, 150, "DRAFT")

    assert read(bytes(pdf.output())).text == "The bridge was closed in March."


TITLES = [
    ("The closing of the old bridge", None, "The closing of the old bridge"),
    ("Microsoft Word - draft7.doc", None, "The Bridge"),
    ("untitled", "A headline in large letters", "A headline in large letters"),
    ("bridge.tex", "A headline in large letters", "A headline in large letters"),
    ("Some template of a journal", "A headline in large letters", "A headline in large letters"),
    (None, "A headline in large letters", "A headline in large letters"),
    ("scan0001", "A headline in large letters", "A headline in large letters"),
    ("scan0001", None, "The Bridge"),
    (None, None, "The Bridge"),
]


@pytest.mark.parametrize(("metadata", "headline", "expected"), TITLES)
def test_the_title(metadata: str | None, headline: str | None, expected: str) -> None:
    pdf = document()
    if metadata:
        pdf.set_title(metadata)
    if headline:
        pdf.set_font(size=20)
        lines(pdf, [headline], height=12)
        pdf.set_font(size=11)
    lines(pdf, wrapped(pdf, prose("Alder", 5), 150))

    assert read(bytes(pdf.output())).title == expected


def test_author_date_and_address() -> None:
    pdf = document()
    pdf.set_author("Ada Bridge")
    pdf.set_creation_date(datetime(2023, 4, 5, tzinfo=UTC))
    lines(pdf, ["The bridge was closed."])

    article = parse_pdf(bytes(pdf.output()), url="https://example.org/a.pdf", name="a.pdf")

    assert (article.author, article.published) == ("Ada Bridge", "2023-04-05")
    assert article.url == "https://example.org/a.pdf"


def encrypted() -> bytes:
    pdf = document()
    lines(pdf, ["The bridge was closed."])
    pdf.set_encryption(owner_password="owner", user_password="user")
    return bytes(pdf.output())


def scanned() -> bytes:
    pdf = document()
    pdf.image(Image.new("RGB", (300, 400), "white"), w=180)
    return bytes(pdf.output())


def empty() -> bytes:
    return bytes(document().output())


def truncated() -> bytes:
    return journal([prose("Alder", 40)])[:400]


def without_letters() -> bytes:
    """Its font maps every letter to a control character, so that only their shapes are known."""
    return lettered("\x01\x02\x1f")


def lettered(letters: str, then: str = "") -> bytes:
    """A PDF that shows a, b, c ... thrice and then another text, and says that a, b, c ... are
    these letters."""
    shown = "abcdefgh"[: len(letters)]
    names = "\n".join(f"<{ord(s):02x}> <{ord(c):04x}>" for s, c in zip(shown, letters, strict=True))
    unicode = f"{len(letters)} beginbfchar\n{names}\nendbfchar"
    return drawn(f"BT /F 12 Tf 20 100 Td ({shown * 3}{then}) Tj ET", unicode)


def drawn(stream: str, unicode: str = "") -> bytes:
    """A PDF of one page, by the commands that draw it and its font's table of letters."""
    return (
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        f"4 0 obj<</Length {len(stream)}>>stream\n{stream}\nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/ToUnicode 6 0 R>>endobj\n"
        f"6 0 obj<</Length {len(unicode)}>>stream\n{unicode}\nendstream endobj\n"
        "trailer<</Root 1 0 R>>"
    ).encode()


def with_pages(count: int) -> bytes:
    pdf = FPDF()
    for _ in range(count):
        pdf.add_page()
    return bytes(pdf.output())


REFUSALS = [
    (encrypted, UnsupportedArticle, "password"),
    (scanned, EmptyArticle, "scanned"),
    (empty, EmptyArticle, "no text"),
    (without_letters, UnsupportedArticle, r"not read.*\(OCR\)"),
    (truncated, UnsupportedArticle, "damaged"),
    (lambda: b"%PDF-1.7\n", UnsupportedArticle, "damaged"),
    (partial(with_pages, MAX_PAGES + 1), ArticleTooLarge, "pages"),
]


@pytest.mark.parametrize(("made", "kind", "words"), REFUSALS)
def test_what_cannot_be_read_is_refused(
    made: Callable[[], bytes], kind: type[ArticleError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        read(made())


def test_a_few_control_characters_do_no_harm() -> None:
    assert "ab\x01" in read(lettered("ab\x01", "word " * 40)).text


def test_a_letter_that_is_none_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = pdfium.FPDFText_GetUnicode
    monkeypatch.setattr(
        pdfium,
        "FPDFText_GetUnicode",
        lambda page, at: 0x110000 + at if at == 1 else letter(page, at),
    )
    assert read(lettered("xyz")).text == "x\ufffdzxyzxyz"


def test_only_an_owner_s_password_does_not_hinder_reading() -> None:
    pdf = document()
    lines(pdf, ["The bridge was closed."])
    pdf.set_encryption(owner_password="owner")

    assert read(bytes(pdf.output())).text == "The bridge was closed."


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 1000)

    with pytest.raises(ArticleTooLarge, match="1,000"):
        read(journal([prose("Alder", 100)]))


def test_the_mark_of_a_note_is_left_out_and_an_exponent_is_not() -> None:
    pdf = document()
    pdf.write(5, "The bridge was closed.")
    pdf.char_vpos = "SUP"
    pdf.write(5, "12")
    pdf.char_vpos = "LINE"
    pdf.write(5, " It has 300 m")
    pdf.char_vpos = "SUP"
    pdf.write(5, "2")
    pdf.char_vpos = "LINE"
    pdf.write(5, " of road.")

    assert read(bytes(pdf.output())).text == "The bridge was closed. It has 300 m2 of road."


def test_the_same_text_has_the_same_id() -> None:
    first, second = read(journal(["One."])), read(journal(["One."]))

    assert first.id == second.id
    assert re.fullmatch("[0-9a-f]{16}", first.id)
    assert first.id != read(journal(["Two."])).id


def shown(text: str, x: float = 20, y: float = 100) -> str:
    return f"BT /F 12 Tf {x} {y} Td ({text}) Tj ET\n"


GROWING: list[Callable[[int], bytes]] = [
    lambda size: drawn("".join(shown("a") for _ in range(size))),
    lambda size: drawn("".join(shown("abcdefg"[n % 7]) for n in range(size))),
    lambda size: drawn("".join(shown("abcdefg"[n % 7], y=100 + n % 2 * 50) for n in range(size))),
    lambda size: drawn("".join(shown("One.", y=-n * 14) for n in range(size // 4))),
    lambda size: drawn("".join(shown("One.", n * 30, -n * 6) for n in range(size // 4))),
    lambda size: drawn("".join(shown("One.", n * 99) for n in range(size // 4))),
    # No string of a PDF may be longer than 32,767 characters.
    lambda size: drawn(shown(") Tj (".join(["word12," * 100] * (size // 700)))),
    lambda size: lettered("\u2003", f"x{') Tj ('.join(['a' * 500] * (size // 500))}x"),
    lambda size: drawn(shown(") Tj (".join(["One two. " * 100] * (size // 900)))),
]


@pytest.mark.parametrize("made", GROWING)
def test_no_pdf_takes_more_than_linear_time(made: Callable[[int], bytes]) -> None:
    read(drawn(shown("Le pont est ouvert.")))  # what is loaded once is not counted
    pdfs = {size: made(size) for size in (8_000, 64_000)}
    assert_linear(lambda size: read(pdfs[size]), 64_000)


WORDS = st.lists(
    st.sampled_from(
        ["bridge", "Town", "well-known", "river.", "the", "of", "12", "a)", "-", "Why?"]
    ),
    min_size=1,
    max_size=120,
).map(" ".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=4), st.sampled_from([60, 170]))
def test_offsets_hold(pages: list[list[str]], width: int) -> None:
    pdf = FPDF()
    pdf.set_font("times", size=12)
    for texts in pages:
        pdf.add_page()
        for text in texts:
            pdf.multi_cell(width, 6, text)
            pdf.ln(4)
    try:
        article = read(bytes(pdf.output()))
    except EmptyArticle:
        return

    places = [place for span in article.paragraphs for place in span]
    assert places == sorted(places)
    assert all(start < end <= len(article.text) for start, end in article.paragraphs)
    assert len(article.pages) == pdf.pages_count
    assert list(article.pages) == sorted(article.pages)
    assert article.pages[-1] <= len(article.text)
    for sentence in split_sentences(article):
        assert article.text[sentence.start : sentence.end] == sentence.text
