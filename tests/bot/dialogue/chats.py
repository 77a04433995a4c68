"""Questions to the shipped article, and what tests look at in a reply."""

from bot.replies.reply import Quote, Reply
from index.types import Answer, Article

WHO = "Who released the photos?"

FEEDBACK = ["👍 Helpful", "👎 Wrong"]
"""The labels of the buttons that ask whether an answer helped."""

WHERE = "Where did the missiles land?"

UNSURE = "Which missile is solid-fueled?"

NOWHERE = "How many workers are employed at the factory?"

PASTED = (
    "The lighthouse of Marrow Point was built in 1871 by the engineer Ada Fenn.\n\n"
    + "It is forty metres high. Its lamp burned whale oil until 1904, and gas after that.  "
    + "The last keeper, Tom Reed, left the tower in March 1988.\n\n" * 8
)


class NotToBeAsked:
    """An index that must be left alone."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the index was used: {name}")


class OnlyTheShipped:
    """A collection with nothing in it, which takes nothing."""

    unread = None

    def __init__(self, article: Article) -> None:
        self._index = NotToBeAsked(article)

    def current(self) -> NotToBeAsked:
        return self._index

    def last_question(self) -> None:
        return None

    def language(self) -> None:
        return None

    def mark_used(self) -> None:
        pass

    def set_aside(self) -> tuple[()]:
        return ()

    def articles(self) -> tuple[()]:
        return ()

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the collection was used: {name}")


def quotes(reply: Reply) -> list[Quote]:
    return [block for block in reply.blocks if isinstance(block, Quote)]


def answer_of(reply: Reply) -> Answer:
    """The answer of a reply to one question."""
    [answer] = reply.answers
    return answer


def cited(reply: Reply) -> list[int]:
    return [citation.sentence for citation in answer_of(reply).citations]


def prose(reply: Reply) -> str:
    return "\n".join(block for block in reply.blocks if isinstance(block, str))


def action(reply: Reply, label: str) -> str:
    return next(button.action for button in reply.buttons if button.label == label)


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def has_words(reply: Reply) -> bool:
    return any(
        block.strip() if isinstance(block, str) else "".join(block.sentences).strip()
        for block in reply.blocks
    )


HARBOUR = "The harbour of Lund opened in 1902. It was built by Ada Moor. " * 12
