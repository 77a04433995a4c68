"""`Reply`, and all wording."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.types import Answer, Article, Citation, Sentence, Span, Verdict

WORDS_PER_MINUTE = 238
"""Silent reading of English non-fiction (Brysbaert 2019)."""


class Role(StrEnum):
    """Why a passage is quoted."""

    ANSWER = "answer"
    CLOSEST = "closest passage"
    MORE = "more"
    CONTEXT = "context"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of the article, word for word, with the place of the first."""

    role: Role
    sentences: tuple[str, ...]
    number: int
    paragraph: int
    of: int
    emphasis: int | None = None
    """Which of `sentences` the quote is about, from 0, if not all."""
    highlight: Span | None = None
    """The answer's words in the first of `sentences`, as offsets into it."""

    @property
    def about(self) -> int:
        """The number of the sentence it is about; of the first, if it is about all."""
        return self.number + (self.emphasis or 0)

    @property
    def place(self) -> str:
        """Where it stands, for people: of the sentence it is about, if not about all."""
        if self.emphasis is not None:
            return f"Sentence {self.about} of {self.of} · paragraph {self.paragraph}"
        last = self.number + len(self.sentences) - 1
        numbers = (
            f"Sentence {self.number}" if last == self.number else f"Sentences {self.number}–{last}"
        )
        return f"{numbers} of {self.of} · paragraph {self.paragraph}"


@dataclass(frozen=True, slots=True)
class Button:
    """A label to see and the action to send back when it is pressed (at most 64 bytes)."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: prose and quotes in order, and the buttons below.

    `answers` are what the prose and quotes were made from, one a question.
    """

    blocks: tuple[str | Quote, ...]
    buttons: tuple[Button, ...] = ()
    answers: tuple[Answer, ...] = ()


COMMANDS = {
    "start": "What I can do",
    "help": "How to ask, and all commands",
    "article": "Which article you are asking",
    "summary": "The most central sentences",
    "context": "The passage around the last answer",
    "more": "Further passages for the last question",
    "forget": "Forget my questions and the article I sent",
    "privacy": "What is kept, and for how long",
}

_HOW = (
    "Ask in your own words. I answer with sentences of the article, word for word, and say "
    "where they stand. When the article does not answer, I say so."
)


def start(article: Article, sentences: int) -> Reply:
    """The first words to a new chat."""
    return Reply(
        (
            f"Hello! Ask me about {_named(article)} ({_count(sentences, 'sentence')}).",
            _HOW,
            "/help tells more.",
        )
    )


def help_() -> Reply:
    """How to ask, and every command."""
    commands = "\n".join(f"/{name} – {about}" for name, about in COMMANDS.items())
    own = "To ask about a text of your own, paste it here or send it as a .txt or .md file."
    return Reply((_HOW, own, commands))


def to(answer: Answer, of: int, buttons: Sequence[Button] = ()) -> Reply:
    """The reply to a question: its answer, the closest passage, or an honest no."""
    return Reply(_said(answer, of), tuple(buttons), (answer,))


def to_several(answers: Sequence[Answer], of: int, buttons: Sequence[Button] = ()) -> Reply:
    """The replies to the questions of one message, each below its question."""
    blocks = (block for a in answers for block in (_question(a), *_said(a, of)))
    return Reply(tuple(blocks), tuple(buttons), tuple(answers))


def with_questions_left(reply: Reply, left: Sequence[str]) -> Reply:
    """Say which questions were not answered because there were too many."""
    said = f"That was a lot at once. Please ask again: {' '.join(left)}"
    return replace(reply, blocks=(*reply.blocks, said))


def _said(answer: Answer, of: int) -> tuple[str | Quote, ...]:
    match answer.verdict:
        case Verdict.ANSWERED:
            return tuple(quote_citation(Role.ANSWER, c, of) for c in answer.citations)
        case Verdict.UNSURE if answer.nearest:
            closest = quote_citation(Role.CLOSEST, answer.nearest, of)
            return ("I'm not sure that the article answers this. The closest passage is:", closest)
        case _:
            return ("The article does not say.",)


