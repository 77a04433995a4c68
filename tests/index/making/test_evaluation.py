"""Gold questions -> predictions -> metrics, on a small file made here."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.making.evaluation import (
    GoldArticle,
    GoldError,
    GoldQuestion,
    Prediction,
    predict,
    read_gold,
    report,
    sampled,
)
from index.types import Answer, Citation, Embedder, Span, Verdict

BRIDGE = "The bridge was opened by Mayor Orr on Monday. It cost nine million dollars."
MUSEUM = "The harbour museum shows forty old ships. Children pay nothing there."
TEXT = f"{BRIDGE}\n\n{MUSEUM}"
MUSEUM_SPAN = [TEXT.index(MUSEUM), len(TEXT)]


def answers(*found: str) -> list[dict[str, Any]]:
    return [{"start": TEXT.index(text), "text": text} for text in found]


HARBOUR: dict[str, Any] = {
    "id": "harbour",
    "title": "The harbour",
    "lang": "en",
    "text": TEXT,
    "questions": [
        {
            "id": "opened",
            "question": "Who opened the bridge?",
            "answerable": True,
            "answers": answers("Mayor Orr"),
            "paragraph": [0, len(BRIDGE)],
        },
        {
            "id": "ships",
            "question": "What does the harbour museum show?",
            "answerable": True,
            "answers": answers("forty old ships"),
            "paragraph": MUSEUM_SPAN,
        },
        {
            "id": "elsewhere",
            "question": "Who opened the bridge on Monday?",
            "answerable": False,
            "paragraph": MUSEUM_SPAN,
        },
        {"id": "weather", "question": "What is the weather like in Paris?", "answerable": False},
    ],
}


@pytest.fixture
def gold_file(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str | dict[str, Any]) -> Path:
        file = tmp_path / "gold.jsonl"
        whole = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        file.write_text("".join(f"{line}\n" for line in whole), encoding="utf-8")
        return file

    return write


@pytest.fixture
def harbour(gold_file: Callable[..., Path]) -> list[GoldArticle]:
    return read_gold(gold_file(HARBOUR))


def changed(**question: Any) -> dict[str, Any]:
    """The gold article with one question, in which something is changed."""
    return {**HARBOUR, "questions": [{**HARBOUR["questions"][0], **question}]}


def citation(number: int) -> Citation:
    """Sentences of ten characters each: the first at 0, the second at 10 ..."""
    start = 10 * (number - 1)
    return Citation(number, 1, start, start + 10, "x" * 10, 1 / number)


def prediction(
    ranked: list[int],
    gold: tuple[Span, ...] = (),
    *,
    answerable: bool = True,
    answered: bool = True,
    confidence: float = 0.5,
    judged: bool = True,
    offset: int = 0,
) -> Prediction:
    citations = tuple(map(citation, ranked))
    question = GoldQuestion("q", "Who?", answerable, gold, (0, 100), gold, judged)
    verdict = Verdict.ANSWERED if answered else Verdict.UNSURE
    answer = Answer("Who?", verdict, confidence, citations[:1] if answered else (), citations)
    return Prediction("a", question, answer, offset, seconds=0.5)


def test_gold_is_read_as_it_is_written(harbour: list[GoldArticle]) -> None:
    (article,) = harbour
    assert (article.id, article.title, article.language) == ("harbour", "The harbour", "en")
    assert article.text == TEXT
    opened, _, elsewhere, weather = article.questions
    assert (opened.id, opened.question, opened.answerable) == (
        "opened",
        "Who opened the bridge?",
        True,
    )
    assert opened.paragraph == (0, len(BRIDGE))
    assert (elsewhere.answerable, elsewhere.gold) == (False, ())
    assert weather.paragraph == (0, len(TEXT))


def test_what_is_not_given_has_a_default(gold_file: Callable[..., Path]) -> None:
    (article,) = read_gold(gold_file({"id": 7, "text": "One.", "questions": []}))
    assert article == GoldArticle("7", "", "One.", "en", ())


@pytest.mark.parametrize("mode", ["all", "evidence_sentences_all", "critical_span"])
def test_in_a_set_every_character_of_an_answer_counts(
    gold_file: Callable[..., Path], mode: str
) -> None:
    gold = read_gold(gold_file(changed(answers=answers(BRIDGE), answer_mode=mode)))
    assert gold[0].questions[0].gold == ((0, len(BRIDGE)),)


def test_of_alternatives_only_the_start_counts(gold_file: Callable[..., Path]) -> None:
    gold = read_gold(gold_file(changed(answers=answers(BRIDGE, "Monday"))))
    monday = TEXT.index("Monday")
    assert gold[0].questions[0].gold == ((0, 1), (monday, monday + 1))


def test_a_line_separator_within_a_text_ends_no_line(gold_file: Callable[..., Path]) -> None:
    line = json.dumps({**HARBOUR, "text": "One.\u2028Two."}, ensure_ascii=False)
    assert [article.text for article in read_gold(gold_file(line))] == ["One.\u2028Two."]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '"text"',
        {},
        {**HARBOUR, "text": 3},
        {**HARBOUR, "text": ["One."]},
        {**HARBOUR, "questions": None},
        {**HARBOUR, "questions": ["Who?"]},
        {**HARBOUR, "questions": [{}]},
        {**HARBOUR, "questions": {"opened": "Who?"}},
        changed(question=3),
        changed(answers=["Mayor Orr"]),
        changed(answers=[{"start": "0", "text": "The"}]),
        changed(answers=[{"text": "The"}]),
        changed(paragraph=[0]),
        changed(paragraph="ab"),
        changed(paragraph=3),
    ],
)
def test_a_line_in_another_format_is_named(
    gold_file: Callable[..., Path], line: str | dict[str, Any]
) -> None:
    with pytest.raises(GoldError, match=r"gold\.jsonl, line 2: not an article with questions"):
        read_gold(gold_file(HARBOUR, line, HARBOUR))


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin-1.jsonl").write_bytes(b"caf\xe9")
    for name in ("missing.jsonl", "latin-1.jsonl", "."):
        with pytest.raises(GoldError, match="can't be read"):
            read_gold(tmp_path / name)


@pytest.mark.parametrize(("count", "kept"), [(None, 8), (1, 1), (5, 5), (8, 8), (100, 8)])
def test_a_limit_counts_questions_over_all_articles(
    harbour: list[GoldArticle], count: int | None, kept: int
) -> None:
    some = sampled(harbour * 2, count)
    assert sum(len(article.questions) for article in some) == kept
    assert all(article.questions for article in some)


def test_questions_are_drawn_from_everywhere_and_the_same_ones_each_time(
    harbour: list[GoldArticle],
) -> None:
    (article,) = harbour
    several = [
        replace(article, questions=tuple(replace(q, id=f"{n}:{q.id}") for q in article.questions))
        for n in range(10)
    ]

    def ids(seed: int) -> list[str]:
        return [q.id for article in sampled(several, 10, seed) for q in article.questions]

    assert ids(0) == ids(0) != ids(1)
    assert len({name.split(":")[0] for name in ids(0)}) > 3
    order = [q.id for article in several for q in article.questions]
    assert ids(0) == sorted(ids(0), key=order.index)


def test_a_prediction_is_asked_of_the_whole_article(
    harbour: list[GoldArticle], embedder: Embedder
) -> None:
    opened, ships, elsewhere, weather = predict(harbour, embedder)
    assert (opened.rank, ships.rank) == (1, 1)
    assert opened.answer.answered
    assert ships.answer.answered
    assert elsewhere.answer.answered
    assert not weather.answer.answered
    assert {p.offset for p in (opened, ships, elsewhere, weather)} == {0}
    assert {len(p.answer.ranked) for p in (opened, ships, elsewhere, weather)} == {4}


def test_what_is_not_answered_by_its_paragraph_is_not_judged_by_the_article(
    harbour: list[GoldArticle], embedder: Embedder
) -> None:
    judged = {p.question.id: p.question.judged for p in predict(harbour, embedder)}
    assert judged == {"opened": True, "ships": True, "elsewhere": False, "weather": True}
    in_paragraphs = predict(harbour, embedder, scope="paragraph")
    assert all(p.question.judged for p in in_paragraphs)


def test_a_prediction_is_asked_of_the_paragraph_of_the_question(
    harbour: list[GoldArticle], embedder: Embedder
) -> None:
    found = {p.question.id: p for p in predict(harbour, embedder, scope="paragraph")}
    assert len(found) == 4
    assert (found["opened"].rank, found["ships"].rank) == (1, 1)
    assert (found["opened"].offset, found["ships"].offset) == (0, MUSEUM_SPAN[0])
    assert not found["elsewhere"].answer.answered
    assert len(found["ships"].answer.ranked) == 2


@pytest.mark.parametrize("scope", ["article", "paragraph"])
def test_predictions_are_written_for_an_independent_scorer(
    harbour: list[GoldArticle], embedder: Embedder, scope: Any
) -> None:
    for found in predict(harbour, embedder, scope=scope):
        written = json.loads(json.dumps(found.as_json()))
        assert list(written) == [
            "article_id",
            "id",
            "question",
            "answered",
            "verdict",
            "answerable",
            "right",
            "confidence",
            "ranked",
        ]
        assert (written["article_id"], written["id"]) == ("harbour", found.question.id)
        assert written["question"] == found.question.question
        assert written["answered"] is found.answer.answered
        assert written["confidence"] == found.answer.confidence
        places = [(place["start"], place["end"]) for place in written["ranked"]]
        assert [TEXT[start:end] for start, end in places] == [c.text for c in found.answer.ranked]
        assert all(list(place) == ["start", "end", "score"] for place in written["ranked"])


@pytest.mark.parametrize(
    ("ranked", "gold", "offset", "rank"),
    [
        ([1, 2, 3], ((0, 1),), 0, 1),
        ([1, 2, 3], ((10, 11),), 0, 2),
        ([3, 2, 1], ((0, 1), (10, 11)), 0, 2),
        ([1, 2, 3], ((9, 11),), 0, 1),
        ([1, 2], ((20, 21),), 0, None),
        ([2], ((9, 10), (20, 21)), 0, None),
        ([1, 2, 3], (), 0, None),
        ([1, 2, 3], ((110, 111),), 100, 2),
    ],
)
def test_the_first_sentence_that_overlaps_the_gold_is_right(
    ranked: list[int], gold: tuple[Span, ...], offset: int, rank: int | None
) -> None:
    assert prediction(ranked, gold, offset=offset).rank == rank


def test_the_metrics_of_a_file() -> None:
    first, second = ((0, 1),), ((10, 11),)
    found = [
        # Right at once; third; sixth; never; and one whose place is not known.
        prediction([1, 2, 3], first, confidence=0.9),
        prediction([3, 4, 2], second, confidence=0.7),
        prediction([3, 4, 5, 6, 7, 1], first, answered=False, confidence=0.3),
        prediction([3, 4], first, answered=False, confidence=0.1),
        prediction([1, 2], confidence=0.8),
        # Nothing answers these.
        prediction([1], answerable=False, confidence=0.6),
        prediction([1], answerable=False, answered=False, confidence=0.2),
        prediction([1], answerable=False, judged=False, confidence=1.0),
    ]
    got = report("gold.jsonl", "article", found)
    assert (got.file, got.scope, got.articles, got.questions) == ("gold.jsonl", "article", 1, 8)
    assert got.ranked_questions == 4
    assert got.acc_at_1 == 1 / 4
    assert got.hit_at_3 == 2 / 4
    assert got.hit_at_5 == 2 / 4
    assert got.mrr_at_10 == pytest.approx((1 + 1 / 3 + 1 / 6 + 0) / 4)
    assert (got.answerable, got.unanswerable) == (5, 2)
    assert got.coverage == 3 / 5
    assert got.false_refusal_rate == pytest.approx(2 / 5)
    assert got.false_answer_rate == 1 / 2
    # Ten pairs; the answerable one is less sure in 0.3 and 0.1 < 0.6, and in 0.1 < 0.2.
    assert got.refusal_auroc == pytest.approx(7 / 10)
    # Right, wrong, place not known, and nothing to be right about.
    assert got.answered_accuracy == pytest.approx(1 / 3)
    assert got.questions_per_second == pytest.approx(2)


def test_what_there_is_nothing_to_measure_on_is_none() -> None:
    got = report("gold.jsonl", "paragraph", [])
    assert (got.questions, got.answerable, got.unanswerable) == (0, 0, 0)
    assert got.acc_at_1 is got.mrr_at_10 is got.coverage is got.false_refusal_rate is None
    assert got.false_answer_rate is got.refusal_auroc is got.answered_accuracy is None


def test_refusals_are_not_compared_without_both_kinds() -> None:
    assert report("f", "article", [prediction([1], ((0, 1),))]).refusal_auroc is None


def test_a_report_is_json(harbour: list[GoldArticle], embedder: Embedder) -> None:
    got = report("gold.jsonl", "article", list(predict(harbour, embedder)))
    written = json.loads(json.dumps(got.as_json()))
    assert written["file"] == "gold.jsonl"
    assert written["acc_at_1"] == written["coverage"] == written["answered_accuracy"] == 1
    assert (written["answerable"], written["unanswerable"]) == (2, 1)
    assert written["false_answer_rate"] == 0
    assert written["refusal_auroc"] == 1
