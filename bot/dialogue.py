"""The dialogue of one chat, without any Telegram: a message, a command or a button -> a `Reply`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto

from bot.actions import key_of, number_in
from bot.asking import Asking
from bot.judging import judge
from bot.links import MAX_LINKS, find_links, without_links
from bot.offering import offers
from bot.one_off import OneOff, Post, Source
from bot.questions import asks, asks_for_summary
from bot.replies import (
    access_replies,
    answer_replies,
    article_replies,
    chat_replies,
    feedback_replies,
    sharing_replies,
)
from bot.replies.inline_replies import TO_ADD, Offers
from bot.replies.reply import Reply, joined
from bot.small_talk import small_talk_reply
from bot.wording import LANGUAGES
from index.article_index import Progress
from index.errors import ArticleError, CollectionError, StorageError
from index.keeping.collection import Added, Collection
from index.keeping.pasted import PastedMessage
from index.keeping.shares import is_token
from index.loading import load_bytes, load_text
from index.types import Article

PASTE_LENGTH = 600
"""Characters of the longest question. A longer message is taken for an article, unless it asks."""

_DOUBTFUL_LENGTH = 160
_DOUBTFUL_SENTENCES = 3
"""A message of so many characters and sentences that asks nothing may be an article."""

_SENTENCE_END = re.compile(r"[.!…](?=\s|$)")

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_SLOW_COMMANDS = frozenset({"all", "more", "context"})
"""Commands that may ask a question, /more and /context the last one after a restart."""

_LOADING_ACTIONS = frozenset({"link", "text"})
_JUDGING_ACTIONS = frozenset({feedback_replies.HELPFUL, feedback_replies.WRONG})

_CHANGING_COMMANDS = frozenset({"forget", "share", "unshare"})
_CHANGING_ACTIONS = frozenset(
    {"switch", "remove", "forget", "unshare", "link", "text", "language", "cancel"}
)
"""Commands and actions of buttons that change something for everybody in the chat."""

_MORE = re.compile(r"(?:show (?:me )?|tell (?:me )?|any )?more(?: please)?\W*", re.IGNORECASE)

FetchArticle = Callable[[str], Article]


class Cancelled(Exception):
    """Raised by what is called with the progress of a load, to break the load off."""


class Work(Enum):
    """How long a message may take to answer: what is quick must not wait for what is slow."""

    QUICK = auto()
    QUESTION = auto()
    LOAD = auto()


class Right(Enum):
    """What somebody must have a right to, for something to be done where others talk too."""

    ASK = auto()
    CHANGE = auto()
    """To load, choose, share, remove or forget articles, and to choose the language."""
    DECIDE = auto()
    """To say who has a right to that."""


def right_of(text: str, links: Sequence[str] = ()) -> Right:
    """The right that it takes to have `Dialogue.say` do what a text asks for."""
    text = text.strip()
    if command := _COMMAND.fullmatch(text):
        name, argument = command[1].lower(), command[2] or ""
        chooses = name == "language" and argument
        opens = name == "start" and is_token(argument)
        return Right.CHANGE if name in _CHANGING_COMMANDS or chooses or opens else Right.ASK
    has_link = bool(links or find_links(text)) and len(without_links(text)) <= PASTE_LENGTH
    if has_link or (len(text) > PASTE_LENGTH and not _may_be_either(text)):
        return Right.CHANGE
    return Right.ASK


def right_of_press(action: str) -> Right:
    """The right that it takes to have `Dialogue.press` do what a button's action asks for."""
    kind = action.partition(":")[0]
    if kind == "members":
        return Right.DECIDE
    return Right.CHANGE if kind in _CHANGING_ACTIONS else Right.ASK


