"""Questions to what is not kept: a post, a file, the page behind a link -> a `Reply`."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.links import without_last_links
from bot.questions import MAX_QUESTIONS, asks_for_summary, split_questions
from bot.replies import answer_replies, chat_replies, one_off_replies
from bot.replies.one_off_replies import Kind, Read, Unread
from bot.replies.reply import NEW, Load, LoadKind, Reply
from bot.small_talk import small_talk_reply
from index.article_index import ArticleIndex, Progress
from index.errors import ArticleError
from index.keeping.collection import Collection
from index.loading import load_bytes, load_text
from index.text.sentences import split_sentences
from index.types import Article

_MUCH_TO_SAY = 3
"""Sentences of a post that is an article itself, whatever it links to."""

_TOO_SHORT = 2
"""Sentences of which there is nothing to leave out."""

_SUMMARY = "/summary"

_LOADS = {Kind.PAGE: LoadKind.LINK, Kind.FILE: LoadKind.FILE}

_COURTESIES = (chat_replies.THANKS, chat_replies.GOODBYE, chat_replies.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody wrote."""

    text: str
    kind = Kind.POST

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"post:{self.text}"


@dataclass(frozen=True, slots=True)
class Page:
    """The page at an address."""

    url: str
    kind = Kind.PAGE

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"page:{self.url}"


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent."""

    content: bytes
    name: str
    kind = Kind.FILE

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"file:{hashlib.sha256(self.content).hexdigest()}:{self.name}"


Source = Post | Page | File
"""Where an article comes from that is asked once."""


def sources_in(text: str, links: Sequence[str]) -> tuple[Source, ...]:
    """What a post with these links brings, in the order in which it is to be asked.

    A post that has much to say comes before the pages behind its links, another one after them.
    """
    pages = tuple(Page(link) for link in dict.fromkeys(links))
    own = "\n".join(map(without_last_links, text.splitlines())).strip()
    length = _length(own)
    if not length:
        return pages
    post = Post(own)
    return (post, *pages) if length >= _MUCH_TO_SAY else (*pages, post)


def _length(text: str) -> int:
    """About the number of sentences; 0 if there is nothing to read."""
    try:
        return len(split_sentences(load_text(text, language="en")))
    except ArticleError:
        return 0


class OneOff:
    """Asks what is not kept. It changes nothing in the store, and is safe in several threads."""

    def __init__(self, collection: Collection, fetch: Callable[[str], Article]) -> None:
        """`collection` makes the indexes; `fetch` turns an address into an article."""
        self._collection = collection
        self._fetch = fetch

    def ask(
        self,
        text: str,
        sources: Sequence[Source],
        on_progress: Progress | None = None,
        *,
        after: str = "",
    ) -> Reply:
        """Answer the questions of a text from the first of the sources that surely answers one.

        Without a question, the first source is summed up. `after` is the question before, for
        questions such as "And when?".

        Raises:
            Whatever `on_progress` raises, which is called while an article is read.
        """
        loads: list[Load] = []
        reply = self._reply(text.strip(), sources, on_progress, after, loads)
        return replace(reply, loads=tuple(loads))

    def _reply(
        self,
        text: str,
        sources: Sequence[Source],
        on_progress: Progress | None,
        after: str,
        loads: list[Load],
    ) -> Reply:
        if not sources:
            return _small_talk(text) or one_off_replies.HOW_TO_ASK
        if asks_for_summary(text) or text.startswith(_SUMMARY) or not any(map(str.isalnum, text)):
            return self._sum_up(sources, on_progress, loads)
        if talk := _small_talk(text):
            return talk
        questions = split_questions(text)
        tried: list[Read | Unread] = []
        for source in sources:
            tried.append(self._read(source, questions[:MAX_QUESTIONS], after, on_progress, loads))
            if isinstance(tried[-1], Read) and any(each.answered for each in tried[-1].answers):
                break
        reply = one_off_replies.from_what_was_read(tried)
        return answer_replies.with_unanswered_questions(reply, questions[MAX_QUESTIONS:])

    def _read(
        self,
        source: Source,
        questions: Sequence[str],
        after: str,
        on_progress: Progress | None,
        loads: list[Load],
    ) -> Read | Unread:
        try:
            index = self._index(source, on_progress, loads)
        except ArticleError as error:
            return Unread(source.kind, error)
        asked = index.ask_each([after, *questions])[1:] if after else index.ask_each(questions)
        return Read(
            source.kind,
            index.article,
            tuple(asked),
            len(index.sentences),
            index.understands_language,
        )

    def _sum_up(
        self, sources: Sequence[Source], on_progress: Progress | None, loads: list[Load]
    ) -> Reply:
        """The most central sentences of the first source that can be read."""
        unread = []
        for source in sources:
            try:
                index = self._index(source, on_progress, loads)
            except ArticleError as error:
                unread.append(Unread(source.kind, error))
                continue
            count = len(index.sentences)
            if source.kind is not Kind.POST or count > _TOO_SHORT:
                return one_off_replies.in_short(source.kind, index.article, index.summary(), count)
        return one_off_replies.cannot_be_read(unread) if unread else one_off_replies.SHORT_ALREADY

    def _index(
        self, source: Source, on_progress: Progress | None, loads: list[Load]
    ) -> ArticleIndex:
        """The index of a source. What becomes of a page or a file is added to the `loads`."""

        def load() -> Article:
            article = self._load(source)
            if on_progress:
                on_progress(0, 1)  # A load that was stopped meanwhile ends here.
            return article

        kind = _LOADS.get(source.kind)
        try:
            index = self._collection.preview_of(source.key, load, on_progress)
        except ArticleError as error:
            if kind:
                loads.append(Load(kind, type(error).__name__))
            raise
        if kind:
            loads.append(Load(kind, NEW))
        return index

    def _load(self, source: Source) -> Article:
        match source:
            case Post(text):
                return load_text(text)
            case Page(url):
                return self._fetch(url)
            case File(content, name):
                return load_bytes(content, name)


def _small_talk(text: str) -> Reply | None:
    """The reply to a text that asks nothing of an article; None if it may."""
    if text.startswith("/"):
        return one_off_replies.HOW_TO_ASK
    talk = small_talk_reply(text)
    if talk is None or talk in _COURTESIES:
        return talk
    return one_off_replies.HOW_TO_ASK
