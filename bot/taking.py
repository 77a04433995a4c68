"""An article comes into a chat: behind a link, as a text, as a file, or shared by somebody."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.actions import key_of, number_in
from bot.asking import Asking
from bot.intents import PASTE_LENGTH
from bot.links import MAX_LINKS, without_links
from bot.questions import asks, asks_for_summary
from bot.replies import answer_replies, article_replies, chat_replies, sharing_replies
from bot.replies.reply import CANCELLED, KNOWN, NEW, UNSAVED, Load, LoadKind, Reply, joined
from bot.small_talk import small_talk_reply
from index.article_index import Progress
from index.errors import ArticleError, ArticleNotFound, ModelError, StorageError
from index.keeping.collection import Added, Collection
from index.keeping.pasted import PastedMessage
from index.loading import load_bytes, load_text
from index.types import Article

_log = logging.getLogger(__name__)

FetchArticle = Callable[[str], Article]
"""Turns an address into an article."""


class Cancelled(Exception):
    """Raised by what is called with the progress of a load, to break the load off."""


class Taking:
    """Takes articles into a chat, each as the one that is asked from then on."""

    def __init__(self, collection: Collection, asking: Asking, fetch: FetchArticle) -> None:
        """`fetch` turns an address into an article."""
        self._collection = collection
        self._asking = asking
        self._fetch = fetch
        self.forget()

    def forget(self) -> None:
        """Forget what people were asked about, and have not said yet."""
        self._offered: tuple[str, ...] = ()
        self._offered_words = ""
        self._undecided: tuple[str, Sequence[PastedMessage]] = "", ()

    def text(
        self, text: str, on_progress: Progress | None, messages: Sequence[PastedMessage]
    ) -> Reply:
        """Take a text; `messages` say it."""
        return self._load(LoadKind.TEXT, lambda: load_text(text), on_progress, messages=messages)

    def file(self, content: bytes, name: str, on_progress: Progress | None, caption: str) -> Reply:
        """Take a file, and answer what its caption asks."""
        return self._load(LoadKind.FILE, lambda: load_bytes(content, name), on_progress, caption)

    def links(self, links: Sequence[str], words: str, on_progress: Progress | None) -> Reply:
        """Take the article behind a link, and answer what the words beside it ask."""
        if len(links) > 1:
            self._offered, self._offered_words = tuple(links[:MAX_LINKS]), words
            return article_replies.which_link(self._offered, key_of(" ".join(self._offered)))
        return self._load(LoadKind.LINK, lambda: self._fetch(links[0]), on_progress, words)

    def offered_link(self, argument: str, on_progress: Progress | None) -> Reply:
        """Take the article behind one of the links that were offered."""
        key, _, number = argument.partition(":")
        row = number_in(number) - 1
        if key != key_of(" ".join(self._offered)) or not 0 <= row < len(self._offered):
            return answer_replies.OLD_BUTTON
        reply = self.links([self._offered[row]], self._offered_words, on_progress)
        return replace(reply, spends=True)

    def ask_what_it_is(self, text: str, messages: Sequence[PastedMessage]) -> Reply:
        """Have people say whether a text is an article or a question; `messages` say it."""
        self._undecided = text, messages
        return article_replies.article_or_question(key_of(text))

    def decide(self, kind: str, key: str, on_progress: Progress | None) -> Reply:
        """Take the text that may be either as what the pressed button says."""
        text, messages = self._undecided
        if not text or key != key_of(text):
            return answer_replies.OLD_BUTTON
        if kind == "text":
            return replace(self.text(text, on_progress, messages), spends=True)
        return replace(self._asking.ask(text), spends=True)

    def _load(
        self,
        kind: LoadKind,
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

        return self.take(kind, add, words)

    def take(
        self,
        kind: LoadKind,
        add: Callable[[], Added | None],
        words: str = "",
        notes: Sequence[str] = (),
    ) -> Reply:
        """Ask the article that `add` adds from now on; None: there was nothing to add."""
        try:
            added = add()
        except Cancelled:
            reply, outcome = article_replies.CANCELLED, CANCELLED
        except ArticleError as error:
            if isinstance(error, StorageError | ModelError):
                _log.warning("An article could not be taken: %s", error)
            reply, outcome = chat_replies.problem(error), type(error).__name__
        else:
            if added:
                reply, outcome = self._taken(added, words, notes), _outcome(added)
            else:
                reply, outcome = sharing_replies.OPENS_NOTHING, ArticleNotFound.__name__
        return replace(reply, loads=(Load(kind, outcome),))

    def _taken(self, added: Added, words: str, notes: Sequence[str]) -> Reply:
        """Turn to an article that was added; `words` came with it."""
        self._asking.turn_to(added.index)
        article, notes = added.index.article, list(notes)
        if added.not_saved_because:
            _log.warning("An article could not be kept: %s", added.not_saved_because)
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


def _outcome(added: Added) -> str:
    if added.not_saved_because:
        return UNSAVED
    return KNOWN if added.already_there else NEW
