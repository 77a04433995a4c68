"""One chat: a message, a command or a pressed button -> a `Reply`. Knows no Telegram."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import replies
from bot.questions import MOST, questions
from bot.replies import Button, Reply
from bot.small_talk import small_talk
from index.article_index import ArticleIndex
from index.errors import ArticleError
from index.loading import load_bytes, load_text
from index.types import Answer, Article, Citation, Verdict

PASTE_LENGTH = 600
"""Characters. A longer message is an article and not a question."""

_PAGE = 3
"""Further passages shown at once."""

_LONGEST_NUMBER = 9
"""Digits: more than any article has sentences, and no trouble for int()."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_ABOUT = re.compile(
    r"(?:so )?what(?:'s| is| does)? (?:this|the|that|it|your)(?: (?:article|text|story|page))?"
    r" (?:all )?(?:about|say)\W*"
    r"|(?:(?:please|can you|could you)[ ,]*)*(?:summari[sz]e|sum up|summary)(?: of)?"
    r"(?: (?:it|(?:this|the)(?: (?:article|text|story))?))?(?: please)?\W*|tl;?dr\W*",
    re.IGNORECASE,
)

IndexArticle = Callable[[Article], ArticleIndex]


class Dialogue:
    """The state of one chat: its current article and its last question.

    Synchronous, and not to be used by two threads at once. Adapters turn what
    happens in a chat into calls of `say`, `press` and `read`, and show the `Reply`.
    """

    def __init__(self, shipped: ArticleIndex, index_article: IndexArticle) -> None:
        """`shipped`: the article to start with; `index_article` makes an index of another."""
        self._shipped = shipped
        self._index = shipped
        self._index_article = index_article
        self._last: Answer | None = None
        self._shown = 0

    def say(self, text: str) -> Reply:
        """Answer a message."""
        text = text.strip()
        if command := _COMMAND.fullmatch(text):
            return self._command(command[1].lower(), command[2] or "")
        if len(text) > PASTE_LENGTH:
            return self._load(lambda: load_text(text))
        if talk := small_talk(text):
            return talk
        if _ABOUT.fullmatch(text.replace("’", "'")):
            return self._summary()
        return self.ask(text)

    def ask(self, text: str) -> Reply:
        """Answer the questions of a message. Each may follow up the one before."""
        asked = questions(text)
        answers = [self._answer(question) for question in asked[:MOST]]
        of = len(self._index.sentences)
        if len(asked) == 1:
            return replies.to(answers[0], of, self._buttons(answers))
        reply = replies.to_several(answers, of, self._buttons(answers))
        left = asked[MOST:]
        return replies.with_questions_left(reply, left) if left else reply

    def _answer(self, question: str) -> Answer:
        """The answer, with the question as it was asked: a follow-up's has its topic too."""
        self._last, self._shown = self._index.ask(question, after=self._last), 0
        return replace(self._last, question=question)

    def _buttons(self, answers: Sequence[Answer]) -> list[Button]:
        """The context of each passage that is shown, and more for the last question."""
        article = self._index.article.id
        shown = dict.fromkeys(p.sentence for answer in answers if (p := _shown_first(answer)))
        buttons = [
            Button(
                "Context" if len(answers) == 1 else f"Context of {number}",
                f"context:{article}:{number}",
            )
            for number in shown
        ]
        return [*buttons, self._more_button()] if self._further() else buttons

    def press(self, action: str) -> Reply:
        """Act on a button, of this reply or of an earlier one."""
        kind, _, argument = action.partition(":")
        article_id, _, argument = argument.partition(":")
        if article_id != self._index.article.id:
            return replies.OLD_BUTTON
        if kind == "context" and argument.isdecimal():
            return self._context_of(_number(argument))
        if kind == "more" and self._last and argument == _key(self._last.question):
            return self._more()
        return replies.OLD_BUTTON

    def read(self, content: bytes, name: str) -> Reply:
        """Take a file as the article to ask about."""
        return self._load(lambda: load_bytes(content, name))

    def _command(self, name: str, argument: str) -> Reply:
        commands: dict[str, Callable[[], Reply]] = {
            "start": lambda: replies.start(self._index.article, len(self._index.sentences)),
            "help": replies.help_,
            "article": lambda: replies.current_article(
                self._index.article, len(self._index.sentences)
            ),
            "summary": self._summary,
            "context": lambda: self._context(argument),
            "more": self._more,
            "forget": self._forget,
            "privacy": lambda: replies.PRIVACY,
        }
        return commands[name]() if name in commands else replies.UNKNOWN_COMMAND

    def _load(self, load: Callable[[], Article]) -> Reply:
        try:
            index = self._index_article(load())
        except ArticleError as error:
            return replies.problem(str(error))
        self._index, self._last = index, None
        return replies.loaded(index.article, len(index.sentences))

    def _summary(self) -> Reply:
        index = self._index
        return replies.summary(index.article, index.summary(), len(index.sentences))

    def _context(self, argument: str) -> Reply:
        if argument:
            return self._context_of(_number(argument.strip()))
        if self._last is None:
            return replies.NOTHING_ASKED
        return self._context_of((self._last.citations or self._last.ranked)[0].sentence)

    def _context_of(self, number: int) -> Reply:
        try:
            sentences = self._index.context(number)
        except IndexError:
            return replies.NO_SUCH_SENTENCE
        return replies.context(sentences, number, len(self._index.sentences))

    def _more(self) -> Reply:
        if self._last is None:
            return replies.NOTHING_ASKED
        passages = self._further()[:_PAGE]
        if not passages:
            return replies.NOTHING_MORE
        self._shown += len(passages)
        buttons = [self._more_button()] if self._further() else []
        return replies.more(passages, len(self._index.sentences), buttons)

    def _further(self) -> Sequence[Citation]:
        """The ranked passages of the last question that were not shown yet."""
        if self._last is None:
            return ()
        first = _shown_first(self._last)
        said = self._last.citations or ((first,) if first else ())
        return [passage for passage in self._last.ranked if passage not in said][self._shown :]

    def _more_button(self) -> Button:
        assert self._last is not None  # noqa: S101 - only offered after a question
        return Button("More", f"more:{self._index.article.id}:{_key(self._last.question)}")

    def _forget(self) -> Reply:
        self._index, self._last = self._shipped, None
        return replies.forgotten(self._shipped.article)


def _shown_first(answer: Answer) -> Citation | None:
    """The first passage that the reply to an answer shows."""
    if answer.verdict is Verdict.NOT_IN_ARTICLE:
        return None
    return answer.citations[0] if answer.citations else answer.nearest


def _number(text: str) -> int:
    """The number of a sentence; 0, which none has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def _key(question: str) -> str:
    """Short enough for a button's action, and the same after a restart."""
    return hashlib.sha256(question.encode(errors="replace")).hexdigest()[:8]
