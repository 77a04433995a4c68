"""`Reply`, and all wording."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from index.answering.linking import link_to, page_of
from index.types import Answer, Article, Citation, Sentence, Span, Verdict

if TYPE_CHECKING:
    from index.keeping.library import Kept

FORGET = "forget:all"
KEEP = "forget:nothing"
"""Actions of the buttons below /forget."""

ARTICLES_SHOWN = 10
"""Articles of a list that are shown at once."""

WORDS_PER_MINUTE = 238
"""Silent reading of English non-fiction (Brysbaert 2019)."""


Said = tuple[Article, Answer, int]
"""What an article answers, and how many sentences it has."""


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
    page: int | None = None
    """Of a PDF, from 1."""
    link: str | None = None
    """Opens the source at the sentence the quote is about."""

    @property
    def about(self) -> int:
        """The number of the sentence it is about; of the first, if it is about all."""
        return self.number + (self.emphasis or 0)

    @property
    def place(self) -> str:
        """Where it stands, for people: of the sentence it is about, if not about all."""
        first, last = self.number, self.number + len(self.sentences) - 1
        if self.emphasis is not None:
            first = last = self.about
        numbers = f"Sentence {first}" if last == first else f"Sentences {first}–{last}"
        page = f" · page {self.page}" if self.page else ""
        return f"{numbers} of {self.of} · paragraph {self.paragraph}{page}"


@dataclass(frozen=True, slots=True)
class Button:
    """A label to see and the action to send back when it is pressed (at most 64 bytes)."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: prose and quotes in order, and the buttons below.

    `answers` are what the prose and quotes were made from, one a question. At most `abreast`
    buttons stand beside each other.
    """

    blocks: tuple[str | Quote, ...]
    buttons: tuple[Button, ...] = ()
    answers: tuple[Answer, ...] = ()
    abreast: int = 3


COMMANDS = {
    "start": "What I can do",
    "help": "How to ask, and all commands",
    "article": "Which article you are asking",
    "articles": "Your articles: choose or remove one",
    "all": "Ask all of your articles: /all and a question",
    "summary": "The most central sentences",
    "context": "The passage around the last answer",
    "more": "Further passages for the last question",
    "forget": "Forget my questions and my articles",
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
    own = (
        "To ask about an article of your own, send me its link, a PDF, HTML, Markdown or text "
        "file, or paste or forward its text."
    )
    return Reply((_HOW, own, commands))


def to(answer: Answer, of: int, buttons: Sequence[Button] = ()) -> Reply:
    """The reply to a question: its answer, the closest passage, or an honest no."""
    return Reply(_said(answer, of), tuple(buttons), (answer,))


def to_several(answers: Sequence[Answer], of: int, buttons: Sequence[Button] = ()) -> Reply:
    """The replies to the questions of one message, each below its question."""
    blocks = (block for a in answers for block in (_question(a), *_said(a, of)))
    return Reply(tuple(blocks), tuple(buttons), tuple(answers))


def with_questions_left(reply: Reply, left: Sequence[str]) -> Reply:
    """Say which questions, if any, were not answered because there were too many."""
    if not left:
        return reply
    said = f"That was a lot at once. Please ask again: {' '.join(left)}"
    return replace(reply, blocks=(*reply.blocks, said))


def _said(answer: Answer, of: int) -> tuple[str | Quote, ...]:
    return (*_read_as(answer), *_found(answer, of))


def _read_as(answer: Answer) -> tuple[str, ...]:
    read = [f"“{typed}” as “{meant}”" for typed, meant in answer.corrections]
    return (f"I read {', '.join(read)}.",) if read else ()


def _found(answer: Answer, of: int) -> tuple[str | Quote, ...]:
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


def context(article: Article, sentences: Sequence[Sentence], number: int, of: int) -> Reply:
    """The passage around sentence `number`."""
    first = sentences[0].number
    about = _quote_sentence(Role.CONTEXT, article, sentences[number - first], of)
    texts = tuple(sentence.text for sentence in sentences)
    return Reply((replace(about, sentences=texts, number=first, emphasis=number - first),))


def summary(article: Article, sentences: Sequence[Sentence], of: int) -> Reply:
    """The most central sentences."""
    quotes = (_quote_sentence(Role.SUMMARY, article, sentence, of) for sentence in sentences)
    return Reply((f"The most central sentences of {_named(article)}:", *quotes))


def _quote_sentence(role: Role, article: Article, sentence: Sentence, of: int) -> Quote:
    return Quote(
        role=role,
        sentences=(sentence.text,),
        number=sentence.number,
        paragraph=sentence.paragraph,
        of=of,
        page=page_of(article, sentence.start),
        link=link_to(article, sentence.start, sentence.end),
    )


def to_all(said: Sequence[Sequence[Said]], articles: int) -> Reply:
    """What all of a chat's articles say to each question, the surest first; where there are
    several, each below its question."""
    first = tuple(of_one[0][1] for of_one in said)
    blocks: list[str | Quote] = []
    for of_one, surest in zip(said, first, strict=True):
        if len(said) > 1:
            blocks.append(_question(surest))
        blocks += _said_by_all(of_one, articles)
    return Reply(tuple(blocks), answers=first)


def _said_by_all(said: Sequence[Said], articles: int) -> list[str | Quote]:
    given = [a for a in said if a[1].verdict is Verdict.ANSWERED]
    doubts = [a for a in said if a[1].verdict is Verdict.UNSURE]
    blocks: list[str | Quote] = []
    for article, answer, of in given or doubts[:1]:
        blocks += [f"{_named(article)}:", *_said(answer, of)]
    none = (
        f"None of your {articles} articles says." if articles > 1 else "The article does not say."
    )
    return blocks or [*_read_as(said[0][1]), none]


def current_article(article: Article, sentences: int) -> Reply:
    """Which article is being asked."""
    about = f"You are asking {_named(article)}: {_size(article, sentences)}."
    origin = " · ".join(filter(None, (article.author, article.site, article.published)))
    return Reply(tuple(filter(None, (about, origin, article.url))))


def articles(kept: "Sequence[Kept]", current: str, first: int = 0) -> Reply:
    """The articles of a chat from the `first` on, with buttons to switch to them and to remove
    them."""
    if not kept:
        return Reply(("You have given me no article yet. Send me a link, a file or a text.",))
    shown = list(enumerate(kept, start=1))[first : first + ARTICLES_SHOWN]
    lines = (_listed(number, each, each.id == current) for number, each in shown)
    buttons = []
    for number, each in shown:
        buttons += [
            Button(f"Ask {number}", f"switch:{each.id}"),
            Button(f"Remove {number}", f"remove:{each.id}"),
        ]
    if len(kept) > first + ARTICLES_SHOWN:
        buttons.append(Button("Next", f"articles:{first + ARTICLES_SHOWN}"))
    return Reply(("Your articles:", "\n".join(lines)), tuple(buttons), abreast=2)


def _listed(number: int, kept: "Kept", current: bool) -> str:
    about = ", ".join(filter(None, (kept.site, kept.published, _count(kept.sentences, "sentence"))))
    title = f"“{kept.title}”" if kept.title else "a text without a title"
    return f"{number}. {title} ({about}){' – being asked' if current else ''}"


def switched(article: Article, sentences: int) -> Reply:
    """Another of the chat's articles is asked now."""
    return Reply((f"You are asking {_named(article)} now: {_size(article, sentences)}.",))


