"""The wording: places, sizes, one and many."""

import pytest

from bot import replies
from bot.replies import Quote, Role
from index.types import Answer, Article, Citation, Sentence

ONE = Citation(1, 1, 0, 4, "One.", 0.5)
TWO = Citation(2, 1, 5, 9, "Two.", 0.4)


def text_of(*words: int, title: str = "") -> Article:
    """An article with so many words in each paragraph."""
    text, paragraphs = "", []
    for count in words:
        start = len(text)
        text += "word " * (count - 1) + "end.\n\n"
        paragraphs.append((start, len(text) - 2))
    return Article("id", title, text, tuple(paragraphs))


def sentence(number: int, paragraph: int) -> Sentence:
    return Sentence(number, paragraph, 0, 4, f"Number {number}.")


@pytest.mark.parametrize(
    ("sentences", "number", "of", "place"),
    [
        (("One.",), 1, 1, "Sentence 1 of 1 · paragraph 7"),
        (("One.",), 13, 13, "Sentence 13 of 13 · paragraph 7"),
        (("One.", "Two."), 1, 13, "Sentences 1–2 of 13 · paragraph 7"),
        (("One.", "Two.", "Three."), 11, 13, "Sentences 11–13 of 13 · paragraph 7"),
    ],
)
def test_a_place(sentences: tuple[str, ...], number: int, of: int, place: str) -> None:
    assert Quote(Role.CONTEXT, sentences, number, 7, of).place == place


@pytest.mark.parametrize(
    ("sentences", "words", "size"),
    [
        (1, (1,), "1 sentence, about 1 minute of reading"),
        (2, (118,), "2 sentences, about 1 minute of reading"),
        (20, (238, 119), "20 sentences, about 2 minutes of reading"),
        (20, (238,) * 10, "20 sentences, about 10 minutes of reading"),
    ],
)
def test_the_size_of_an_article(sentences: int, words: tuple[int, ...], size: str) -> None:
    [text] = replies.current_article(text_of(*words), sentences).blocks
    assert text == f"You are asking your text: {size}."


def test_reading_time_leaves_out_what_is_not_the_article() -> None:
    article = text_of(200)
    furnished = Article("id", "", article.text + "Share this! " * 1000, article.paragraphs)
    assert replies.current_article(furnished, 9) == replies.current_article(article, 9)


@pytest.mark.parametrize(
    ("sentences", "size"), [(1, "(1 sentence)"), (2, "(2 sentences)"), (13, "(13 sentences)")]
)
def test_start_counts_sentences(sentences: int, size: str) -> None:
    assert size in str(replies.start(text_of(9), sentences).blocks[0])


@pytest.mark.parametrize(("title", "name"), [("Cats", "“Cats”"), ("", "your text")])
def test_an_article_is_named_by_its_title(title: str, name: str) -> None:
    article = text_of(9, title=title)
    for reply in (
        replies.start(article, 2),
        replies.current_article(article, 2),
        replies.loaded(article, 2),
        replies.summary(article, (), 2),
        replies.forgotten(article),
    ):
        assert name in str(reply.blocks[0])


def test_an_answer_is_its_citations() -> None:
    answer = Answer("Why?", 0.9, (TWO, ONE), (TWO, ONE))
    reply = replies.answered(answer, 2, ())
    assert reply.blocks == (
        Quote(Role.ANSWER, ("Two.",), 2, 1, 2),
        Quote(Role.ANSWER, ("One.",), 1, 1, 2),
    )
    assert reply.answer is answer


def test_a_refusal_shows_the_closest_passage_alone() -> None:
    reply = replies.not_in_article(Answer("Why?", 0.1, (), (TWO, ONE)), 2, ())
    assert reply.blocks[-1] == Quote(Role.CLOSEST, ("Two.",), 2, 1, 2)
    assert len(reply.blocks) == 3


def test_a_refusal_without_a_passage_has_nothing_to_press() -> None:
    buttons = [replies.Button("Context", "context")]
    reply = replies.not_in_article(Answer("Why?", 0.1, (), ()), 2, buttons)
    assert reply.blocks == ("The article does not say.",)
    assert reply.buttons == ()


@pytest.mark.parametrize(
    ("numbers", "number", "emphasis", "shown"),
    [
        ([(1, 1), (2, 2)], 1, 0, "Sentence 1 of 9"),
        ([(1, 1), (2, 2), (3, 2)], 2, 1, "Sentence 2 of 9"),
        ([(8, 4), (9, 5)], 9, 1, "Sentence 9 of 9"),
        ([(1, 1)], 1, 0, "Sentence 1 of 9"),
    ],
)
def test_a_context_is_about_one_sentence(
    numbers: list[tuple[int, int]], number: int, emphasis: int, shown: str
) -> None:
    [quote] = replies.context([sentence(*pair) for pair in numbers], number, 9).blocks
    assert isinstance(quote, Quote)
    assert quote.place.startswith(f"{shown} · ")
    assert quote.emphasis == emphasis
    assert quote.sentences[emphasis] == f"Number {number}."


def test_further_passages_say_that_they_are_less_likely() -> None:
    reply = replies.more((ONE, TWO), 2, ())
    assert reply.blocks[0] == "Further passages, less likely to answer:"
    assert reply.blocks[1:] == (
        Quote(Role.MORE, ("One.",), 1, 1, 2),
        Quote(Role.MORE, ("Two.",), 2, 1, 2),
    )
