"""Gold questions -> what a reader learns from: windows with their right sentences.

A question is shown its *home*, a window around the right sentence, and *rivals*,
sentences of the same article, read with their neighbours as they will be, that look like
an answer to the embedding and to BM25 but are none. What can't be answered is shown its
home alone, with no right sentence: SQuAD 2.0's unanswerable questions, and answerable ones
with a name, a number or a deciding word exchanged, as the annotators of SQuAD 2.0 made theirs
by hand.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from index.augmentation import disturb, exchange
from index.evaluation import GoldArticle, GoldQuestion, load_gold_text
from index.lexical import LexicalIndex
from index.normalizing import normalize
from index.sentences import split_sentences
from index.types import Embedder, Sentence, Span
from index.windows import (
    MAX_QUESTION,
    MAX_SENTENCE,
    MAX_TITLE,
    MAX_WINDOW,
    Tokens,
    Window,
    tokenize,
    window,
)

STRANGE = 0.15
"""How often a window of another article is added."""

SMALLEST_WINDOW = 40
"""Tokens. Windows are of all sizes from here to `MAX_WINDOW`, and the right sentence
stands anywhere in them, so that a reader learns no place and no length."""

RIVALS = 8
"""Rivals kept of an article for a question, best-looking first."""

DRAWN_RIVALS = 4
"""Of them in an example."""

_LONGEST_HOME = 320
"""Tokens of a paragraph in which the answer's place is not known: it must not be cut off."""


@dataclass(frozen=True, slots=True)
class TrainingArticle:
    """An article, split and tokenized once."""

    title: Tokens
    texts: tuple[str, ...]
    sentences: tuple[Tokens, ...]
    tokens: np.ndarray
    """Tokens of each sentence: shape (sentences,)."""


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
    rivals: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a window teaches: its right sentences, and the answer's tokens if known.

    `answerable` without `right`: one of its sentences answers, it is not known which.
    """

    answerable: bool
    right: tuple[int, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A question's windows: its home first, then its rivals."""

    windows: list[Window]
    targets: list[Target]


def prepare(gold: GoldArticle, tokenizer: Tokenizer) -> list[TrainingQuestion]:
    """Split, tokenize and label. Questions whose answer is in no sentence are left out."""
    sentences = split_sentences(load_gold_text(gold))
    texts = tuple(sentence.text for sentence in sentences)
    tokens = tokenize(tokenizer, texts, MAX_SENTENCE)
    article = TrainingArticle(
        title=tokenize(tokenizer, [normalize(gold.title)], MAX_TITLE)[0],
        texts=texts,
        sentences=tuple(tokens),
        tokens=np.array([len(sentence.ids) + 1 for sentence in tokens]),
    )
    prepared = (_prepared(question, article, sentences) for question in gold.questions)
    return [question for question in prepared if question]


def mine(questions: Sequence[TrainingQuestion], embedder: Embedder) -> list[TrainingQuestion]:
    """Give the questions of one article their rivals: sentences with their neighbours, as
    they will be read."""
    if not questions:
        return []
    article = questions[0].article
    texts = [normalize(text) for text in article.texts]
    # As documents, many at once: a rough order is all that is needed.
    asked = [normalize(question.text) for question in questions]
    vectors = embedder.encode_documents(texts + asked)
    similarity = vectors[len(texts) :] @ vectors[: len(texts)].T
    lexical = LexicalIndex(texts, "en")
    mined = []
    for question, text, row in zip(questions, asked, similarity, strict=True):
        words = lexical.scores(text)
        scores = row + 0.5 * words / max(float(words.max(initial=0)), 1e-6)
        mined.append(replace(question, rivals=_rivals(np.argsort(-scores).tolist(), question)))
    return mined


