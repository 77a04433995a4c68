import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.finding.spelling import Spelling

TEXTS = (
    "A Frenchwoman, Irène Curie, studied uranium at the Sorbonne laboratory.",
    "The labour of the Pyongyang engineers was tested near Świecie, and Mr Rély watched.",
    "The café opened in Kraków.",
)


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(TEXTS, "en")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # A letter left out, doubled, replaced, swapped with its neighbour.
        ("Who watchd the engineers?", "Who watched the engineers?"),
        ("Who watchhed the engineers?", "Who watched the engineers?"),
        ("Who watxhed the engineers?", "Who watched the engineers?"),
        ("Who wathced the engineers?", "Who watched the engineers?"),
        # Two slips in a long word.
        ("Where is the labratry?", "Where is the laboratory?"),
        # Names of the article, also in small letters.
        ("What was tested in Pyongjang?", "What was tested in Pyongyang?"),
        ("what was tested in pyongjang?", "what was tested in Pyongyang?"),
        # Accents that are hard to type, and the other side of the ocean.
        ("Did Irene go to Krakow?", "Did Irène go to Kraków?"),
        ("Whose labor was it?", "Whose labour was it?"),
        # Words that the article does not have.
        ("wich presidnet opened it?", "which president opened it?"),
        ("Wich one opened it?", "Which one opened it?"),
        # Even if hardly a word is right.
        ("wich peple wached the uraniun", "which people watched the uranium"),
        # A genitive keeps its ending.
        ("What was Pyongjang's part?", "What was Pyongyang's part?"),
    ],
)
def test_slips_are_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.correct(typed)[0] == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who watched the engineers?",
        "Does it rely on uranium?",  # and not on Mr Rély
        "Who tests the laboratories?",  # other forms of the article's words
        "Which president was scorching loaves?",  # English that the article does not have
        "Did Sorbon or Koch study it?",  # names of others
        "Was it the NATO, or a T34, or R2D2?",
        "Why doesn't it say who'd opened it?",
        "Where was the avant-garde?",
        "Wann wurde das Labor geöffnet?",  # other languages
        "¿Quién publicó las fotos?",
        "Qui a publié le laboratoir ?",
        "asdfg hjklq",
        "",
        "????",
        "🙂" * 50,
    ],
)
def test_what_is_right_or_unknown_stays(spelling: Spelling, question: str) -> None:
    assert spelling.correct(question) == (question, ())


def test_what_was_replaced_is_told_once(spelling: Spelling) -> None:
    _, corrections = spelling.correct("Is the labor in Krakow the labor of the others in town?")
    assert corrections == (("labor", "labour"), ("Krakow", "Kraków"))


def test_the_article_has_its_words_first(spelling: Spelling) -> None:
    """ "Tested" is nearer than "texted", which is English as well, and "tasted"."""
    assert spelling.correct("what was tezted there") == (
        "what was tested there",
        (("tezted", "tested"),),
    )


def test_articles_in_other_languages_are_asked_as_it_is_typed() -> None:
    spelling = Spelling(["Das Labor wurde in Krakau eröffnet."], "de")
    assert spelling.correct("Wer war im Labr in Krakow?") == ("Wer war im Labr in Krakow?", ())


def test_an_article_without_words_is_asked_as_well() -> None:
    assert Spelling(["1234", "!"], "en").correct("What is the numbr?") == (
        "What is the number?",
        (("numbr", "number"),),
    )


def test_what_is_too_long_for_a_question_stays(spelling: Spelling) -> None:
    long = "Who watchd it? " * 100
    assert spelling.correct(long) == (long, ())


@given(st.text(max_size=200))
def test_anything_can_be_typed(question: str) -> None:
    mended, corrections = Spelling(TEXTS, "en").correct(question)
    assert (mended == question) is (corrections == ())