def work_of(text: str, links: Sequence[str] = ()) -> Work:
    """The kind of work that `Dialogue.say` has with a text."""
    text = text.strip()
    if command := _COMMAND.fullmatch(text):
        name, argument = command[1].lower(), command[2] or ""
        if name == "start" and is_token(argument):
            return Work.LOAD
        return Work.QUESTION if name in _SLOW_COMMANDS else Work.QUICK
    if links or find_links(text) or len(text) > PASTE_LENGTH:
        return Work.LOAD
    return Work.QUICK if small_talk_reply(text) else Work.QUESTION


def work_of_press(action: str) -> Work:
    """The kind of work that `Dialogue.press` has with a button's action."""
    kind = action.partition(":")[0]
    if kind in _LOADING_ACTIONS:
        return Work.LOAD
    return Work.QUICK if kind in _JUDGING_ACTIONS else Work.QUESTION


def work_of_sources(sources: Sequence[Source]) -> Work:
    """The kind of work that `Dialogue.ask_about` has with these sources."""
    return Work.QUESTION if all(isinstance(each, Post) for each in sources) else Work.LOAD


class Dialogue:
    """The state of one chat: its articles, the current one, and its last question.

    It is synchronous, and must not be used by two threads at once. Adapters turn what happens in a
    chat into calls of `say`, `press`, `add_text` and `add_file`, and show the `Reply`. Where there
    are addresses, `link_to_share` makes that of a shared article.
    """

    def __init__(
        self, collection: Collection, fetch: FetchArticle, *, retention_days: int | None = None
    ) -> None:
        """`collection` holds the chat's articles; `fetch` turns an address into an article;
        `retention_days` is how long unused data is kept (None: for ever), for /privacy."""
        self._collection = collection
        self._fetch = fetch
        self._retention_days = retention_days
        self.link_to_share: sharing_replies.LinkToShare = sharing_replies.start_command
        self._asking = Asking(collection)
        self._language = collection.language()
        self._one_off = OneOff(collection, fetch)
        self.in_group = False
        """Whether several people talk here."""
        self._offered: tuple[str, ...] = ()
        self._offered_words = ""
        self._undecided: tuple[str, Sequence[PastedMessage]] = "", ()

    def say(
        self,
        text: str,
        on_progress: Progress | None = None,
        *,
        links: Sequence[str] = (),
        messages: Sequence[PastedMessage] = (),
        replied_to: Sequence[str] = (),
    ) -> Reply:
        """Answer a message: a question, a command, a link, or a pasted article.

        `on_progress` is called while an article is read, and may raise `Cancelled`. `links` are
        addresses that belong to the message beside those in its text; `messages` are those in which
        the text came, to be quoted if it is an article; `replied_to` are the actions of the buttons
        below the earlier reply that the message is an answer to.
        """
        return self._spoken(lambda: self._say(text, on_progress, links, messages, replied_to))

    def press(self, action: str, on_progress: Progress | None = None) -> Reply:
        """Act on a button of the last reply or of an earlier one; `action` is the button's.

        `on_progress` is as for `say`.
        """
        return self._spoken(lambda: self._press(action, on_progress))

    @property
    def is_open_to_members(self) -> bool:
        """Whether everybody in a group may change its articles, not its admins alone."""
        return self._collection.is_open_to_members()

    def _spoken(self, act: Callable[[], Reply]) -> Reply:
        """Run an action, and reply in the chat's language; if the store fails, with its error.
        Articles in memory can still be asked."""
        try:
            reply = act()
        except StorageError as error:
            reply = chat_replies.problem(error)
        return replace(reply, language=self._language)

    def ask_about(
        self,
        text: str,
        sources: Sequence[Source],
        on_progress: Progress | None = None,
        *,
        after: str = "",
    ) -> Reply:
        """Answer a text from a post or a page of which nothing is kept; see `OneOff.ask`.

        The chat's articles and its last question stay as they are. As this changes nothing, many
        threads may do it at once.
        """

        def ask() -> Reply:
            try:
                return self._one_off.ask(text, sources, on_progress, after=after)
            except Cancelled:
                return article_replies.CANCELLED

        return self._spoken(ask)

    def offers(self, text: str) -> Offers:
        """Sentences of the current article that answer, to be sent into another chat.

        This changes nothing, too.
        """
        return replace(offers(self._collection, text), language=self._language)

    def _say(
        self,
        text: str,
        on_progress: Progress | None,
        links: Sequence[str],
        messages: Sequence[PastedMessage],
        replied_to: Sequence[str],
    ) -> Reply:
        text = text.strip()
        is_question = work_of(text, links) is Work.QUESTION
        earlier = self._asking.return_to(replied_to) if is_question else None
        if command := _COMMAND.fullmatch(text):
            return self._command(command[1].lower(), (command[2] or "").strip(), on_progress)
        words = without_links(text)
        if (found := (*find_links(text), *links)) and len(words) <= PASTE_LENGTH:
            return self._open(tuple(dict.fromkeys(found)), words, on_progress)
        if _may_be_either(text):
            return self._ask_what_it_is(text, messages)
        if len(text) > PASTE_LENGTH:
            return self._add_text(text, on_progress, messages)
        if _MORE.fullmatch(text):
            return self._asking.more()
        if talk := small_talk_reply(text):
            return talk
        if asks_for_summary(text):
            return self._asking.summary()
        return self._asking.ask(text, earlier)

    def add_text(
        self,
        text: str,
        on_progress: Progress | None = None,
        messages: Sequence[PastedMessage] = (),
    ) -> Reply:
        """Take a text as the article to ask about, however short it is; see `say`."""
        return self._spoken(lambda: self._add_text(text, on_progress, messages))

    def _add_text(
        self, text: str, on_progress: Progress | None, messages: Sequence[PastedMessage]
    ) -> Reply:
        return self._load(lambda: load_text(text), on_progress, messages=messages)

    def _open(self, links: Sequence[str], words: str, on_progress: Progress | None) -> Reply:
        """Take the article behind a link, and answer what the words beside it ask."""
        if len(links) > 1:
            self._offered, self._offered_words = tuple(links[:MAX_LINKS]), words
            return article_replies.which_link(self._offered, key_of(" ".join(self._offered)))
        return self._load(lambda: self._fetch(links[0]), on_progress, words)

    def _open_offered(self, argument: str, on_progress: Progress | None) -> Reply:
        """Take the article behind one of the links that were offered."""
        key, _, number = argument.partition(":")
        row = number_in(number) - 1
        if key != key_of(" ".join(self._offered)) or not 0 <= row < len(self._offered):
            return answer_replies.OLD_BUTTON
        reply = self._open([self._offered[row]], self._offered_words, on_progress)
        return replace(reply, spends=True)

    def _ask_what_it_is(self, text: str, messages: Sequence[PastedMessage]) -> Reply:
        self._undecided = text, messages
        return article_replies.article_or_question(key_of(text))

    def _decide(self, kind: str, key: str, on_progress: Progress | None) -> Reply:
        """Take the text that may be either as what the pressed button says."""
        text, messages = self._undecided
        if not text or key != key_of(text):
            return answer_replies.OLD_BUTTON
        if kind == "text":
            return replace(self._add_text(text, on_progress, messages), spends=True)
        return replace(self._asking.ask(text), spends=True)

    def _press(self, action: str, on_progress: Progress | None) -> Reply:
        kind, _, argument = action.partition(":")
        match kind:
            case "switch":
                return self._switch(argument)
            case "remove":
                return self._remove(argument)
            case "articles":
                return replace(self._articles(number_in(argument)), replaces=True)
            case "forget":
                return self._forget(argument)
            case "unshare":
                return self._unshare(argument)
            case "language":
                return self._speak(argument)
            case "members":
                return self._open_to_members(argument)
            case "keep":
                return chat_replies.NOTHING_FORGOTTEN
            case "link":
                return self._open_offered(argument, on_progress)
            case "text" | "question":
                return self._decide(kind, argument, on_progress)
            case feedback_replies.HELPFUL | feedback_replies.WRONG:
                return judge(self._collection, kind, argument)
        article_id, _, argument = argument.partition(":")
        if article_id != self._asking.index.article.id:
            return self._of_another_article(article_id) if argument else answer_replies.OLD_BUTTON
        if kind == "context" and argument.isdecimal():
            return self._asking.context_of(number_in(argument))
        if kind == "ask":
            return self._asking.ask_suggested(argument)
        last = self._asking.recall() if kind == "more" else None
        if last and argument == key_of(last.question):
            return self._asking.more()
        return answer_replies.OLD_BUTTON

    def add_file(
        self, content: bytes, name: str, on_progress: Progress | None = None, *, caption: str = ""
    ) -> Reply:
        """Take a file as the article to ask about, and answer what its caption asks; see `say`."""
        return self._spoken(
            lambda: self._load(lambda: load_bytes(content, name), on_progress, caption)
        )

    def _command(self, name: str, argument: str, on_progress: Progress | None) -> Reply:
        commands: dict[str, Callable[[], Reply]] = {
            "start": lambda: self._start(argument, on_progress),
            "help": chat_replies.help_,
            "article": lambda: article_replies.current_article(
                self._asking.index.article, self._asking.sentence_count
            ),
            "articles": self._articles,
            "all": lambda: self._asking.ask_all(argument),
            "summary": self._asking.summary,
            "context": lambda: self._asking.context(argument),
            "more": self._asking.more,
            "share": self._share,
            "unshare": lambda: self._unshare(self._asking.index.article.id),
            "language": lambda: self._speak(argument.lower()),
            "members": self._members,
            "forget": self._confirm_forget,
            "privacy": lambda: chat_replies.privacy(self._retention_days, in_group=self.in_group),
        }
        return commands[name]() if name in commands else chat_replies.UNKNOWN_COMMAND

    def _load(
        self,
        load: Callable[[], Article],
        on_progress: Progress | None,
        words: str = "",
        messages: Sequence[PastedMessage] = (),
    ) -> Reply:
        """Take an article as the current one; `words` came with it, and may ask something of it.
        `messages` say it."""

        def add() -> Added:
            article = load()
            if on_progress:
                on_progress(0, 1)  # A load that was stopped meanwhile ends here.
            added = self._collection.add(article, on_progress)
            if messages and not added.not_saved_because:
                self._collection.keep_messages(article.id, messages)
            return added

        return self._take(add, words)

    def _take(
        self, add: Callable[[], Added | None], words: str = "", notes: Sequence[str] = ()
    ) -> Reply:
        """Ask the article that `add` adds from now on; None: there was nothing to add."""
        try:
            added = add()
        except Cancelled:
            return article_replies.CANCELLED
        except ArticleError as error:
            return chat_replies.problem(error)
        if added is None:
            return sharing_replies.OPENS_NOTHING
        self._asking.turn_to(added.index)
        article, notes = added.index.article, list(notes)
        if added.not_saved_because:
            notes.append(article_replies.not_saved(added.not_saved_because))
        if not added.already_there and not added.index.understands_language:
            notes.append(article_replies.foreign_language(article.language))
        reply = article_replies.loaded(
            article, self._asking.sentence_count, already_there=added.already_there, notes=notes
        )
        words = without_links(words)
        if len(words) <= PASTE_LENGTH and not small_talk_reply(words):
            if asks_for_summary(words):
                return joined(reply, self._asking.summary())
            if asks(words):
                return joined(reply, self._asking.ask(words))
        questions = {key_of(question): question for question in self._asking.suggestions()}
        return article_replies.with_suggestions(reply, article.id, questions)

    def _start(self, argument: str, on_progress: Progress | None) -> Reply:
        """Open the article that is shared by a token, or greet."""
        if is_token(argument):
            return self._take(
                lambda: self._collection.open_shared(argument, on_progress),
                notes=[chat_replies.HOW],
            )
        if argument == TO_ADD:
            return article_replies.HOW_TO_ADD
        return chat_replies.start(self._asking.index.article, self._asking.sentence_count)

    def _share(self) -> Reply:
        article = self._asking.index.article
        if token := self._collection.share(article.id):
            link = self.link_to_share(token, article.title)
            return sharing_replies.shared(article, link)
        if article.id == self._collection.shipped().article.id:
            return sharing_replies.everybodys(article)
        return sharing_replies.NOT_KEPT

    def _unshare(self, article_id: str) -> Reply:
        titles = {entry.id: entry.title for entry in self._collection.articles()}
        current = self._asking.index.article
        title = {**titles, current.id: current.title}.get(article_id, "")
        if self._collection.unshare(article_id):
            return sharing_replies.ended(title)
        return sharing_replies.not_shared(title)

    def _switch(self, argument: str) -> Reply:
        """Turn to an article, and to the earlier question of the button, if it has one."""
        article_id, _, _ = argument.partition(":")
        try:
            self._asking.turn_to(self._collection.switch(article_id))
        except CollectionError:
            return article_replies.NO_SUCH_ARTICLE
        self._asking.return_to([f"switch:{argument}"])
        return article_replies.switched(self._asking.index.article, self._asking.sentence_count)

    def _remove(self, article_id: str) -> Reply:
        try:
            removed = self._collection.remove(article_id)
        except CollectionError:
            return article_replies.NO_SUCH_ARTICLE
        if article_id == self._asking.index.article.id:
            self._asking.turn_to(self._collection.current())
        return article_replies.removed(removed.title, self._asking.index.article)

    def _articles(self, first: int = 0) -> Reply:
        entries = self._collection.articles()
        return article_replies.article_list(entries, self._asking.index.article.id, first)

    def _of_another_article(self, article_id: str) -> Reply:
        """The reply to a button of an article that is not the current one."""
        entries = {entry.id: entry for entry in self._collection.articles()}
        if article_id in entries:
            return article_replies.other_article(entries[article_id].title, article_id)
        if article_id == self._collection.shipped().article.id:
            return answer_replies.OLD_BUTTON
        return article_replies.NO_SUCH_ARTICLE

    def _speak(self, choice: str) -> Reply:
        """Speak the chosen language from now on, or that of each person's app."""
        if choice not in (*LANGUAGES, chat_replies.OF_THE_APP):
            return chat_replies.which_language()
        self._language = None if choice == chat_replies.OF_THE_APP else choice
        self._collection.choose_language(self._language)
        return chat_replies.speaking(self._language)

    def _members(self) -> Reply:
        if not self.in_group:
            return access_replies.NO_GROUP
        return access_replies.members(is_open=self.is_open_to_members)

    def _open_to_members(self, choice: str) -> Reply:
        """Let everybody change the group's articles, or its admins alone."""
        self._collection.open_to_members(choice == access_replies.EVERYBODY)
        return replace(self._members(), replaces=True)

    def _confirm_forget(self, *, changed: bool = False) -> Reply:
        count = len(self._collection.articles())
        return chat_replies.confirm_forget(count, self._contents_key(), changed=changed)

    def _contents_key(self) -> str:
        """A key of all articles that the chat has now."""
        return key_of(" ".join(entry.id for entry in self._collection.articles()))

    def _forget(self, key: str) -> Reply:
        """Forget everything, if it is what was there when the button was offered."""
        if key != self._contents_key():
            return self._confirm_forget(changed=True)
        self._collection.forget()
        self._language = None
        self._asking.turn_to(self._collection.current())
        return chat_replies.forgotten(self._asking.index.article)


def _may_be_either(text: str) -> bool:
    """Whether a long text may be an article or a question."""
    if len(text) > PASTE_LENGTH:
        return text.endswith(("?", "？", "؟")) and any(map(str.isalpha, text))
    if len(text) < _DOUBTFUL_LENGTH or "?" in text:
        return False
    return len(_SENTENCE_END.findall(text)) >= _DOUBTFUL_SENTENCES