def _rivals(ranked: Sequence[int], question: TrainingQuestion) -> tuple[Span, ...]:
    """The best rows that answer nothing, with their neighbours; none of them overlap."""
    rivals: list[Span] = []
    for row in ranked:
        place = max(row - 1, 0), min(row + 2, len(question.article.texts))
        apart = all(place[1] <= start or end <= place[0] for start, end in rivals)
        if apart and not _may_answer(place, question):
            rivals.append(place)
        if len(rivals) == RIVALS:
            break
    return tuple(rivals)


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
    home = _home(question, answer, chance)
    if answer and chance.random() < exchanged:
        changed = exchange(text, article.texts, home, chance)
        answerable, text = changed is None, changed or text
    if chance.random() < noisy:
        text = disturb(text, chance)
    asked = tokenize(tokenizer, [normalize(text)], MAX_QUESTION)[0]
    title = article.title if chance.random() < 0.7 else Tokens((), ())
    first = window(asked, title, article.sentences[slice(*home)])
    if not answerable:
        return Example([first], [Target(answerable=False)])
    right = tuple(row - home[0] for row in sorted(question.right) if home[0] <= row < home[1])
    span = None
    if answer:
        start = first.starts[answer[0] - home[0]]
        span = (start + answer[1], start + answer[2])
    windows, targets = [first], [Target(True, right, span)]
    places = chance.sample(question.rivals, min(DRAWN_RIVALS, len(question.rivals)))
    for place in places:
        rows = _fit(article, place, chance)
        windows.append(window(asked, title, article.sentences[slice(*rows)]))
        targets.append(Target(answerable=False))
    if not places or chance.random() < STRANGE:
        stranger = chance.choice(strangers)
        rows = _fit(stranger.article, stranger.home, chance)
        windows.append(window(asked, Tokens((), ()), stranger.article.sentences[slice(*rows)]))
        targets.append(Target(answerable=False))
    return Example(windows, targets)


def _prepared(
    question: GoldQuestion, article: TrainingArticle, sentences: Sequence[Sentence]
) -> TrainingQuestion | None:
    start, end = question.paragraph
    inside = [row for row, s in enumerate(sentences) if s.start < end and start < s.end]
    right = frozenset(row for row, s in enumerate(sentences) if question.is_answered_by(s))
    if not inside or (question.gold and not right):
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


def _may_answer(place: Span, question: TrainingQuestion) -> bool:
    """Whether a window holds the answer, or its words."""
    start, end = place
    if any(start <= row < end for row in question.right):
        return True
    if not question.right:
        return start < question.home[1] and question.home[0] < end
    text = " ".join(question.article.texts[start:end]).lower()
    for row, first, last in question.answers:
        offsets = question.article.sentences[row].offsets
        words = question.article.texts[row][offsets[first][0] : offsets[last][1]].lower()
        if words in text:
            return True
    return False


def _home(
    question: TrainingQuestion, answer: tuple[int, int, int] | None, chance: random.Random
) -> Span:
    """A window around the answer; without one, the paragraph as far as it fits."""
    if answer:
        return _grow(question.article, (answer[0], answer[0] + 1), chance)
    return _fit(question.article, question.home, chance, _LONGEST_HOME)


def _grow(article: TrainingArticle, rows: Span, chance: random.Random) -> Span:
    """Add neighbours on either side until a length drawn at random is reached."""
    budget = chance.randint(SMALLEST_WINDOW, MAX_WINDOW)
    start, end = rows
    while True:
        before, after = start > 0, end < len(article.texts)
        if not before and not after:
            return start, end
        backwards = before and (not after or chance.random() < 0.5)
        grown = (start - 1, end) if backwards else (start, end + 1)
        if article.tokens[slice(*grown)].sum() > budget:
            return start, end
        start, end = grown


def _fit(
    article: TrainingArticle, rows: Span, chance: random.Random, budget: int = MAX_WINDOW
) -> Span:
    """Drop sentences at either end until the window is small enough."""
    start, end = rows
    while end - start > 1 and article.tokens[start:end].sum() > budget:
        start, end = (start + 1, end) if chance.random() < 0.5 else (start, end - 1)
    return start, end


def split_off(
    articles: Sequence[GoldArticle], every: int = 10
) -> tuple[list[GoldArticle], list[GoldArticle]]:
    """Articles to learn from, and one of so many to watch the learning with."""
    held = range(min(every, len(articles)) - 1, len(articles), every)
    return [a for row, a in enumerate(articles) if row not in held], [articles[r] for r in held]


def shares(sizes: Iterable[int]) -> list[float]:
    """How often to draw from each set: by the root of its size, so that none drowns."""
    roots = np.sqrt(list(sizes))
    return [float(root) for root in roots / roots.sum()]
