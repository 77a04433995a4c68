"""One chat: a message, a command or a pressed button -> a `Reply`. Knows no Telegram."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.questions import MOST, questions
from bot.replies import answer_replies as replies
from bot.replies.answer_replies import Button, Reply
from bot.small_talk import small_talk
from index.answering.follow_up import is_follow_up
from index.article_index import ArticleIndex
from index.errors import ArticleError, LibraryError, StorageError
from index.keeping.library import Shelf
from index.loading import load_bytes, load_text
from index.types import Answer, Article, Citation, Verdict

PASTE_LENGTH = 600
"""Characters. A longer message is an article and not a question."""

_PAGE = 3
"""Further passages shown at once."""

_LONGEST_NUMBER = 9
"""Digits: more than any article has sentences, and no trouble for int()."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:so )?what(?:'s| is| does)? (?:this|the|that|it|your)(?: (?:article|text|story|page))?"
    r" (?:all )?(?:about|say)\W*"
    r"|(?:(?:please|can you|could you)[ ,]*)*(?:summari[sz]e|sum up|summary)(?: of)?"
    r"(?: (?:it|(?:this|the)(?: (?:article|text|story))?))?(?: please)?\W*|tl;?dr\W*",
    re.IGNORECASE,
)

FetchArticle = Callable[[str], Article]


class Dialogue:
    """The state of one chat: its articles, the current one, and its last question.

    Synchronous, and not to be used by two threads at once. Adapters turn what
    happens in a chat into calls of `say`, `press`, `paste` and `read`, and show the `Reply`.
    """

    def __init__(
        self, shelf: Shelf, fetch: FetchArticle, *, retention_days: int | None = None
    ) -> None:
        """`shelf`: the chat's articles; `fetch`: address -> article; `retention_days`: how
        long what nobody uses is kept."""
        self._shelf = shelf
        self._fetch = fetch
        self._retention_days = retention_days
        self._index = shelf.current()
        self._answer_before: Answer | None = None
        self._shown = 0

    def say(self, text: str) -> Reply:
        """Answer a message."""
        return _told(lambda: self._say(text))

    def press(self, action: str) -> Reply:
        """Act on a button, of this reply or of an earlier one."""
        return _told(lambda: self._press(action))

    def _say(self, text: str) -> Reply:
        text = text.strip()
        if command := _COMMAND.fullmatch(text):
            return self._command(command[1].lower(), command[2] or "")
        if _ADDRESS.fullmatch(text):
            return self._load(lambda: self._fetch(text))
        if len(text) > PASTE_LENGTH:
            return self.paste(text)
        if talk := small_talk(text):
            return talk
        if _ABOUT.fullmatch(text.replace("’", "'")):
            return self._summary()
        return self.ask(text)

    def paste(self, text: str) -> Reply:
        """Take a text as the article to ask about, however short it is."""
        return self._load(lambda: load_text(text))

    def ask(self, text: str) -> Reply:
        """Answer the questions of a message. Each may follow up the one before."""
        asked = questions(text)
        answers = [self._answer(question) for question in asked[:MOST]]
        if self._answer_before:
            self._shelf.remember(self._answer_before.question)
        of = len(self._index.sentences)
        if len(asked) == 1:
            return replies.to(answers[0], of, self._buttons(answers))
        reply = replies.to_several(answers, of, self._buttons(answers))
        return replies.with_questions_left(reply, asked[MOST:])

    def _answer(self, question: str) -> Answer:
        """The answer, with the question as it was asked: a follow-up's has its topic too."""
        # Only a follow-up is worth asking the question of before a restart again.
        follows_up = is_follow_up(question, self._index.article.language)
        answer = self._index.ask(question, after=self._last if follows_up else None)
        self._answer_before, self._shown = answer, 0
        return replace(answer, question=question)

    @property
    def _last(self) -> Answer | None:
        """The last answer. After a restart the question, which is kept, is asked again."""
        if self._answer_before is None and (question := self._shelf.last_question()):
            self._answer_before = self._index.ask(question)
        return self._answer_before

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

    def _press(self, action: str) -> Reply:
        kind, _, argument = action.partition(":")
        match kind:
            case "switch":
                return self._switch(argument)
            case "remove":
                return self._remove(argument)
            case "articles":
                return self._articles(_number(argument))
            case "forget":
                return self._forget() if action == replies.FORGET else replies.KEPT
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
            "articles": self._articles,
            "all": lambda: self._ask_all(argument.strip()),
            "summary": self._summary,
            "context": lambda: self._context(argument),
            "more": self._more,
            "forget": lambda: replies.really_forget(len(self._shelf.articles())),
            "privacy": lambda: replies.privacy(self._retention_days),
        }
        return commands[name]() if name in commands else replies.UNKNOWN_COMMAND

    def _load(self, load: Callable[[], Article]) -> Reply:
        try:
            added = self._shelf.add(load())
        except ArticleError as error:
            return replies.problem(str(error))
        self._turn_to(added.index)
        notes = [replies.not_kept(added.unkept)] if added.unkept else []
        article = added.index.article
        if not added.known and not added.index.understands_language:
            notes.append(replies.foreign_language(article.language))
        return replies.loaded(article, len(added.index.sentences), known=added.known, notes=notes)

    def _turn_to(self, index: ArticleIndex) -> None:
        """Another article, which has no last question yet, here and on the shelf."""
        self._index, self._answer_before = index, None

    def _switch(self, article_id: str) -> Reply:
        try:
            self._turn_to(self._shelf.switch(article_id))
        except LibraryError:
            return replies.NO_SUCH_ARTICLE
        return replies.switched(self._index.article, len(self._index.sentences))

    def _remove(self, article_id: str) -> Reply:
        try:
            removed = self._shelf.remove(article_id)
        except LibraryError:
            return replies.NO_SUCH_ARTICLE
        if article_id == self._index.article.id:
            self._turn_to(self._shelf.current())
        return replies.removed(removed.title, self._index.article)

    def _articles(self, first: int = 0) -> Reply:
        return replies.articles(self._shelf.articles(), self._index.article.id, first)

    def _ask_all(self, text: str) -> Reply:
        if not text:
            return replies.NOTHING_TO_ASK_ALL
        asked = questions(text)
        found = [
            [(i.article, answer, len(i.sentences)) for i, answer in said]
            for said in self._shelf.ask_all(asked[:MOST])
        ]
        reply = replies.to_all(found, len(self._shelf.articles()))
        return replies.with_questions_left(reply, asked[MOST:])

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
        return replies.context(self._index.article, sentences, number, len(self._index.sentences))

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
        self._shelf.forget()
        self._index, self._answer_before = self._shelf.current(), None
        return replies.forgotten(self._index.article)


def _told(act: Callable[[], Reply]) -> Reply:
    """What can't be read or written is told; what is in memory can still be asked."""
    try:
        return act()
    except StorageError as error:
        return replies.problem(str(error))


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
