"""A question that is typed in another chat -> sentences of one's own article to send there."""

from bot.replies import inline_replies
from bot.replies.inline_replies import Offers
from index.keeping.collection import Collection
from index.types import Verdict

MAX_OFFERS = 5
"""Sentences that are offered at once."""

_SHORTEST = 3
"""Characters of the shortest question: below, somebody has only begun to type."""


def offers(collection: Collection, text: str) -> Offers:
    """The sentences of the chat's current article that answer, and those nearest to them.

    Before there is a question, the most central ones. Nothing is noted, as a last question would
    be. The shipped article is not offered: it is nobody's own.
    """
    index = collection.current()
    if index is collection.shipped():
        return Offers(button=inline_replies.NO_ARTICLE)
    count = len(index.sentences)
    text = text.strip()
    if len(text) < _SHORTEST:
        return Offers(inline_replies.of_sentences(index.article, index.summary(), count))
    answer = index.ask(text)
    if answer.verdict is Verdict.NOT_IN_ARTICLE:
        return Offers(button=inline_replies.NOT_FOUND)
    nearest = list(dict.fromkeys((*answer.citations, *answer.ranked)))[:MAX_OFFERS]
    return Offers(inline_replies.of_citations(index.article, nearest, count))