def _question(answer: Answer) -> str:
    return f"“{answer.question.strip()}”"


def more(passages: Sequence[Citation], of: int, buttons: Sequence[Button]) -> Reply:
    """Further passages."""
    quotes = tuple(quote_citation(Role.MORE, passage, of) for passage in passages)
    return Reply(("Further passages, less likely to answer:", *quotes), tuple(buttons))


def context(sentences: Sequence[Sentence], number: int, of: int) -> Reply:
    """The passage around sentence `number`."""
    first = sentences[0]
    quote = Quote(
        role=Role.CONTEXT,
        sentences=tuple(sentence.text for sentence in sentences),
        number=first.number,
        paragraph=sentences[number - first.number].paragraph,
        of=of,
        emphasis=number - first.number,
    )
    return Reply((quote,))


def summary(article: Article, sentences: Sequence[Sentence], of: int) -> Reply:
    """The most central sentences."""
    quotes = (
        Quote(Role.SUMMARY, (sentence.text,), sentence.number, sentence.paragraph, of)
        for sentence in sentences
    )
    return Reply((f"The most central sentences of {_named(article)}:", *quotes))


def current_article(article: Article, sentences: int) -> Reply:
    """Which article is being asked."""
    return Reply((f"You are asking {_named(article)}: {_size(article, sentences)}.",))


def loaded(article: Article, sentences: int) -> Reply:
    """A text of the user's own was taken."""
    return Reply(
        (
            f"I have read {_named(article)}: {_size(article, sentences)}. Ask me about it.",
            "/forget drops it and brings back the article I came with.",
        )
    )


def quote_citation(role: Role, citation: Citation, of: int) -> Quote:
    """One cited sentence."""
    words = citation.highlight
    return Quote(
        role=role,
        sentences=(citation.text,),
        number=citation.sentence,
        paragraph=citation.paragraph,
        of=of,
        highlight=(words[0] - citation.start, words[1] - citation.start) if words else None,
    )


def forgotten(article: Article) -> Reply:
    """After /forget."""
    return Reply((f"Forgotten. You are asking {_named(article)} again.",))


def problem(message: str) -> Reply:
    """Something the user can act on went wrong."""
    return Reply((message,))


PRIVACY = Reply(
    (
        "I keep your last question with its answer, and the text you sent me if you sent one, in "
        "memory only: nothing is written to a disk, and nothing leaves the machine I run on. It "
        "is gone when you say /forget, when I restart, or when many other chats came after yours.",
    )
)
GREETING = Reply(("Hello! Ask me something about the article, or see /help.",))
THANKS = Reply(("You're welcome.",))
GOODBYE = Reply(("Goodbye!",))
ACKNOWLEDGED = Reply(("All right. What else would you like to know?",))
WORDLESS = Reply(("Ask me in words, and I'll look in the article. See /help.",))
UNKNOWN_COMMAND = Reply(("I don't know that command. /help lists the ones I know.",))
NOTHING_ASKED = Reply(("Ask me something first.",))
NOTHING_MORE = Reply(("That was all I found.",))
OLD_BUTTON = Reply(("That button belongs to an earlier question. Please ask it again.",))
NO_SUCH_SENTENCE = Reply(("The article has no sentence with that number.",))
NOT_TEXT = Reply(
    ("I read text only: write a question, paste an article, or send a .txt or .md file.",)
)
TOO_LARGE = Reply(("That file is too large for one article. Send me the part you ask about.",))
APOLOGY = Reply(("Sorry, something went wrong on my side. Please try again.",))


def _named(article: Article) -> str:
    return f"“{article.title}”" if article.title else "your text"


def _size(article: Article, sentences: int) -> str:
    words = sum(len(article.text[start:end].split()) for start, end in article.paragraphs)
    minutes = max(round(words / WORDS_PER_MINUTE), 1)
    return f"{_count(sentences, 'sentence')}, about {_count(minutes, 'minute')} of reading"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
