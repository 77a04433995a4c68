"""Gold questions -> what a reader learns from: windows with their right sentences.

A question is shown its *home*, a window around the right sentence, and *rivals*,
windows of the same article that look like an answer to the embedding and to BM25 but
hold none. What can't be answered is shown its home alone, with no right sentence:
SQuAD 2.0's unanswerable questions, and answerable ones with a name, a number or a
deciding word exchanged, as the annotators of SQuAD 2.0 made theirs by hand.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from index.evaluation import GoldArticle, GoldQuestion, load_gold_text
from index.joint_encoder import (
    MAX_QUESTION,
    MAX_SENTENCE,
    MAX_TITLE,
    MAX_WINDOW,
    Tokens,
    Window,
    tokenize,
    window,
)
from index.lexical import LexicalIndex
from index.normalizing import normalize
from index.sentences import split_sentences
from index.types import Embedder, Sentence

STRANGE = 0.15
"""How often a window of another article is added."""

SMALLEST_WINDOW = 40
"""Tokens. Windows are of all sizes from here to `MAX_WINDOW`, and the right sentence
stands anywhere in them, so that a reader learns no place and no length."""

RIVALS = 6
"""Windows kept of an article for a question, best-looking first."""

DRAWN_RIVALS = 2
"""Of them in an example."""

_LONGEST_HOME = 320
"""Tokens of a paragraph in which the answer's place is not known: it must not be cut off."""

_RIVAL_WINDOW = 120
"""Tokens of the windows that are ranked to find rivals."""

Rows = tuple[int, int]
"""Half-open rows of sentences."""


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
    home: Rows
    right: frozenset[int]
    answers: tuple[tuple[int, int, int], ...]
    rivals: tuple[Rows, ...] = ()


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
    """Give the questions of one article their rivals."""
    if not questions:
        return []
    article = questions[0].article
    places = _partition(article, _RIVAL_WINDOW)
    if len(places) < 2:
        return list(questions)
    texts = [normalize(" ".join(article.texts[start:end])) for start, end in places]
    # As documents, many at once: a rough order is all that is needed.
    asked = [normalize(question.text) for question in questions]
    vectors = embedder.encode_documents(texts + asked)
    similarity = vectors[len(texts) :] @ vectors[: len(texts)].T
    lexical = LexicalIndex(texts, "en")
    mined = []
    for question, text, row in zip(questions, asked, similarity, strict=True):
        words = lexical.scores(text)
        scores = row + 0.5 * words / max(float(words.max(initial=0)), 1e-6)
        best = [places[place] for place in np.argsort(-scores)]
        rivals = [place for place in best if not _may_answer(place, question)]
        mined.append(replace(question, rivals=tuple(rivals[:RIVALS])))
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
    """Draw windows for a question; `strangers` lend a rival now and then, and where the article has none."""
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


def _partition(article: TrainingArticle, budget: int) -> list[Rows]:
    """The article in consecutive windows of about so many tokens."""
    places, start = [], 0
    while start < len(article.texts):
        end = start + 1
        while end < len(article.texts) and article.tokens[start : end + 1].sum() <= budget:
            end += 1
        places.append((start, end))
        start = end
    return places


def _may_answer(place: Rows, question: TrainingQuestion) -> bool:
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
) -> Rows:
    """A window around the answer; without one, the paragraph as far as it fits."""
    if answer:
        return _grow(question.article, (answer[0], answer[0] + 1), chance)
    return _fit(question.article, question.home, chance, _LONGEST_HOME)


def _grow(article: TrainingArticle, rows: Rows, chance: random.Random) -> Rows:
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
    article: TrainingArticle, rows: Rows, chance: random.Random, budget: int = MAX_WINDOW
) -> Rows:
    """Drop sentences at either end until the window is small enough."""
    start, end = rows
    while end - start > 1 and article.tokens[start:end].sum() > budget:
        start, end = (start + 1, end) if chance.random() < 0.5 else (start, end - 1)
    return start, end


