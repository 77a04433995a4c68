"""What is offered to somebody who asks their article from another chat: sentences to send there."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.replies import answer_replies
from bot.replies.reply import Quote, Reply, Role
from bot.wording import Text, _
from index.types import Article, Citation, Sentence

_TITLE_LENGTH = 80
"""Characters of a sentence in the list of what is offered: two lines of a phone."""

TO_ADD = "article"
"""What /start has behind it for those who come to give an article."""

NO_ARTICLE = _("Give me an article to ask")
NOT_FOUND = _("The article does not say")


@dataclass(frozen=True, slots=True)
class Offer:
    """A sentence that may be sent: how it is listed, and what is sent then."""

    number: int
    title: str
    description: Text | str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered. Without any, `button` leads to the private chat with the bot."""

    offers: tuple[Offer, ...] = ()
    button: Text | None = None
    language: str | None = None
    """The language to say it in: the private chat's, if it has chosen one."""


def of_citations(
    article: Article, citations: Iterable[Citation], sentence_count: int
) -> tuple[Offer, ...]:
    """The cited sentences, in their order."""
    quotes = (answer_replies.quote_citation(Role.ANSWER, c, sentence_count) for c in citations)
    return tuple(_offer(article, quote) for quote in quotes)


def of_sentences(
    article: Article, sentences: Iterable[Sentence], sentence_count: int
) -> tuple[Offer, ...]:
    """Sentences that nobody has asked for by a question."""
    quotes = (
        answer_replies.quote_sentence(Role.SUMMARY, article, each, sentence_count)
        for each in sentences
    )
    return tuple(_offer(article, quote) for quote in quotes)


def _offer(article: Article, quote: Quote) -> Offer:
    blocks: tuple[str | Quote, ...] = (quote,)
    if article.title and article.site:
        blocks += (_("From “{title}” ({site})", title=article.title, site=article.site),)
    elif article.title:
        blocks += (_("From “{title}”", title=article.title),)
    opens = quote.link and quote.page is None
    buttons = (answer_replies.open_button(quote.link),) if opens and quote.link else ()
    [sentence] = quote.sentences
    return Offer(quote.number, _shortened(sentence), quote.place, Reply(blocks, buttons))


def _shortened(sentence: str) -> str:
    words = " ".join(sentence.split())
    if len(words) <= _TITLE_LENGTH:
        return words
    return words[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
