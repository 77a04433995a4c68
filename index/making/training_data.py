"""Gold questions -> examples that a reader learns from: a right sentence among wrong ones.

An example has a right sentence and *rivals*: sentences of the same article that look like an answer
to the ranking but are none. All have the form in which they will be read. If a name, a number or a
deciding word is exchanged in the question, as the annotators of SQuAD 2.0 did by hand, none of the
sentences answers it any more. SQuAD 2.0's unanswerable questions get sentences of their own
paragraph.
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
"""Sentences of the longest paragraph that is used if it answers at an unknown place: all of its
sentences are shown."""

RIVALS = 12
"""Rivals of a question that are kept, the most likely first."""

DRAWN = 5
"""Rivals that are drawn for one example."""

_NOTHING = Tokens((), ())


@dataclass(frozen=True, slots=True)
class TrainingArticle:
    """An article, split and tokenized once."""

    title: Tokens
    texts: tuple[str, ...]
    sentences: dict[int, Tokens]
    """The tokens of the sentences, by their rows."""


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question with its right rows and answer spans: (row, first token, last token).

    `home` are the rows of its own paragraph, for which `answerable` holds. If a question is
    answerable at an unknown place, `right` is empty.
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
    """The windows of a question, and the indexes of those that answer: `right`.

    If it is `answerable` without `right`, one of them answers, but it is not known which. `span` is
    the first and last token of the answer in the first window, if known.
    """

    windows: list[Window]
    answerable: bool
    right: tuple[int, ...] = ()
    span: tuple[int, int] | None = None


def prepare(gold: GoldArticle, tokenizer: Tokenizer) -> list[TrainingQuestion]:
    """Split, tokenize and label the questions of an article.

    Questions are left out if their answer is in no sentence, or at an unknown place of a long text,
    or if it is not known whether there is one.
    """
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
    """Give the questions of one article their rivals: wrong sentences that the ranking finds.

    If no right sentence is known, a question gets none, since any sentence may be right.
    """
    if not questions:
        return []
    article = questions[0].article
    texts = [normalize(text) for text in article.texts]
    # Questions are embedded as documents, all at once: a rough order is enough.
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
    """Draw windows for a question; a question of `strangers` sometimes lends one from its article.

    `exchanged` and `noisy` are the shares of questions that are asked about something else, and
    that are varied as people type them.
    """
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
    if not inside or question.answerable is None or (question.gold and not right):
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
    """The row and tokens of an answer, cut at the end of its first sentence."""
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
    """Split articles into those to learn from, and one of `every` to be held out."""
    held_out = range(min(every, len(articles)) - 1, len(articles), every)
    return [a for row, a in enumerate(articles) if row not in held_out], [
        articles[r] for r in held_out
    ]


def shares(sizes: Iterable[int]) -> list[float]:
    """How often to draw from each set: in proportion to the root of its size."""
    roots = np.sqrt(list(sizes))
    return [float(root) for root in roots / roots.sum()]
