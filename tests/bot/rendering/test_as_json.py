"""Answers and replies as JSON and as plain text."""

import json

import pytest

from bot.rendering.as_json import answer_json, reply_json
from bot.rendering.plain_text import to_plain
from bot.replies import answer_replies
from bot.replies.reply import Button, Reply
from index.types import Answer, Article, ArticleAnswer, Citation, Verdict
from tests.bot.rendering.samples import quote

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
    assert answer_json(ArticleAnswer(ARTICLE, answer, 2)) == {
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
    assert answer_json(ArticleAnswer(ARTICLE, answer, 2))["corrections"] == {"Wy": "Why"}


@pytest.mark.parametrize(
    ("verdict", "named"), [(Verdict.UNSURE, "unsure"), (Verdict.NOT_IN_ARTICLE, "not in article")]
)
def test_without_an_answer_the_json_has_the_nearest_passage(verdict: Verdict, named: str) -> None:
    answer = Answer("Why?", verdict, 0.1, (), (ONE, TWO))
    written = answer_json(ArticleAnswer(ARTICLE, answer, 2))
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
    reply = answer_replies.for_answers(answers, 2, [Button("More", "m")])
    shown_json = reply_json(reply)
    assert shown_json == {
        "text": to_plain(reply),
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
    assert to_plain(reply) == "No.\nOne. Two.\n(Sentence 5 of 20 · paragraph 2)"
