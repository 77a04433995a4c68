"""What people said of answers, as gold questions and as labels."""

import json
from pathlib import Path

import pytest

from index.article_index import ArticleIndex
from index.loading import load_bytes, load_text
from index.making.evaluation import GoldQuestion, predict, read_gold, report
from index.making.judgements import JudgedAnswer, agreed, gold_line, judged_answer
from index.types import Article, Embedder, Judgement
from tests.conftest import WordsInCommon

BRIDGE = "The bridge was opened by Mayor Orr on Monday."
COST = "It cost nine million dollars."
MUSEUM = "The harbour museum shows forty old ships."
TOWN = load_text(f"{BRIDGE} {COST}\n\n{MUSEUM}", title="The town", language="en")

WHO, WHAT = "Who opened the bridge?", "What does the harbour museum show?"


def said(question: str, sentence: str, *, helpful: bool, of: Article = TOWN) -> Judgement:
    start = of.text.index(sentence)
    return Judgement(of.id, question, (start, start + len(sentence)), helpful)


HELPS = said(WHO, BRIDGE, helpful=True)
WRONG = said(WHO, BRIDGE, helpful=False)


def test_what_most_people_said_is_one_judgement() -> None:
    assert agreed([WRONG, HELPS, HELPS]) == [HELPS]
    assert agreed([WRONG, HELPS, WRONG, WRONG]) == [WRONG]


def test_what_is_disputed_is_left_out() -> None:
    other = said(WHO, MUSEUM, helpful=False)
    assert agreed([WRONG, other, HELPS]) == [other]


def gold_of(tmp_path: Path, article: Article, *judgements: Judgement) -> list[GoldQuestion]:
    file = tmp_path / "feedback.jsonl"
    file.write_text(json.dumps(gold_line(article, judgements)) + "\n", encoding="utf-8")
    [gold] = read_gold(file)
    assert (gold.id, gold.title, gold.text) == (article.id, article.title, article.text)
    return list(gold.questions)


def test_a_helpful_sentence_answers(tmp_path: Path) -> None:
    [question] = gold_of(tmp_path, TOWN, HELPS)
    assert (question.question, question.answerable, question.wrong) == (WHO, True, ())
    assert [TOWN.text[start:end] for start, end in question.answers] == [BRIDGE]


def test_of_a_wrong_sentence_nothing_else_is_known(tmp_path: Path) -> None:
    [question] = gold_of(tmp_path, TOWN, WRONG)
    assert (question.answerable, question.gold) == (None, ())
    assert [TOWN.text[start:end] for start, end in question.wrong] == [BRIDGE]


def test_one_question_may_have_both(tmp_path: Path) -> None:
    [question] = gold_of(tmp_path, TOWN, HELPS, said(WHO, MUSEUM, helpful=False))
    assert question.answerable is True
    assert len(question.gold) == len(question.wrong) == 1


def test_a_pages_text_is_read_back_as_it_is(tmp_path: Path) -> None:
    paragraphs = (f"{BRIDGE} {COST}", f"{MUSEUM} Cafés\u2028are near it. {COST}")
    page = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    article = load_bytes(f"<article><h1>Town</h1>{page}</article>".encode(), "town.html")
    [question] = gold_of(tmp_path, article, said(WHO, BRIDGE, helpful=True, of=article))
    assert [article.text[start:end] for start, end in question.answers] == [BRIDGE]


def test_feedback_is_evaluated(tmp_path: Path, embedder: Embedder) -> None:
    file = tmp_path / "feedback.jsonl"
    judgements = [HELPS, said(WHAT, MUSEUM, helpful=False), said("Who paid?", COST, helpful=False)]
    file.write_text(json.dumps(gold_line(TOWN, judgements)) + "\n", encoding="utf-8")
    found = list(predict(read_gold(file), embedder))
    # Right, wrong, and one that is not answered by the sentence which is known to be wrong.
    assert [p.judged_right for p in found][:2] == [True, False]
    got = report("feedback.jsonl", "article", found)
    assert (got.questions, got.answerable, got.unanswerable, got.acc_at_1) == (3, 1, 0, 1.0)
    assert got.answered_accuracy == 0.5
    assert found[1].as_json()["right"] is False


@pytest.fixture
def town(embedder: Embedder) -> ArticleIndex:
    return ArticleIndex.build(TOWN, embedder)


def test_a_judged_question_is_asked_again(town: ArticleIndex) -> None:
    confidence = town.ask(WHO).confidence
    assert judged_answer(town, HELPS) == JudgedAnswer(confidence, helpful=True)
    assert judged_answer(town, WRONG) == JudgedAnswer(confidence, helpful=False)


def test_a_sentence_that_would_not_be_shown_any_more_tells_nothing(town: ArticleIndex) -> None:
    assert judged_answer(town, said(WHO, MUSEUM, helpful=True)) is None


def test_where_the_reader_is_not_used_nothing_is_told_of_it() -> None:
    class English(WordsInCommon):
        languages = frozenset({"en"})

    article = load_text(TOWN.text, language="de")
    index = ArticleIndex.build(article, English())
    assert judged_answer(index, HELPS) is None
