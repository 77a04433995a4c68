"""The wording: places, sizes, one and many."""

from dataclasses import replace

import pytest

from bot.replies import answer_replies, article_replies, chat_replies
from bot.replies.reply import Button, Quote, Reply, Role
from index.types import Answer, Article, Citation, Sentence, Span, Verdict

ONE = Citation(1, 1, 0, 4, "One.", 0.5)
TWO = Citation(2, 1, 5, 9, "Two.", 0.4)
ANSWER = Answer("Why?", Verdict.ANSWERED, 0.9, (TWO, ONE), (TWO, ONE))
UNSURE = Answer("Why?", Verdict.UNSURE, 0.3, (), (TWO, ONE))
NO = Answer("Why?", Verdict.NOT_IN_ARTICLE, 0.1, (), (TWO, ONE))
QUOTED = (Quote(Role.ANSWER, ("Two.",), 2, 1, 2), Quote(Role.ANSWER, ("One.",), 1, 1, 2))
NOT_SURE = (
    "I'm not sure that the article answers this. The closest passage is:",
    Quote(Role.CLOSEST, ("Two.",), 2, 1, 2),
)
REFUSED = ("The article does not say.",)
BUTTONS = [Button("Context", "c"), Button("More", "m")]


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
        (1, (1,), "1 sentence"),
        (2, (118,), "2 sentences"),
        (20, (238, 119), "20 sentences, about 2 minutes of reading"),
        (20, (238,) * 10, "20 sentences, about 10 minutes of reading"),
    ],
)
def test_the_size_of_an_article(sentences: int, words: tuple[int, ...], size: str) -> None:
    _, facts = article_replies.current_article(text_of(*words), sentences).blocks
    assert facts == size


ORIGIN = {"site": "Example", "author": "Ada Moor", "published": "2024-05-03"}


@pytest.mark.parametrize(
    ("known", "origin"),
    [
        (("site", "author", "published"), ["Example · Ada Moor · 3 May 2024"]),
        (("site", "published"), ["Example · 3 May 2024"]),
        (("author",), ["Ada Moor"]),
        ((), []),
    ],
)
def test_what_is_known_of_an_article_stands_in_lines(
    known: tuple[str, ...], origin: list[str]
) -> None:
    article = replace(text_of(9, title="Cats"), **{name: ORIGIN[name] for name in known})
    lines = "\n".join([*origin, "2 sentences"])
    for there, taken in (
        (False, "I have read “Cats”. Ask me about it."),
        (True, "I know “Cats” already. You are asking it now."),
    ):
        reply = article_replies.loaded(article, 2, already_there=there, notes=["A note."])
        assert reply.blocks[:3] == (taken, lines, "A note.")
    assert article_replies.current_article(article, 2).blocks == ("You are asking “Cats”.", lines)
    (_, with_address) = article_replies.current_article(
        replace(article, url="https://a.b"), 2
    ).blocks
    assert with_address == f"{lines}\nhttps://a.b"


def test_a_date_that_is_none_is_shown_as_it_is() -> None:
    article = replace(text_of(9), published="May 2024")
    assert article_replies.loaded(article, 2, already_there=False).blocks[1] == (
        "May 2024\n2 sentences"
    )


def test_reading_time_leaves_out_what_is_not_the_article() -> None:
    article = text_of(200)
    furnished = Article("id", "", article.text + "Share this! " * 1000, article.paragraphs)
    assert article_replies.current_article(furnished, 9) == article_replies.current_article(
        article, 9
    )


@pytest.mark.parametrize(
    ("sentences", "size"), [(1, "(1 sentence)"), (2, "(2 sentences)"), (13, "(13 sentences)")]
)
def test_start_counts_sentences(sentences: int, size: str) -> None:
    assert size in str(chat_replies.start(text_of(9), sentences).blocks[0])


@pytest.mark.parametrize(("title", "name"), [("Cats", "“Cats”"), ("", "your text")])
def test_an_article_is_named_by_its_title(title: str, name: str) -> None:
    article = text_of(9, title=title)
    for reply in (
        chat_replies.start(article, 2),
        article_replies.current_article(article, 2),
        article_replies.loaded(article, 2, already_there=False),
        article_replies.loaded(article, 2, already_there=True),
        article_replies.switched(article, 2),
        answer_replies.summary(article, (), 2),
        chat_replies.forgotten(article),
    ):
        assert name in str(reply.blocks[0])


