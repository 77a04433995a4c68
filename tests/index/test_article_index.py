"""An article and its questions: the whole way, with the fake embedder and with the real one."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article_index import MAX_RANKED, ArticleIndex
from index.errors import EmptyArticle
from index.loading import load_text
from index.types import (
    Answer,
    Article,
    ArticleContext,
    Candidate,
    Embedder,
    Reader,
    Reading,
    Thresholds,
    Vectors,
)

HARBOUR = """\
The harbour of Springfield

The bridge was opened by Mayor Orr on Monday. It cost nine million dollars.

The harbour museum shows forty old ships. Children pay nothing there.

On Friday a storm sank two ferries near Shelbyville, police said. Nobody drowned because
all passengers wore vests.
"""

ANSWERED = [
    ("Who opened the bridge?", "The bridge was opened by Mayor Orr on Monday."),
    ("who opened the BRIDGE", "The bridge was opened by Mayor Orr on Monday."),
    ("Who opened the “bridge”?", "The bridge was opened by Mayor Orr on Monday."),
    ("What does the harbour museum show?", "The harbour museum shows forty old ships."),
    (
        "When did the storm near Shelbyville sink two ferries?",
        "On Friday a storm sank two ferries near Shelbyville, police said.",
    ),
]
REFUSED = [
    "What is the weather like in Paris?",
    "Who won the football match?",
    "asdf",
    "",
    "???",
    "\ud800\0",
    "Wie spät ist es?",
]
FOLLOW_UPS = [
    ("Who opened the bridge?", "And when?", "The bridge was opened by Mayor Orr on Monday."),
    ("Who opened the bridge?", "How much was it?", "It cost nine million dollars."),
    (
        "When did the storm near Shelbyville sink two ferries?",
        "And where?",
        "On Friday a storm sank two ferries near Shelbyville, police said.",
    ),
    (
        "When did the storm near Shelbyville sink two ferries?",
        "Why?",
        "Nobody drowned because\nall passengers wore vests.",
    ),
]
# Of the shipped article: the sentence that answers, or None.
SHIPPED = [
    ("Who released the photos?", 2),
    ("When did the visits occur?", 5),
    ("Where did the missiles land?", 13),
    ("Who hailed the parade?", 11),
    ("Who is the defense minister?", 11),
    ("Who's the defense minister?", 11),
    ("What is the weather like in Paris?", None),
    ("Who won the football match?", None),
    ("What did Kim eat for breakfast?", None),
]


class Sure:
    """A `Reader` to whom every sentence is as good an answer."""

    thresholds = Thresholds(answer=0.5, unsure=0.1)

    def read(
        self, question: str, candidates: Sequence[Candidate], page: ArticleContext
    ) -> list[Reading]:
        return [Reading(candidate, candidate.score, 1.0, 1.0) for candidate in candidates]


class Noting(Sure):
    """The same, which notes what it is asked; it is never sure if `answer` is above 1."""

    def __init__(self, answer: float = 0.5) -> None:
        self.thresholds = Thresholds(answer=answer, unsure=0.1)
        self.questions: list[str] = []

    def read(
        self, question: str, candidates: Sequence[Candidate], page: ArticleContext
    ) -> list[Reading]:
        self.questions.append(question)
        return super().read(question, candidates, page)


class Counting:
    """An `Embedder` that remembers what it was given."""

    name = "counting"
    identity = "counting"
    languages = None

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._embedder.encode_documents(texts)

    def encode_query(self, text: str) -> Vectors:
        return self._embedder.encode_query(text)


@pytest.fixture(scope="module")
def harbour(embedder: Embedder) -> ArticleIndex:
    return ArticleIndex.build(load_text(HARBOUR), embedder)


@pytest.fixture
def indexed(embedder: Embedder) -> Callable[[str], ArticleIndex]:
    return lambda text: ArticleIndex.build(load_text(text), embedder)


def texts(answer: Answer) -> list[str]:
    return [citation.text for citation in answer.citations]


def is_verbatim(answer: Answer, article: Article) -> bool:
    cited = (*answer.citations, *answer.ranked)
    return all(article.text[c.start : c.end] == c.text for c in cited)


@pytest.mark.parametrize(("question", "sentence"), ANSWERED)
def test_a_question_is_answered_by_a_sentence(
    harbour: ArticleIndex, question: str, sentence: str
) -> None:
    answer = harbour.ask(question)
    assert answer.answered
    assert texts(answer)[0] == sentence
    assert answer.question == question


@pytest.mark.parametrize("question", REFUSED)
def test_what_the_article_does_not_answer_is_refused(harbour: ArticleIndex, question: str) -> None:
    answer = harbour.ask(question)
    assert not answer.answered
    assert answer.nearest == answer.ranked[0]


@pytest.mark.parametrize(("question", "sentence"), ANSWERED)
def test_slips_of_the_keyboard_do_not_matter(
    harbour: ArticleIndex, question: str, sentence: str
) -> None:
    word = max(re.findall(r"\w+", question), key=len)
    typed = word[:2] + word[3:]
    answer = harbour.ask(question.replace(word, typed))
    assert texts(answer)[0] == sentence
    assert answer.corrections == ((typed, word),)
    assert answer.question == question.replace(word, typed)


def test_a_follow_up_to_a_misspelt_question_is_answered(harbour: ArticleIndex) -> None:
    first = harbour.ask("Who opned the brigde?")
    second = harbour.ask("And when?", after=first)
    assert texts(second) == texts(first) == ["The bridge was opened by Mayor Orr on Monday."]


def test_what_is_typed_right_is_read_as_it_is(harbour: ArticleIndex) -> None:
    for question, _ in ANSWERED:
        assert harbour.ask(question).corrections == ()


def test_citations_lead_to_their_place(harbour: ArticleIndex) -> None:
    (citation, *_) = harbour.ask("What does the harbour museum show?").citations
    assert (citation.sentence, citation.paragraph) == (4, 3)
    assert HARBOUR[citation.start : citation.end] == citation.text


def test_the_ranked_are_distinct_and_in_order_of_their_scores(index: ArticleIndex) -> None:
    ranked = index.ask("Who released the photos?").ranked
    assert len({citation.sentence for citation in ranked}) == len(ranked) == MAX_RANKED
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)


@pytest.mark.parametrize("top", [1, 2, 3])
def test_no_more_is_cited_than_asked_for(embedder: Embedder, top: int) -> None:
    sure = ArticleIndex.build(load_text(HARBOUR), embedder, reader=Sure())
    assert 1 <= len(sure.ask("Who opened the bridge?", top=top).citations) <= top


def test_a_reader_decides_what_is_answered(embedder: Embedder) -> None:
    sure = ArticleIndex.build(load_text(HARBOUR), embedder, reader=Sure())
    assert sure.ask("What is the weather like in Paris?").confidence == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_answers_do_not_depend_on_line_ends(
    indexed: Callable[[str], ArticleIndex], newline: str
) -> None:
    answer = indexed(HARBOUR.replace("\n", newline)).ask("Did all passengers wear vests?")
    assert texts(answer)[0] == f"Nobody drowned because{newline}all passengers wore vests."


@pytest.mark.parametrize(("question", "follow_up", "sentence"), FOLLOW_UPS)
def test_a_follow_up_is_answered_from_the_cited_passage(
    harbour: ArticleIndex, question: str, follow_up: str, sentence: str
) -> None:
    before = harbour.ask(question)
    answer = harbour.ask(follow_up, after=before)
    assert texts(answer) == [sentence]
    assert answer.confidence == before.confidence


def test_a_follow_up_to_a_follow_up_goes_on_from_there(harbour: ArticleIndex) -> None:
    answer = harbour.ask("Who opened the bridge?")
    for follow_up in ("How much was it?", "And when?", "How much?"):
        answer = harbour.ask(follow_up, after=answer)
    assert texts(answer) == ["It cost nine million dollars."]


def test_a_follow_up_is_not_answered_from_another_passage(
    indexed: Callable[[str], ArticleIndex],
) -> None:
    index = indexed("Mayor Orr opened the new bridge.\n\nOn Monday it rained.")
    answer = index.ask("And when?", after=index.ask("Who opened the new bridge?"))
    assert not answer.answered
    assert answer.ranked


@pytest.mark.parametrize("follow_up", ["When?", "And where?", "Who said so?", "How many?", "Why?"])
def test_a_follow_up_to_a_refusal_or_to_nothing_is_refused(
    harbour: ArticleIndex, follow_up: str
) -> None:
    refusal = harbour.ask("What is the weather like in Paris?")
    for before in (refusal, harbour.ask(follow_up, after=refusal), None):
        answer = harbour.ask(follow_up, after=before)
        assert not answer.answered
        assert answer.confidence == 0


def test_a_question_of_its_own_does_not_look_back(harbour: ArticleIndex) -> None:
    before = harbour.ask("Who opened the bridge?")
    question = "What does the harbour museum show?"
    assert harbour.ask(question, after=before) == harbour.ask(question)


def test_the_context_is_the_paragraph_and_at_least_the_neighbours(harbour: ArticleIndex) -> None:
    def context(number: int) -> list[int]:
        return [sentence.number for sentence in harbour.context(number)]

    assert [s.paragraph for s in harbour.sentences] == [1, 2, 2, 3, 3, 4, 4]
    assert context(1) == [1, 2]
    assert context(2) == [1, 2, 3]
    assert context(4) == [3, 4, 5]
    assert context(7) == [6, 7]


@pytest.mark.parametrize("number", [0, -1, 8, 1000])
def test_there_is_no_context_of_no_sentence(harbour: ArticleIndex, number: int) -> None:
    with pytest.raises(IndexError):
        harbour.context(number)


@pytest.mark.parametrize(
    ("sentences", "count"), [(1, 1), (2, 2), (3, 3), (19, 3), (20, 4), (90, 5)]
)
def test_a_summary_is_three_to_five_sentences_as_they_stand(
    indexed: Callable[[str], ArticleIndex], sentences: int, count: int
) -> None:
    index = indexed(" ".join(f"Report {n} is about ships." for n in range(sentences)))
    summary = index.summary()
    assert len(summary) == count
    assert list(summary) == sorted(set(summary), key=lambda sentence: sentence.number)
    assert set(summary) <= set(index.sentences)


def test_a_summary_says_nothing_twice(indexed: Callable[[str], ArticleIndex]) -> None:
    index = indexed(
        "Ships come to the harbour.\n\nShips come to the harbour.\n\nShips come to the harbour."
        "\n\nThe harbour has a museum of ships.\n\nA storm sank two ships in the harbour."
    )
    summary = [sentence.text for sentence in index.summary()]
    assert len(set(summary)) == len(summary) == 3


def test_progress_is_told_up_to_the_last_text(embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    article = load_text(" ".join(f"Ship number {n} came in." for n in range(300)))
    ArticleIndex.build(article, embedder, on_progress=lambda done, of: told.append((done, of)))
    assert len(told) > 1
    assert told == sorted(told)
    assert {of for _, of in told} == {told[-1][0]}


@pytest.mark.parametrize("text", ["", "* * *", " \n\n "])
def test_an_article_without_a_sentence_can_not_be_asked(embedder: Embedder, text: str) -> None:
    with pytest.raises(EmptyArticle, match="no sentence"):
        ArticleIndex.build(Article("id", "Title", text, ((0, len(text)),)), embedder)


def test_an_article_of_one_sentence_can_be_asked(indexed: Callable[[str], ArticleIndex]) -> None:
    index = indexed("Mayor Orr opened the bridge.")
    assert texts(index.ask("Who opened the bridge?")) == ["Mayor Orr opened the bridge."]
    assert not index.ask("What is the weather like in Paris?").answered
    assert [s.number for s in index.context(1)] == [s.number for s in index.summary()] == [1]


def test_an_article_in_another_language_can_be_asked(embedder: Embedder) -> None:
    article = load_text("Das Museum zeigt alte Schiffe. Es ist montags zu.", language="de")
    answer = ArticleIndex.build(article, embedder).ask("Was zeigt das Museum?")
    assert texts(answer) == ["Das Museum zeigt alte Schiffe."]


def test_the_evidence_has_a_value_for_every_sentence(harbour: ArticleIndex) -> None:
    evidence = harbour.evidence("When was the bridge opened?")
    columns = (evidence.similarity, evidence.lexical, evidence.type_fit)
    assert all(column.shape == (len(harbour.sentences),) for column in columns)
    assert set(evidence.type_fit.tolist()) == {0.0, 1.0}
    assert np.argmax(evidence.similarity) == np.argmax(evidence.lexical) == 1


@given(st.text(), st.integers(1, 5))
def test_any_question_gets_an_answer_in_the_words_of_the_article(
    index: ArticleIndex, question: str, top: int
) -> None:
    answer = index.ask(question, top=top)
    assert is_verbatim(answer, index.article)
    assert 0 <= answer.confidence <= 1
    assert len(answer.citations) <= top
    assert index.ask("And when?", after=answer).answered <= answer.answered


@settings(max_examples=50)
@given(st.text(min_size=1).filter(lambda text: any(char.isalnum() for char in text)), st.text())
def test_any_article_can_be_asked_anything(embedder: Embedder, text: str, question: str) -> None:
    article = load_text("One. " + text)
    index = ArticleIndex.build(article, embedder)
    assert all(article.text[s.start : s.end] == s.text for s in index.sentences)
    assert is_verbatim(index.ask(question), article)
    assert index.summary()


def test_threads_may_ask_at_once(index: ArticleIndex) -> None:
    questions = [question for question, _ in SHIPPED] * 5
    alone = [index.ask(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(index.ask, questions)) == alone


@pytest.mark.parametrize(("question", "sentence"), SHIPPED)
def test_the_shipped_article_answers_with_the_default_model(
    real_index: ArticleIndex, question: str, sentence: int | None
) -> None:
    answer = real_index.ask(question)
    assert answer.answered is (sentence is not None)
    assert sentence in (None, answer.ranked[0].sentence)
    assert is_verbatim(answer, real_index.article)


def test_a_follow_up_on_the_shipped_article(real_index: ArticleIndex) -> None:
    photos = real_index.ask("Who released the photos?")
    assert [c.sentence for c in real_index.ask("And when?", after=photos).citations] == [2]
    refusal = real_index.ask("What is the weather like in Paris?")
    assert not real_index.ask("And when?", after=refusal).answered


def test_the_answers_words_are_marked_in_the_shipped_article(real_index: ArticleIndex) -> None:
    citation = real_index.ask("Who is North Korea's Defense Minister?").citations[0]
    assert citation.highlight
    start, end = citation.highlight
    assert citation.start <= start < end <= citation.end
    assert real_index.article.text[start:end] == "Kang Sun Nam"


@pytest.mark.parametrize(
    "question",
    [
        "Who built the harbour?",
        "who built the harbor",
        "Hi! Could you tell me who built the harbour, please?",
        "harbour built by",
        "Who biult the harbour?",
        "Who was the harbour's builder?",
    ],
)
def test_a_pronoun_is_explained_by_the_sentence_before_however_it_is_asked(
    real_embedder: Embedder, real_reader: Reader, question: str
) -> None:
    text = (
        "The town of Lund lies on a bay.\n\n"
        "The harbour opened in 1902. It was built by Ada Moor and her brother. "
        "A ferry to Holm runs twice a day.\n\n"
        "The church was built by the monks of Holm. Its tower is forty metres high."
    )
    answer = ArticleIndex.build(load_text(text), real_embedder, reader=real_reader).ask(question)
    assert answer.ranked[0].text.startswith("It was built by Ada Moor")


def test_in_a_language_that_the_model_does_not_speak_words_decide(embedder: Embedder) -> None:
    class English(Counting):
        languages = frozenset({"en"})  # type: ignore[assignment]

    german = "Der Hafen von Lund wurde 1902 eröffnet. Ada Moor hat ihn gebaut."
    foreign = ArticleIndex.build(load_text(german, language="de"), English(embedder), reader=Sure())
    assert not foreign.understands_language
    assert foreign.ask("Wer hat den Hafen von Lund gebaut?").confidence < 1
    spoken = ArticleIndex.build(load_text(HARBOUR), English(embedder), reader=Sure())
    assert spoken.understands_language
    assert spoken.ask("Who built the harbour?").confidence == 1


SUGGESTING = """\
The harbour of Lund