_NAME = re.compile(r"\b[A-Z][\w'’-]+(?:(?: of| the| de| von| and)? [A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OPENING = re.compile(
    r"^(?:\W*(?:what|who|whom|whose|when|where|which|why|how|in|on|at|to|from|by|for|of|with"
    r"|is|are|was|were|do|does|did|the|a|an|according|after|before|during|along|besides)\b)+",
    re.IGNORECASE,
)
_OPPOSITES = """
    first/last before/after north/south northern/southern east/west eastern/western
    increase/decrease increased/decreased largest/smallest larger/smaller most/least more/less
    highest/lowest higher/lower best/worst oldest/youngest older/younger longest/shortest
    early/late earlier/later begin/end began/ended start/stop started/stopped open/close
    opened/closed win/lose won/lost join/leave joined/left male/female men/women father/mother
    son/daughter brother/sister husband/wife king/queen major/minor always/never all/none
    many/few allow/forbid allowed/forbidden accept/reject accepted/rejected success/failure
    successful/unsuccessful strong/weak stronger/weaker rich/poor buy/sell bought/sold gain/lose
    gained/lost rise/fall rose/fell above/below inside/outside internal/external public/private
    legal/illegal possible/impossible support/oppose supported/opposed arrive/depart
    arrived/departed enter/exit entered/exited upper/lower positive/negative common/rare old/new
    ancient/modern born/died same/different agree/disagree like/dislike happy/sad good/bad
"""
_PAIRS: list[tuple[str, str]] = re.findall(r"(\w+)/(\w+)", _OPPOSITES)
_OPPOSITE = dict(_PAIRS) | {b: a for a, b in _PAIRS}
_WORD = re.compile(r"[A-Za-z']+")


def exchange(
    question: str, sentences: Sequence[str], home: Rows, chance: random.Random
) -> str | None:
    """The question about something else: a name or number of the article put in the place
    of another, or a word turned into its opposite. None if there is nothing to exchange.

    Half of the names and numbers come from the window itself, as in SQuAD 2.0, so that
    a word in common tells nothing.
    """
    places = []
    opening = _OPENING.match(question)
    begin = opening.end() if opening else 0
    for pattern in (_NAME, _NUMBER):
        places += [(m.start(), m.end(), pattern) for m in pattern.finditer(question, begin)]
    opposites = [m for m in _WORD.finditer(question) if m[0].lower() in _OPPOSITE]
    if opposites and (not places or chance.random() < 0.4):
        match = chance.choice(opposites)
        return question[: match.start()] + _OPPOSITE[match[0].lower()] + question[match.end() :]
    if not places:
        return None
    start, end, pattern = chance.choice(places)
    near = sentences[slice(*home)] if chance.random() < 0.5 else sentences
    others = {
        found
        for sentence in near
        for found in pattern.findall(sentence, _opening_length(sentence))
        if found.lower() not in question.lower()
    }
    if not others:
        return None
    other: str = chance.choice(sorted(others))
    return question[:start] + other + question[end:]


def _opening_length(sentence: str) -> int:
    """A sentence's first word is written with a capital, whatever it is."""
    return len(sentence) - len(sentence.lstrip().partition(" ")[2])


_POLITE = (
    "hi, could you tell me {}", "please tell me {}", "can you tell me {} please",
    "hello! {}", "i'd like to know {}", "do you know {}", "{} thanks", "quick question: {}",
    "according to the article, {}", "so {}",
)  # fmt: skip
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were do does did be been being has have had of in on at to for by "
        "with that this it its",
    )
)


def disturb(question: str, chance: random.Random) -> str:
    """The same question as people type it: without its mark, with slips, in keywords,
    with polite padding."""
    kind = chance.random()
    if kind < 0.35:
        return question.rstrip(" ?")
    if kind < 0.7:
        return _with_slips(question, chance)
    if kind < 0.85:
        words = [w for w in question.rstrip(" ?").split() if w.lower() not in _FUNCTION_WORDS]
        return " ".join(words) or question
    return chance.choice(_POLITE).format(question)


def _with_slips(question: str, chance: random.Random) -> str:
    """One to two letters dropped, doubled, swapped or replaced, never in a short word."""
    words = question.split(" ")
    for _ in range(chance.randint(1, 2)):
        long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
        if not long:
            break
        place = chance.choice(long)
        word, at = words[place], chance.randrange(1, len(words[place]) - 1)
        words[place] = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            )
        )
    return " ".join(words)


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
