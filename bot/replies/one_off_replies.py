"""Replies about what is asked without being kept: a post, a file, the page behind a link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.replies import answer_replies, article_replies, chat_replies
from bot.replies.reply import Quote, Reply
from bot.wording import Text, _
from index.errors import ArticleError
from index.types import Answer, Article, Sentence, Verdict

HOW_TO_ASK = Reply(
    (
        _(
            "Reply to a post, a file or a link with my name and a question: I answer with its own "
            "sentences, and keep nothing of it."
        ),
    )
)
ASK_THE_POST = Reply((_("Please reply to the post itself, so that I know what to read."),))
SHORT_ALREADY = Reply(
    (_("The post is short already. Reply to it with my name and a question about it."),)
)
READING = Reply((_("Reading it ..."),))
ANSWER = _("Answer")
"""The title of an answer, which Telegram wants and nobody sees."""

POST_DOUBT = _("I'm not sure that the post answers this. The closest passage is:")


class Kind(StrEnum):
    """What kind of thing was asked."""

    POST = "post"
    PAGE = "page"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, and what it answers."""

    kind: Kind
    article: Article
    answers: tuple[Answer, ...]
    sentence_count: int
    understood: bool
    """Whether the embedding model knows its language."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read, and why."""

    kind: Kind
    error: ArticleError


def from_what_was_read(tried: Sequence[Read | Unread]) -> Reply:
    """The reply of the first that surely answers, else of the first that may. That those before it
    say nothing stands above it."""
    read = [each for each in tried if isinstance(each, Read)]
    if not read:
        return cannot_be_read(tried)
    best = min(read, key=_doubt)
    notes = _notes(best)
    if _doubt(best) == _REFUSED:
        notes += [chat_replies.explained(e.error) for e in tried if isinstance(e, Unread)]
        reply = _answer(best, refusal({each.kind for each in read}, best.article.title))
        return replace(reply, blocks=(*reply.blocks, *notes))
    before = tried[: tried.index(best)]
    above = [_word_about(each) for each in before if _says_nothing(each)]
    if above or best.kind is not Kind.POST:
        above.append(_origin(best))
    reply = _answer(best, refusal({best.kind}, best.article.title))
    return replace(reply, blocks=(*above, *reply.blocks, *notes))


def cannot_be_read(tried: Sequence[Read | Unread]) -> Reply:
    """The reply where nothing could be read."""
    errors = (each.error for each in tried if isinstance(each, Unread))
    return chat_replies.problem(next(errors))


def in_short(
    kind: Kind, article: Article, sentences: Sequence[Sentence], sentence_count: int
) -> Reply:
    """The reply with the most central sentences."""
    if kind is Kind.POST:
        heading = _("The post in short:")
    elif article.title:
        heading = _("“{title}” in short:", title=article.title)
    else:
        heading = _("In short:")
    reply = answer_replies.summary(article, sentences, sentence_count)
    return replace(reply, blocks=(heading, *reply.blocks[1:]))


_REFUSED = 2


def _doubt(read: Read) -> int:
    """How little it says: 0, if it surely answers one of the questions, to `_REFUSED`."""
    order = (Verdict.ANSWERED, Verdict.UNSURE, Verdict.NOT_IN_ARTICLE)
    return min(order.index(answer.verdict) for answer in read.answers)


def _says_nothing(tried: Read | Unread) -> bool:
    return isinstance(tried, Unread) or _doubt(tried) == _REFUSED


def _answer(read: Read, refused: Text) -> Reply:
    """The answers, in which a post is called a post, with a button that opens a page."""
    if len(read.answers) == 1:
        reply = answer_replies.for_answer(read.answers[0], read.sentence_count)
    else:
        reply = answer_replies.for_answers(read.answers, read.sentence_count)
    words: dict[str | Quote, Text] = {answer_replies.REFUSAL: refused}
    if read.kind is Kind.POST:
        words[answer_replies.DOUBT] = POST_DOUBT
    reply = replace(reply, blocks=tuple(words.get(block, block) for block in reply.blocks))
    shown = (block for block in reply.blocks if isinstance(block, Quote))
    link = next((quote.link for quote in shown if quote.link and not quote.page), None)
    return replace(reply, buttons=(answer_replies.open_button(link),)) if link else reply


def _notes(read: Read) -> list[Text]:
    """What may be why the answer is not sure."""
    if read.understood or not _doubt(read):
        return []
    return [article_replies.foreign_language(read.article.language)]


def refusal(kinds: set[Kind], title: str) -> Text:
    """The refusal of what was read, of which pages and files may have a title."""
    if kinds == {Kind.POST, Kind.PAGE}:
        return _("Neither the post nor the page behind its link says.")
    if kinds == {Kind.POST}:
        return _("The post does not say.")
    if title:
        return _("“{title}” does not say.", title=title)
    return _("The page does not say.") if Kind.PAGE in kinds else _("The file does not say.")


def _word_about(tried: Read | Unread) -> Text:
    if isinstance(tried, Unread):
        return chat_replies.explained(tried.error)
    return refusal({tried.kind}, tried.article.title)


def _origin(read: Read) -> Text:
    """Where the quotes below it come from."""
    article = read.article
    if read.kind is Kind.POST:
        return _("From the post:")
    if article.title and article.site:
        return _("From “{title}” ({site}):", title=article.title, site=article.site)
    if article.title:
        return _("From “{title}”:", title=article.title)
    return _("From the page:") if read.kind is Kind.PAGE else _("From the file:")