The harbour of Lund was opened by Ada Moor in 1902. Forty ships were lost in a storm there.
The harbour of Lund is located in Sweden. Bo Ek, a historian of ships, praised the harbour.
"""


def test_suggested_questions_are_surely_answered_by_their_sentence(
    real_embedder: Embedder, real_reader: Reader
) -> None:
    lund = ArticleIndex.build(load_text(SUGGESTING), real_embedder, reader=real_reader)
    suggested = lund.suggest()
    assert len(suggested) == 3
    assert len({question.split()[0] for question in suggested}) == 3
    assert all(lund.ask(question).answered for question in suggested)
    assert len({lund.ask(question).citations[0].sentence for question in suggested}) == 3
    assert lund.suggest(1) == suggested[:1]
    assert lund.suggest(0) == ()


def test_the_shipped_article_suggests_its_minister(real_index: ArticleIndex) -> None:
    assert real_index.suggest() == ("Who is North Korea's Defense Minister?",)


def test_nothing_is_suggested_that_is_not_surely_answered(embedder: Embedder) -> None:
    assert ArticleIndex.build(load_text(SUGGESTING), embedder, reader=Sure()).suggest()
    assert (
        ArticleIndex.build(load_text(SUGGESTING), embedder, reader=Noting(answer=2.0)).suggest()
        == ()
    )


def test_few_questions_are_tried(embedder: Embedder) -> None:
    towns = [f"L{letter}nd" for letter in "abcdefghijklmno"]
    text = "\n\n".join(f"The harbour bridge of {town} opened in 1902." for town in towns)
    reader = Noting(answer=2.0)
    assert ArticleIndex.build(load_text(text), embedder, reader=reader).suggest() == ()
    assert len(reader.questions) == 12


def test_suggested_questions_can_be_forgotten(embedder: Embedder) -> None:
    reader = Noting()
    index = ArticleIndex.build(load_text(SUGGESTING), embedder, reader=reader)
    suggested = index.suggest()
    assert reader.questions.count(suggested[0]) == 1
    index.ask(suggested[0])
    assert reader.questions.count(suggested[0]) == 1
    index.forget_questions()
    index.ask(suggested[0])
    assert reader.questions.count(suggested[0]) == 2


def test_only_english_articles_suggest_questions(embedder: Embedder) -> None:
    article = load_text(SUGGESTING, language="de")
    assert ArticleIndex.build(article, embedder, reader=Sure()).suggest() == ()


class Titles(Sure):
    """The same, which notes the titles that it is given."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def read(
        self, question: str, candidates: Sequence[Candidate], page: ArticleContext
    ) -> list[Reading]:
        self.titles.append(page.title)
        return super().read(question, candidates, page)


@pytest.mark.parametrize(
    ("text", "given", "read"),
    [
        ("The bridge opened on Monday.\nIt is red.", "", ""),
        ("1.\n\nThe **bridge** opened on Monday, says\nthe mayor who built it.", "", ""),
        ("The bridge opened on Monday.", "The bridge", "The bridge"),
        ("The bridge opened on Monday.", "How they built…", "How they built…"),
        ("The bridge\n\nIt opened on Monday.", "", "The bridge"),
    ],
)
def test_a_title_made_of_the_first_words_is_not_read_once_more(
    embedder: Embedder, text: str, given: str, read: str
) -> None:
    reader = Titles()
    article = load_text(text, title=given)
    assert article.title
    ArticleIndex.build(article, embedder, reader=reader).ask("When did it open?")
    assert reader.titles == [read]
