"""The dialogue of one chat, without any Telegram: a message, a command or a button -> a `Reply`."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.actions import key_of, number_in
from bot.asking import Asking
from bot.intents import COMMAND, PASTE_LENGTH, Work, may_be_either, work_of
from bot.judging import judge
from bot.links import find_links, without_links
from bot.offering import offers
from bot.one_off import OneOff, Source
from bot.questions import asks_for_summary
from bot.replies import (
    access_replies,
    answer_replies,
    article_replies,
    chat_replies,
    feedback_replies,
    sharing_replies,
    storage_replies,
)
from bot.replies.inline_replies import TO_ADD, Offers
from bot.replies.reply import LoadKind, Reply
from bot.small_talk import small_talk_reply
from bot.taking import Cancelled, FetchArticle, Taking
from bot.wording import LANGUAGES
from index.article_index import Progress
from index.errors import CollectionError, StorageError
from index.keeping.collection import Collection
from index.keeping.pasted import PastedMessage
from index.keeping.shares import is_token

_log = logging.getLogger(__name__)

_MORE = re.compile(r"(?:show (?:me )?|tell (?:me )?|any )?more(?: please)?\W*", re.IGNORECASE)


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
        self._retention_days = retention_days
        self.link_to_share: sharing_replies.LinkToShare = sharing_replies.start_command
        self._asking = Asking(collection)
        self._is_unread = False
        self._taking = Taking(collection, self._asking, fetch)
        language = collection.language()
        self._language = language if language in LANGUAGES else None
        self._one_off = OneOff(collection, fetch)
        self.in_group = False
        """Whether several people talk here."""

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
        return self._acted(lambda: self._say(text, on_progress, links, messages, replied_to))

    def press(self, action: str, on_progress: Progress | None = None) -> Reply:
        """Act on a button of the last reply or of an earlier one; `action` is the button's.

        `on_progress` is as for `say`.
        """
        return self._acted(lambda: self._press(action, on_progress))

    @property
    def is_open_to_members(self) -> bool:
        """Whether everybody in a group may change its articles, not its admins alone."""
        return self._collection.is_open_to_members()

    def _acted(self, act: Callable[[], Reply]) -> Reply:
        """Run an action of the chat, which is in use then."""
        self._collection.mark_used()
        if self._collection.unread and (now := self._collection.current()) != self._asking.index:
            self._asking.turn_to(now)
        return self._spoken(lambda: self._with_problems(act()))

    def _spoken(self, act: Callable[[], Reply]) -> Reply:
        """Run an action, and reply in the chat's language; if the store fails, with its error.
        Articles in memory can still be asked."""
        try:
            reply = act()
        except StorageError as error:
            _log.warning("The store failed: %s", error)
            reply = chat_replies.problem(error)
        return replace(reply, language=self._language)

    def _with_problems(self, reply: Reply) -> Reply:
        """A reply that says first, once, which articles can't be read, or that none can."""
        asked, unread = self._asking.index.article, self._collection.unread
        if titles := self._collection.set_aside():
            return storage_replies.with_damaged(reply, titles, asked)
        is_new, self._is_unread = unread and not self._is_unread, unread is not None
        return storage_replies.with_unread(reply, unread, asked) if unread and is_new else reply

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

        This changes nothing, too, but that the chat is in use.
        """
        self._collection.mark_used()
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
        if command := COMMAND.fullmatch(text):
            return self._command(command[1].lower(), (command[2] or "").strip(), on_progress)
        words = without_links(text)
        if (found := (*find_links(text), *links)) and len(words) <= PASTE_LENGTH:
            return self._taking.links(tuple(dict.fromkeys(found)), words, on_progress)
        if may_be_either(text):
            return self._taking.ask_what_it_is(text, messages)
        if len(text) > PASTE_LENGTH:
            return self._taking.text(text, on_progress, messages)
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
        return self._acted(lambda: self._taking.text(text, on_progress, messages))

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
                return self._taking.offered_link(argument, on_progress)
            case "text" | "question":
                return self._taking.decide(kind, argument, on_progress)
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
        return self._acted(lambda: self._taking.file(content, name, on_progress, caption))

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

    def _start(self, argument: str, on_progress: Progress | None) -> Reply:
        """Open the article that is shared by a token, or greet."""
        if is_token(argument):
            return self._taking.take(
                LoadKind.SHARED,
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
            return self._gone(article_replies.NO_SUCH_ARTICLE)
        except StorageError as error:
            _log.warning("An article could not be removed: %s", error)
            return storage_replies.not_removed(error)
        if article_id == self._asking.index.article.id:
            self._asking.turn_to(self._collection.current())
        return self._gone(article_replies.removed(removed.title, self._asking.index.article))

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
        self._taking.forget()
        try:
            self._collection.forget()
        except StorageError as error:
            _log.warning("A chat could not be forgotten: %s", error)
            return storage_replies.not_forgotten(error)
        finally:
            self._asking.turn_to(self._collection.current())
        self._language = None
        return self._gone(chat_replies.forgotten(self._asking.index.article))

    def _gone(self, reply: Reply) -> Reply:
        """A reply that something is gone, which says if it isn't from the files yet."""
        return storage_replies.with_traces(reply) if self._collection.has_traces else reply
