"""The loss, by hand."""

import math

import pytest
import torch

from index.making.learner import SPAN_WEIGHT, loss_of
from index.making.training_data import Example
from index.reading.windows import Window

WINDOW = Window(ids=[101, 7, 102, 8, 9, 102], start=3, end=6)


def loss(
    *relevance: float,
    answerable: bool = True,
    right: tuple[int, ...] = (),
    span: tuple[int, int] | None = None,
    tokens: torch.Tensor | None = None,
) -> float:
    drawn = Example([WINDOW] * len(relevance), answerable, right, span)
    spans = [torch.zeros(6, 2) if tokens is None else tokens] * len(relevance)
    return float(loss_of(torch.tensor(relevance), spans, [drawn]))


def softplus(logit: float) -> float:
    return math.log(1 + math.exp(logit))


def test_without_an_answer_none_has_to_win() -> None:
    listwise = math.log(1 + math.exp(0.5) + math.exp(-1))
    alone = (softplus(0.5) + softplus(-1)) / 2
    assert loss(0.5, -1.0, answerable=False) == pytest.approx(listwise + alone)


def test_the_right_sentence_has_to_beat_none_and_its_rivals() -> None:
    listwise = math.log(1 + sum(map(math.exp, (2, 0.5, -1)))) - 2
    alone = (softplus(-2) + softplus(0.5) + softplus(-1)) / 3
    assert loss(2.0, 0.5, -1.0, right=(0,)) == pytest.approx(listwise + alone)


def test_each_of_several_right_sentences_has_to_be_found() -> None:
    assert loss(1.0, 1.0, right=(0, 1)) < loss(3.0, -1.0, right=(0, 1))


def test_where_the_place_is_not_known_any_sentence_will_do() -> None:
    known = math.log(1 + math.exp(1) + math.exp(2)) - math.log(math.exp(1) + math.exp(2))
    assert loss(1.0, 2.0) == pytest.approx(known, rel=1e-4)


def test_questions_are_told_apart() -> None:
    first, second = Example([WINDOW] * 2, True, (0,)), Example([WINDOW], False)
    both = loss_of(torch.tensor([1.0, 2.0, 3.0]), [torch.zeros(6, 2)] * 3, [first, second])
    expected = (loss(1.0, 2.0, right=(0,)) + loss(3.0, answerable=False)) / 2
    assert float(both) == pytest.approx(expected)


def test_the_span_is_looked_for_among_the_sentences_tokens() -> None:
    without = loss(0.0, 0.0, right=(0,))
    flat = loss(0.0, 0.0, right=(0,), span=(4, 4)) - without
    assert flat == pytest.approx(SPAN_WEIGHT * math.log(2))
    sure = torch.zeros(6, 2)
    sure[4] = 50.0
    sure[1] = 99.0  # A token of the question is no answer.
    assert loss(0.0, 0.0, right=(0,), span=(4, 4), tokens=sure) == pytest.approx(without)