def removed(title: str, article: Article) -> Reply:
    """One of the chat's articles is gone; `article` is the one asked now."""
    gone = f"“{title}”" if title else "The text"
    return Reply((f"{gone} is removed. You are asking {_named(article)}.",))


def loaded(article: Article, sentences: int, *, known: bool, notes: Sequence[str] = ()) -> Reply:
    """An article of the user's own was taken; `notes`: what they should know of it."""
    size = _size(article, sentences)
    taken = (
        f"I know {_named(article)} already: {size}. You are asking it now."
        if known
        else f"I have read {_named(article)}: {size}. Ask me about it."
    )
    return Reply((taken, *notes, "/articles lists what you gave me, /forget drops everything."))


def not_kept(reason: str) -> str:
    """A note: the article is read but could not be written to the disk."""
    return f"I could not keep it, so it is gone when I restart. {reason}"


def foreign_language(language: str) -> str:
    """A note: the embedding model does not speak the article's language."""
    return (
        f"Its language ({language}) is not one that my model speaks, so I go by words in common, "
        "and find less. "
        "ARTICLE_BOT_EMBEDDING_MODEL can name a model that speaks it."
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
        page=citation.page,
        link=citation.link,
    )


def really_forget(articles: int) -> Reply:
    """Asked once before /forget is done."""
    what = (
        f"your last question and {_count(articles, 'article')}"
        if articles
        else "your last question"
    )
    return Reply(
        (f"Shall I forget {what} for good?",),
        (Button("Forget everything", FORGET), Button("Keep it", KEEP)),
    )


def forgotten(article: Article) -> Reply:
    """After /forget."""
    return Reply((f"Forgotten. You are asking {_named(article)} again.",))


def problem(message: str) -> Reply:
    """Something the user can act on went wrong."""
    return Reply((message,))


def privacy(retention_days: int | None) -> Reply:
    """What is kept, and for how long."""
    end = (
        f"What nobody used for {_count(retention_days, 'day')} is deleted by itself."
        if retention_days
        else "It stays until you remove it."
    )
    return Reply(
        (
            "I keep the articles that you gave me and your last question, in a database on the "
            "machine I run on. Nobody sees them in another chat, and nothing leaves that machine, "
            "but for the request that fetches a link you send.",
            f"{end} /articles removes one article, /forget removes everything at once.",
        )
    )


GREETING = Reply(("Hello! Ask me something about the article, or see /help.",))
THANKS = Reply(("You're welcome.",))
GOODBYE = Reply(("Goodbye!",))
ACKNOWLEDGED = Reply(("All right. What else would you like to know?",))
WORDLESS = Reply(("Ask me in words, and I'll look in the article. See /help.",))
UNKNOWN_COMMAND = Reply(("I don't know that command. /help lists the ones I know.",))
KEPT = Reply(("Nothing is forgotten.",))
NOTHING_TO_ASK_ALL = Reply(("Write the question behind the command: /all Who built it?",))
NO_SUCH_ARTICLE = Reply(("That article is not here any more. /articles lists those that are.",))
NOTHING_ASKED = Reply(("Ask me something first.",))
NOTHING_MORE = Reply(("That was all I found.",))
OLD_BUTTON = Reply(("That button belongs to an earlier question. Please ask it again.",))
NO_SUCH_SENTENCE = Reply(("The article has no sentence with that number.",))
NOT_TEXT = Reply(
    (
        "I read text only: write a question, send a link, paste or forward an article, or send "
        "a PDF, HTML, Markdown or text file.",
    )
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
