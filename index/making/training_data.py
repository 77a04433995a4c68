"""Gold questions -> what a reader learns from: a right sentence among wrong ones.

A question is shown a right sentence and *rivals*, sentences of the same article that look
like an answer to the ranking but are none, all in the form in which they will be read. With
a name, a number or a deciding word exchanged, as the annotators of SQuAD 2.0 did it by hand,
it has no answer among the same sentences any more. What can't be answered from the start,
SQuAD 2.0's unanswerable questions, is shown sentences of its paragraph.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from tokenizers import Tokenizer

from index.finding.lexical import LexicalIndex
from index.finding.ranking import Evidence, EvidenceWeights, fuse, top_rows
from index.making.augmentation import disturb, exchange
from index.making.evaluation import GoldArticle, GoldQuestion, load_gold_text
from index.reading.windows import (
    MAX_QUESTION,
    MAX_SENTENCE,
    MAX_TITLE,
    Tokens,
    Window,
    tokenize,
    window,
)
from index.text.normalizing import normalize
from index.text.sentences import split_sentences
from index.types import Embedder, Sentence, Span

STRANGE = 0.15
"""How often a sentence of another article is added."""

_LONGEST_HOME = 24
"""Sentences of a paragraph that answers where it is not known: all of them are shown."""

RIVALS = 12
"""Rivals kept of an article for a question, best-looking first."""

DRAWN = 5
"""Of them in an example."""

_NOTHING = Tokens((), ())


@dataclass(frozen=True, slots=True)
class TrainingArticle:
    """An article, split and tokenized once."""

    title: Tokens
    texts: tuple[str, ...]
    sentences: dict[int, Tokens]
    """By their rows."""


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question with its right rows and answer spans: (row, first token, last token).

    `home` are the rows of its own paragraph; `answerable` holds there. A question may be
    answerable without a known place: then `right` is empty.
    """

    text: str
    article: TrainingArticle
    answerable: bool
    home: Span
    right: frozenset[int]
    answers: tuple[tuple[int, int, int], ...]
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question's windows and which of them answer: `right`, by their places.

    `answerable` without `right`: one of them answers, it is not known which. `span`: the
    answer's tokens in the first window, if known.
    """

    windows: list[Window]
    answerable: bool
    right: tuple[int, ...] = ()
    span: tuple[int, int] | None = None


def prepare(gold: GoldArticle, tokenizer: Tokenizer) -> list[TrainingQuestion]:
    """Split, tokenize and label. Questions whose answer is in no sentence are left out, and
    those of which is only known that it is somewhere in a long text."""
    sentences = split_sentences(load_gold_text(gold))
    texts = tuple(sentence.text for sentence in sentences)
    tokens = tokenize(tokenizer, texts, MAX_SENTENCE)
    article = TrainingArticle(
        title=tokenize(tokenizer, [normalize(gold.title)], MAX_TITLE)[0],
        texts=texts,
        sentences=dict(enumerate(tokens)),
    )
    prepared = (_prepared(question, article, sentences) for question in gold.questions)
    return [question for question in prepared if question]


def mine(questions: Sequence[TrainingQuestion], embedder: Embedder) -> list[TrainingQuestion]:
    """Give the questions of one article their rivals: what the ranking finds. Where no right
    sentence is known, nothing is known to be a rival."""
    if not questions:
        return []
    article = questions[0].article
    texts = [normalize(text) for text in article.texts]
    # As documents, many at once: a rough order is all that is needed.
    question_texts = [normalize(question.text) for question in questions]
    vectors = embedder.encode_documents(texts + question_texts)
    similarity = vectors[len(texts) :] @ vectors[: len(texts)].T
    lexical = LexicalIndex(texts, "en")
    mined = []
    for question, text, row in zip(questions, question_texts, similarity, strict=True):
        if not question.right:
            mined.append(question)
            continue
        evidence = Evidence(row, lexical.scores(text), np.zeros(len(texts), dtype=np.float32))
        ranked = top_rows(fuse(evidence, EvidenceWeights()), len(texts)).tolist()
        rivals = (row for row in ranked if not _may_answer(row, question))
        mined.append(replace(question, rivals=tuple(islice(rivals, RIVALS))))
    return mined


def example(
    question: TrainingQuestion,
    strangers: Sequence[TrainingQuestion],
    tokenizer: Tokenizer,
    chance: random.Random,
    *,
    exchanged: float = 0.2,
    noisy: float = 0.25,
) -> Example:
    """Draw windows for a question; `strangers` lend a rival now and then."""
    article, text, answerable = question.article, question.text, question.answerable
    answer = chance.choice(question.answers) if question.answers else None
    if answer and chance.random() < exchanged:
        changed = exchange(text, article.texts, question.home, chance)
        answerable, text = changed is None, changed or text
    if chance.random() < noisy:
        text = disturb(text, chance)
    question_tokens = tokenize(tokenizer, [normalize(text)], MAX_QUESTION)[0]
    title = article.title if chance.random() < 0.7 else _NOTHING
    rivals = chance.sample(question.rivals, min(DRAWN, len(question.rivals)))
    if question.right:
        rows = [answer[0] if answer else chance.choice(sorted(question.right)), *rivals]
    else:
        home = list(range(*question.home))
        rows = home if answerable else chance.sample(home, min(1 + DRAWN, len(home)))
    windows = [window(question_tokens, title, article.sentences, row) for row in rows]
    stranger = chance.choice(strangers)
    lent = not rivals or chance.random() < STRANGE
    if question.right and lent and stranger.article is not article:
        row = chance.randrange(*stranger.home)
        windows.append(window(question_tokens, _NOTHING, stranger.article.sentences, row))
    if not answerable or not question.right:
        return Example(windows, answerable)
    span = None
    if answer:
        start = windows[0].start
        span = (start + answer[1], start + answer[2])
    return Example(windows, True, (0,), span)


def _prepared(
    question: GoldQuestion, article: TrainingArticle, sentences: Sequence[Sentence]
) -> TrainingQuestion | None:
    start, end = question.paragraph
    inside = [row for row, s in enumerate(sentences) if s.start < end and start < s.end]
    right = frozenset(row for row, s in enumerate(sentences) if question.is_answered_by(s))
    if not inside or (question.gold and not right):
        return None
    if question.answerable and not right and len(inside) > _LONGEST_HOME:
        return None
    answers = {_tokens_of(span, article, sentences) for span in question.answers}
    return TrainingQuestion(
        text=question.question,
        article=article,
        answerable=question.answerable,
        home=(inside[0], inside[-1] + 1),
        right=right,
        answers=tuple(sorted(answer for answer in answers if answer)),
    )


def _tokens_of(
    span: tuple[int, int], article: TrainingArticle, sentences: Sequence[Sentence]
) -> tuple[int, int, int] | None:
    """An answer's row and tokens, cut at the end of its first sentence."""
    for row, sentence in enumerate(sentences):
        if sentence.start <= span[0] < sentence.end:
            start, end = span[0] - sentence.start, span[1] - sentence.start
            touched = [
                token
                for token, (first, last) in enumerate(article.sentences[row].offsets)
                if first < end and start < last
            ]
            return (row, touched[0], touched[-1]) if touched else None
    return None


def _may_answer(row: int, question: TrainingQuestion) -> bool:
    """Whether a sentence holds the answer, or its words."""
    if row in question.right:
        return True
    text = question.article.texts[row].lower()
    for answer_row, first, last in question.answers:
        offsets = question.article.sentences[answer_row].offsets
        words = question.article.texts[answer_row][offsets[first][0] : offsets[last][1]].lower()
        if words in text:
            return True
    return False


def split_off(
    articles: Sequence[GoldArticle], every: int = 10
) -> tuple[list[GoldArticle], list[GoldArticle]]:
    """Articles to learn from, and one of so many to watch the learning with."""
    held_out = range(min(every, len(articles)) - 1, len(articles), every)
    return [a for row, a in enumerate(articles) if row not in held_out], [
        articles[r] for r in held_out
    ]


def shares(sizes: Iterable[int]) -> list[float]:
    """How often to draw from each set: by the root of its size, so that none drowns."""
    roots = np.sqrt(list(sizes))
    return [float(root) for root in roots / roots.sum()]