@pytest.mark.parametrize(
    ("answer", "blocks"), [(ANSWER, QUOTED), (UNSURE, NOT_SURE), (NO, REFUSED)]
)
def test_a_reply_says_what_the_verdict_is(answer: Answer, blocks: tuple[str | Quote, ...]) -> None:
    assert answer_replies.for_answer(answer, 2, BUTTONS) == Reply(blocks, tuple(BUTTONS), (answer,))


@pytest.mark.parametrize("verdict", [Verdict.UNSURE, Verdict.NOT_IN_ARTICLE])
def test_without_a_passage_there_is_only_a_no(verdict: Verdict) -> None:
    assert answer_replies.for_answer(Answer("Why?", verdict, 0.3, (), ()), 2).blocks == REFUSED


@pytest.mark.parametrize(
    ("answer", "blocks"), [(ANSWER, QUOTED), (UNSURE, NOT_SURE), (NO, REFUSED)]
)
def test_what_was_read_as_something_else_is_said_first(
    answer: Answer, blocks: tuple[str | Quote, ...]
) -> None:
    answer = replace(answer, corrections=(("Wy", "Why"), ("wa", "was")))
    said = "I read “Wy” as “Why”, “wa” as “was”."
    assert answer_replies.for_answer(answer, 2).blocks == (said, *blocks)
    assert answer_replies.for_answers([answer, NO], 2).blocks == (
        "“Why?”", said, *blocks, "“Why?”", *REFUSED,
    )  # fmt: skip


def test_several_answers_stand_below_their_questions() -> None:
    answers = [
        replace(ANSWER, question=" Who & why? "),
        replace(NO, question="And when?"),
        replace(UNSURE, question="wo"),
    ]
    assert answer_replies.for_answers(answers, 2, BUTTONS) == Reply(
        ("“Who & why?”", *QUOTED, "“And when?”", *REFUSED, "“wo”", *NOT_SURE),
        tuple(BUTTONS),
        tuple(answers),
    )


def test_questions_left_are_named_last() -> None:
    reply = answer_replies.for_answers([ANSWER, NO], 2, BUTTONS)
    longer = answer_replies.with_unanswered_questions(reply, ["Who?", "When?"])
    assert longer == replace(
        reply, blocks=(*reply.blocks, "That was a lot at once. Please ask again: Who? When?")
    )


@pytest.mark.parametrize(
    ("highlight", "shown"), [(None, None), ((105, 109), (5, 9)), ((100, 110), (0, 10))]
)
def test_the_answers_words_are_those_of_the_sentence(
    highlight: Span | None, shown: Span | None
) -> None:
    citation = Citation(3, 2, 100, 110, "It was Ada", 0.5, highlight)
    for answer in (
        Answer("Who?", Verdict.ANSWERED, 0.9, (citation,), (citation,)),
        Answer("Who?", Verdict.UNSURE, 0.3, (), (citation,)),
    ):
        quote = answer_replies.for_answer(answer, 9).blocks[-1]
        assert isinstance(quote, Quote)
        assert quote.highlight == shown


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
    sentences = [sentence(*pair) for pair in numbers]
    [quote] = answer_replies.context(text_of(3), sentences, number, 9).blocks
    assert isinstance(quote, Quote)
    assert quote.place.startswith(f"{shown} · ")
    assert quote.emphasis == emphasis
    assert quote.sentences[emphasis] == f"Number {number}."


def test_a_context_and_a_summary_lead_to_the_place() -> None:
    text = "One.\n\nTwo.\n\nThree."
    paragraphs = ((0, 4), (6, 10), (12, 18))
    sentences = [Sentence(n, n, a, b, text[a:b]) for n, (a, b) in enumerate(paragraphs, 1)]
    url = "http://a.example/p.pdf"
    paper = Article("id", "", text, paragraphs, url=url, pages=(0, 6, 12))
    [around] = answer_replies.context(paper, sentences, 2, 3).blocks
    [_, central] = answer_replies.summary(paper, sentences[2:], 3).blocks
    for quote, page in ((around, 2), (central, 3)):
        assert isinstance(quote, Quote)
        assert quote.page == page
        assert quote.link == f"{url}#page={page}"


def test_further_passages_say_that_they_are_less_likely() -> None:
    reply = answer_replies.more((ONE, TWO), 2, ())
    assert reply.blocks[0] == "Further passages, less likely to answer:"
    assert reply.blocks[1:] == (
        Quote(Role.MORE, ("One.",), 1, 1, 2),
        Quote(Role.MORE, ("Two.",), 2, 1, 2),
    )
